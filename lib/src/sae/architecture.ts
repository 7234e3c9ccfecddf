import type * as Tf from "@tensorflow/tfjs";
import type { AdamConfig, Parameters } from "./adam";
import type { SaeWeights } from "./weights";

/** Settings that every architecture has; the trainer reads these and no others. */
export interface TrainingConfig extends AdamConfig {
  /** Latents; the paper's are 50. */
  k: number;
  /** Nested prefix lengths, ascending, the last equal to k. */
  prefixes: number[];
  /** Passes over the shorter side, or over the users where the architecture says so; the paper's are 30. */
  epochs: number;
  /** Rows of users, and rows of items, in a step; the paper's are 256 of each. */
  batch: number;
  /** Seed of the starting weights and of every epoch's order. */
  seed: number;
}

/** One batch on the device: rows of users first, then rows of items. */
export interface Batch {
  users: Tf.Tensor2D;
  items: Tf.Tensor2D;
}

/** An autoencoder as the trainer sees it: parameters, and a loss that is split by name. */
export interface Architecture<C extends TrainingConfig = TrainingConfig> {
  name: string;
  /** Names of the loss terms, in the order in which they are reported. */
  terms: readonly string[];
  /** Refuse settings that make no sense, each with a sentence. */
  validate(config: C): void;
  /** Starting parameters by name. */
  init(config: C, d: number): Parameters;
  shapes(config: C, d: number): Record<string, number[]>;
  /** Steps of an epoch, and which rows each takes: "shorter" ends with the shorter side, "users" cycles the items. */
  epochEnds: "shorter" | "users";
  /** Weighted loss terms by name; their sum is what is minimised. */
  loss(
    tf: typeof Tf,
    parameters: Record<string, Tf.Tensor>,
    batch: Batch,
    config: C,
    epoch: number,
  ): Record<string, Tf.Scalar>;
  /** Weight of the term that grows with the epochs, for the log; 0 where there is none. */
  beta(epoch: number, config: C): number;
  weights(parameters: Parameters, config: C, d: number): SaeWeights;
}
