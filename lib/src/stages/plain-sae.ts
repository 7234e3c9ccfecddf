import type { Factors } from "../records/factors";
import type { Architecture } from "../sae/architecture";
import { PLAIN_SAE_DEFAULTS, type PlainSaeConfig, plainSae as plain } from "../sae/plain";
import { epochRows, scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import type { LabConfig } from "./config";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/** `published`: as many epochs as the autoencoder of the run, for the MSAE more steps; `equal`: as many steps as it. */
export type PlainSteps = "published" | "equal";

/** The plain sparse autoencoder, the paper's baseline (section 5.1), on the same factors. */
export const plainSae: Stage<TrainedSae, { steps?: PlainSteps }> = defineTraining({
  name: "plain-sae",
  needs: { factors },
  trained: (config, { factors }, { steps = "published" }: { steps?: PlainSteps } = {}) => ({
    architecture: plain as unknown as Architecture,
    config: plainSaeConfig(config, factors, steps),
  }),
  rows: ({ factors: { users, items, d } }) => ({ users, items, d }),
});

/** The baseline's own loss weights; width, optimiser, batch and epochs are those of the autoencoder it is compared with. */
export function plainSaeConfig(
  config: Pick<LabConfig, "sae" | "seed">,
  factors: Pick<Factors, "userIds" | "itemIds">,
  steps: PlainSteps,
): PlainSaeConfig {
  const beside = scheduled(config.sae, factors, config.seed);
  const { k, lr, beta1, beta2, epsilon, batch, epochs, seed } = beside.config;
  const own = Math.floor(epochRows(plain, factors) / batch);
  const itsSteps = epochs * Math.floor(epochRows(beside.architecture, factors) / batch);
  return {
    ...PLAIN_SAE_DEFAULTS,
    ...{ k, lr, beta1, beta2, epsilon, batch, seed },
    prefixes: [k],
    epochs: steps === "equal" && own > 0 ? Math.max(1, Math.round(itsSteps / own)) : epochs,
  };
}
