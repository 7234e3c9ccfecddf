import type { LabConfig } from "../lab/config";
import type { Factors } from "../mf/factors";
import { PLAIN_SAE_DEFAULTS, type PlainSaeConfig, plainSae as plain } from "../sae/plain";
import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/** `published`: as many epochs as the MSAE, which are more steps; `equal`: as many steps as the MSAE. */
export type PlainSteps = "published" | "equal";

/** The plain sparse autoencoder, the paper's baseline (section 5.1), on the same factors. */
export const plainSae: Stage<TrainedSae, { steps?: PlainSteps }> = defineTraining({
  name: "plain-sae",
  phase: "training the plain SAE",
  needs: { factors },
  architecture: plain,
  config: (config, { factors }, { steps = "published" }: { steps?: PlainSteps } = {}) =>
    plainSaeConfig(config, factors, steps),
  rows: ({ factors: { users, items, d } }) => ({ users, items, d }),
});

/** The baseline's own loss weights; width, optimiser, batch and epochs are those of the MSAE it is compared with. */
export function plainSaeConfig(
  config: Pick<LabConfig, "sae" | "seed">,
  factors: Pick<Factors, "userIds" | "itemIds">,
  steps: PlainSteps,
): PlainSaeConfig {
  const { k, lr, beta1, beta2, epsilon, batch, epochs, seed } = scheduled(config.sae, factors, config.seed);
  const [users, items] = [factors.userIds.length, factors.itemIds.length];
  const own = Math.floor(users / batch);
  const msaeSteps = epochs * Math.floor(Math.min(users, items) / batch);
  return {
    ...PLAIN_SAE_DEFAULTS,
    ...{ k, lr, beta1, beta2, epsilon, batch, seed },
    prefixes: [k],
    epochs: steps === "equal" && own > 0 ? Math.max(1, Math.round(msaeSteps / own)) : epochs,
  };
}
