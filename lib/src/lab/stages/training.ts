import type { OnProgress } from "../../progress";
import type { Architecture, TrainingConfig } from "../../sae/architecture";
import { chooseEngine } from "../../sae/choose-engine";
import type { Checkpoint, TrainedSae, TrainingRows } from "../../sae/train";
import { trainOnBest } from "../../sae/trainers";
import { checkpointFile } from "../checkpoint";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { StageName } from "../store-mark";

/** Seconds between checkpoints, about. */
const CHECKPOINT_SECONDS = 5;

/** What is trained, on what. */
export interface TrainingSpec<C extends TrainingConfig> {
  /** The stage's folder. */
  stage: StageName;
  /** Shown while it trains. */
  phase: string;
  architecture: Architecture<C>;
  config: C;
  inputs: Record<string, string>;
  /** Width of the rows. */
  d: number;
  rows: (onProgress: OnProgress) => TrainingRows | Promise<TrainingRows>;
}

/** A stage that trains an autoencoder; a killed training goes on from its last checkpoint. The engine is part of its hash. */
export async function trainingStage<C extends TrainingConfig>(
  context: StageContext,
  spec: TrainingSpec<C>,
): Promise<Artifact<TrainedSae>> {
  const { architecture, config } = spec;
  const { engine: backend } = await chooseEngine(architecture, { k: config.k, d: spec.d });
  return runStage(context, {
    stage: spec.stage,
    phase: spec.phase,
    config: { architecture: architecture.name, backend, ...config },
    inputs: spec.inputs,
    compute: async ({ onProgress, checkpointFile: file }) => {
      const kept = checkpointFile<Checkpoint>(file, context.warn);
      let written = Date.now();
      return trainOnBest(architecture, await spec.rows(onProgress), config, {
        onProgress,
        resume: kept.read(),
        onCheckpoint: (checkpoint) => {
          if (Date.now() - written < CHECKPOINT_SECONDS * 1000) return;
          kept.write(checkpoint);
          written = Date.now();
        },
      });
    },
    shapes: ({ weights: { k, d, decoder } }) => ({
      "weights.W": [k, d],
      ...(decoder ? { "weights.decoder": [k, d] } : {}),
    }),
  });
}
