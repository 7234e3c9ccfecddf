import type { Factors } from "../../mf/factors";
import { loadTf } from "../../sae/backend";
import { architectures } from "../../sae/registry";
import { type Checkpoint, type TrainedSae, trainSae } from "../../sae/train";
import { checkpointFile } from "../checkpoint";
import type { LabConfig } from "../config";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";

/** Seconds between checkpoints, about. */
const CHECKPOINT_SECONDS = 5;

/** Train the autoencoder on user and item factors; a killed training goes on from its last checkpoint. */
export async function saeStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
): Promise<Artifact<TrainedSae>> {
  const { users, items, d } = factors.value;
  const { minSteps, ...given } = config.sae;
  const rows = Math.min(users.length, items.length) / d;
  const sae = { ...stretchSchedule(given, rows, minSteps), seed: context.seed };
  const { backend } = await loadTf();
  return runStage(context, {
    stage: "sae",
    phase: "training the MSAE",
    config: { architecture: "msae", backend, ...sae },
    inputs: { factors: factors.manifest.hash },
    compute: async ({ onProgress, checkpointFile: file }) => {
      const kept = checkpointFile<Checkpoint>(file, context.warn);
      let written = Date.now();
      const trained = await trainSae(architectures.msae, { users, items, d }, sae, {
        onProgress,
        resume: kept.read(),
        onCheckpoint: (checkpoint) => {
          if (Date.now() - written < CHECKPOINT_SECONDS * 1000) return;
          kept.write(checkpoint);
          written = Date.now();
        },
      });
      kept.remove();
      return trained;
    },
    shapes: (trained) => ({ "weights.W": [trained.weights.k, d] }),
  });
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
