import { requireInput } from "../errors";
import type { LabConfig } from "../lab/config";
import type { Factors } from "../mf/factors";
import type { OnProgress } from "../progress";
import type { Architecture } from "../sae/architecture";
import type { EngineName } from "../sae/backend";
import { chooseEngine } from "../sae/choose-engine";
import type { FusedConfig } from "../sae/fused";
import type { Checkpoint, TrainedSae, TrainingRows } from "../sae/train";
import { trainOnBest } from "../sae/trainers";
import { defineStage, type Need, type Needs, type Stage, type Values } from "./stage";

/** Seconds between checkpoints, about. */
const CHECKPOINT_SECONDS = 5;

/** What is trained, on what. */
export interface TrainingSpec<C extends FusedConfig, N extends Needs & { factors: Need<Factors> }, O> {
  name: string;
  phase: string;
  needs: N;
  architecture: Architecture<C>;
  config(config: LabConfig, inputs: Values<N>, asked: O | undefined): C;
  rows(inputs: Values<N>, tools: { seed: number; onProgress: OnProgress }): TrainingRows | Promise<TrainingRows>;
  runs?(config: LabConfig): boolean;
}

/** A stage that trains an autoencoder; a killed training goes on from its last checkpoint. The engine is part of its settings. */
export function defineTraining<C extends FusedConfig, N extends Needs & { factors: Need<Factors> }, O = undefined>(
  spec: TrainingSpec<C, N, O>,
): Stage<TrainedSae, O> {
  const { architecture } = spec;
  return defineStage({
    name: spec.name,
    phase: spec.phase,
    needs: spec.needs,
    async settings(config, inputs, asked: O | undefined): Promise<C & { architecture: string; backend: EngineName }> {
      const { d, itemIds } = (inputs as { factors: Factors }).factors;
      const own = spec.config(config, inputs, asked);
      requireInput(
        itemIds.length >= own.k,
        `The data leaves ${itemIds.length} items after pruning, fewer than the ${own.k} latents: give more data, prune less, or ask for fewer latents with --k.`,
      );
      const { engine } = await chooseEngine(architecture.name, { k: own.k, d });
      return { architecture: architecture.name, backend: engine, ...own };
    },
    async compute(inputs, { settings, seed, onProgress, checkpoint }) {
      const { architecture: _name, backend: _backend, ...own } = settings;
      const kept = checkpoint<Checkpoint>();
      let written = Date.now();
      const rows = await spec.rows(inputs, { seed, onProgress });
      return trainOnBest(architecture, rows, own as unknown as C, {
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
    ...(spec.runs ? { runs: spec.runs } : {}),
  });
}
