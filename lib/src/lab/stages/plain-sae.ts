import type { Factors } from "../../mf/factors";
import { PLAIN_SAE_DEFAULTS, type PlainSaeConfig, plainSae } from "../../sae/plain";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { msaeConfig } from "./sae";
import { trainingStage } from "./training";

/** `published`: as many epochs as the MSAE, which are more steps; `equal`: as many steps as the MSAE. */
export type PlainSteps = "published" | "equal";

/** Train the plain sparse autoencoder, the paper's baseline (section 5.1), on the same factors. */
export function plainSaeStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
  steps: PlainSteps,
): Promise<Artifact<TrainedSae>> {
  const { users, items, d } = factors.value;
  return trainingStage(context, {
    stage: "plain-sae",
    phase: steps === "equal" ? "training the plain SAE, equal steps" : "training the plain SAE",
    architecture: plainSae,
    config: plainSaeConfig(context, config, factors.value, steps),
    inputs: { factors: factors.manifest.hash },
    d,
    rows: () => ({ users, items, d }),
  });
}

/** The baseline's own loss weights; width, optimiser, batch and epochs are those of the MSAE it is compared with. */
export function plainSaeConfig(
  context: StageContext,
  config: LabConfig,
  factors: Factors,
  steps: PlainSteps,
): PlainSaeConfig {
  const { k, lr, beta1, beta2, epsilon, batch, epochs, seed } = msaeConfig(context, config, factors);
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
