import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import type { Factors } from "../records/factors";
import type { Architecture, TrainingConfig } from "../sae/architecture";
import type { EngineName } from "../sae/backend";
import { chooseEngine } from "../sae/choose-engine";
import { architectureOf } from "../sae/registry";
import type { Checkpoint, TrainedSae, TrainingRows } from "../sae/train";
import { trainOnBest } from "../sae/trainers";
import type { LabConfig } from "./config";
import { defineStage, type Need, type Needs, type Stage, type Values } from "./stage";

/** Seconds between checkpoints, about. */
const CHECKPOINT_SECONDS = 5;

/** What is trained, on what. */
export interface TrainingSpec<N extends Needs & { factors: Need<Factors> }, O> {
  name: string;
  /** After "training the MSAE", for the progress. */
  on?: string;
  needs: N;
  /** The architecture and its configuration. */
  trained(
    config: LabConfig,
    inputs: Values<N>,
    options: O | undefined,
  ): { architecture: Architecture; config: TrainingConfig };
  rows(inputs: Values<N>, tools: { seed: number; onProgress: OnProgress }): TrainingRows | Promise<TrainingRows>;
  runs?(config: LabConfig): boolean;
}

type TrainingSettings = TrainingConfig & { architecture: string; backend: EngineName };

/** A stage that trains an autoencoder; a killed training goes on from its last checkpoint. The engine is part of its settings. */
export function defineTraining<N extends Needs & { factors: Need<Factors> }, O = undefined>(
  spec: TrainingSpec<N, O>,
): Stage<TrainedSae, O> {
  return defineStage({
    name: spec.name,
    phase: ({ architecture }: TrainingSettings) => `training the ${architectureOf(architecture).title}${spec.on ?? ""}`,
    needs: spec.needs,
    async settings(config, inputs, options: O | undefined): Promise<TrainingSettings> {
      const { d, itemIds } = (inputs as { factors: Factors }).factors;
      const { architecture, config: own } = spec.trained(config, inputs, options);
      requireInput(
        itemIds.length >= own.k,
        `The data leaves ${itemIds.length} items after pruning, fewer than the ${own.k} latents: give more data, prune less, or ask for fewer latents with --k.`,
      );
      const { engine } = await chooseEngine(architecture, { k: own.k, d });
      return { architecture: architecture.name, backend: engine, ...own };
    },
    async compute(inputs, { settings, seed, onProgress, checkpoint }) {
      const { architecture, backend: _backend, ...own } = settings;
      const state = checkpoint<Checkpoint>();
      let written = Date.now();
      const rows = await spec.rows(inputs, { seed, onProgress });
      return trainOnBest(architectureOf(architecture), rows, own, {
        onProgress,
        resume: state.read(),
        onCheckpoint: (checkpoint) => {
          if (Date.now() - written < CHECKPOINT_SECONDS * 1000) return;
          state.write(checkpoint);
          written = Date.now();
        },
      });
    },
    shapes: ({ weights: { k, d, decoder } }) => ({
      "weights.W": [k, d],
      ...(decoder ? { "weights.decoder": [k, d] } : {}),
    }),
    ...(spec.runs ? { runs: spec.runs } : {}),
  });
}
