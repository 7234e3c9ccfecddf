import type { Factors } from "../../mf/factors";
import { PLAIN_SAE_DEFAULTS, type PlainSaeConfig, plainSae } from "../../sae/plain";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { epochRows, trainedSae } from "./sae";
import { trainingStage } from "./training";

/** `published`: as many epochs as the autoencoder of the run, for the MSAE more steps; `equal`: as many steps as it. */
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

/** The baseline's own loss weights; width, optimiser, batch and epochs are those of the autoencoder it is compared with. */
export function plainSaeConfig(
  context: StageContext,
  config: LabConfig,
  factors: Factors,
  steps: PlainSteps,
): PlainSaeConfig {
  const beside = trainedSae(context, config, factors);
  const { k, lr, beta1, beta2, epsilon, batch, epochs, seed } = beside.config;
  const own = Math.floor(epochRows(plainSae, factors) / batch);
  const itsSteps = epochs * Math.floor(epochRows(beside.architecture, factors) / batch);
  return {
    ...PLAIN_SAE_DEFAULTS,
    ...{ k, lr, beta1, beta2, epsilon, batch, seed },
    prefixes: [k],
    epochs: steps === "equal" && own > 0 ? Math.max(1, Math.round(itsSteps / own)) : epochs,
  };
}
