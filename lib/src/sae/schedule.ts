import type { Architecture, TrainingConfig } from "./architecture";
import { architectureOf } from "./registry";

/** Ids of the rows that are trained on. */
interface TrainedRows {
  userIds: readonly string[];
  itemIds: readonly string[];
}

/**
 * The autoencoder that settings name, with its configuration for these factors: seeded, its schedule stretched where the data is
 * small.
 *
 * @throws InputError when there is no such architecture
 */
export function scheduled(
  sae: Omit<TrainingConfig, "seed"> & { architecture: string; minSteps: number },
  factors: TrainedRows,
  seed: number,
): { architecture: Architecture; config: TrainingConfig } {
  const { minSteps, architecture: name, ...settings } = sae;
  const architecture = architectureOf(name);
  const rows = epochRows(architecture, factors);
  return { architecture, config: stretchSchedule(architecture, { ...settings, seed }, rows, minSteps) };
}

/** Rows of the side that an epoch goes through. */
export function epochRows({ epochEnds }: Pick<Architecture, "epochEnds">, { userIds, itemIds }: TrainedRows): number {
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
