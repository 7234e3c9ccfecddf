import type { Factors } from "../../mf/factors";
import type { Architecture, TrainingConfig } from "../../sae/architecture";
import { architectureOf } from "../../sae/registry";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { trainingStage } from "./training";

/** Train the autoencoder that `sae.architecture` names on user and item factors. */
export async function saeStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
): Promise<Artifact<TrainedSae>> {
  const { users, items, d } = factors.value;
  return trainingStage(context, {
    stage: "sae",
    ...trainedSae(context, config, factors.value),
    inputs: { factors: factors.manifest.hash },
    d,
    rows: () => ({ users, items, d }),
  });
}

/**
 * The autoencoder that a configuration names, with its settings for these factors: seeded, its schedule stretched where the data is
 * small.
 */
export function trainedSae(
  context: StageContext,
  { sae }: LabConfig,
  factors: Factors,
): { phase: string; architecture: Architecture; config: TrainingConfig } {
  const { minSteps, architecture: name, ...settings } = sae;
  const architecture = architectureOf(name);
  const rows = epochRows(architecture, factors);
  return {
    phase: `training the ${architecture.title}`,
    architecture,
    config: stretchSchedule(architecture, { ...settings, seed: context.seed }, rows, minSteps),
  };
}

/** Rows of the side that an epoch goes through. */
export function epochRows({ epochEnds }: Pick<Architecture, "epochEnds">, { userIds, itemIds }: Factors): number {
  return epochEnds === "users" ? userIds.length : Math.min(userIds.length, itemIds.length);
}

/**
 * The paper's 30 epochs are 21,000 steps on its data and 150 on the starter data. Where a schedule would have fewer
 * than `minSteps` steps, its epochs, and what the architecture has grow with them, are stretched by the same factor.
 */
function stretchSchedule(
  architecture: Architecture,
  config: TrainingConfig,
  rows: number,
  minSteps: number,
): TrainingConfig {
  const perEpoch = Math.max(1, Math.floor(rows / Math.min(config.batch, rows)));
  const factor = Math.max(1, minSteps / (perEpoch * config.epochs));
  return { ...config, epochs: Math.ceil(config.epochs * factor), ...architecture.stretched?.(config, factor) };
}
