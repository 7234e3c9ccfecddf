import type { Factors } from "../../mf/factors";
import { type MsaeConfig, msae } from "../../sae/msae";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { trainingStage } from "./training";

/** Train the Matryoshka autoencoder on user and item factors. */
export async function saeStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
): Promise<Artifact<TrainedSae>> {
  const { users, items, d } = factors.value;
  return trainingStage(context, {
    stage: "sae",
    phase: "training the MSAE",
    architecture: msae,
    config: msaeConfig(context, config, factors.value),
    inputs: { factors: factors.manifest.hash },
    d,
    rows: () => ({ users, items, d }),
  });
}

/** The autoencoder's settings for these factors: seeded, its schedule stretched where the data is small. */
export function msaeConfig(context: StageContext, { sae }: LabConfig, factors: Factors): MsaeConfig {
  const { minSteps, ...given } = sae;
  const rows = Math.min(factors.userIds.length, factors.itemIds.length);
  return { ...stretchSchedule(given, rows, minSteps), seed: context.seed };
}

/**
 * The paper's 30 epochs are 21,000 steps on its data and 150 on the starter data. Where a schedule would have fewer
 * than `minSteps` steps, its epochs and the warm-up of β are stretched by the same factor.
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
