import type { MsaeConfig } from "./msae";

/** The autoencoder's settings for these factors: seeded, its schedule stretched where the data is small. */
export function scheduled(
  sae: Omit<MsaeConfig, "seed"> & { minSteps: number },
  factors: { userIds: readonly string[]; itemIds: readonly string[] },
  seed: number,
): MsaeConfig {
  const { minSteps, ...given } = sae;
  const rows = Math.min(factors.userIds.length, factors.itemIds.length);
  return { ...stretchSchedule(given, rows, minSteps), seed };
}

/**
 * The paper's 30 epochs are 21,000 steps on its data and 150 on the starter data. Where a schedule would have fewer
 * than `minSteps` steps, its epochs and the warm-up of β are stretched by the same factor.
 *
 * @param rows of the shorter side
 */
export function stretchSchedule<T extends { epochs: number; betaWarmup: number; batch: number }>(
  config: T,
  rows: number,
  minSteps: number,
): T {
  const perEpoch = Math.max(1, Math.floor(rows / Math.min(config.batch, rows)));
  const stretch = Math.max(1, minSteps / (perEpoch * config.epochs));
  return {
    ...config,
    epochs: Math.ceil(config.epochs * stretch),
    betaWarmup: Math.round(config.betaWarmup * stretch),
  };
}
