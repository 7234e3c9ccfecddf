import type * as Tf from "@tensorflow/tfjs";
import type { z } from "zod";
import type { SaeWeights } from "../records/sae-weights";
import type { Parameters } from "./adam";
import type { NormedRows } from "./layer-norm";
import type { TrainingConfig } from "./settings";

export type { TrainingConfig } from "./settings";

/** One batch on the device: rows of users first, then rows of items. */
export interface Batch {
  users: Tf.Tensor2D;
  items: Tf.Tensor2D;
}

/** Rows with their activations, from which they can be rebuilt as often as wanted. */
export interface EncodedRows extends NormedRows {
  /** [n, k] */
  latents: Float32Array;
}

/** What the fused kernel needs to know of an architecture: it computes the terms mse, l1, kl and inner, weighted. */
export interface FusedForm<C extends TrainingConfig> {
  /** Whether rows are layer-normalised and there are the biases `bPre` and `bLat`. */
  normalise: boolean;
  /** The four terms' weights in an epoch counted from 0, and the target mean activation of the third. */
  weights(config: C, epoch: number): { mse: number; l1: number; kl: number; rho: number; inner: number };
}

/** Settings with their checks: a zod object, whose `shape` has each setting's description. */
export type SettingsSchema<C extends TrainingConfig> = z.ZodType<C> & { shape: Readonly<Record<string, z.ZodType>> };

/**
 * An autoencoder: its settings, its loss split by name, and how its weights read and rebuild rows. The trainers, the metrics and the
 * lab know no more of it. A new one is a file with such a record and a line in `architectures.ts`.
 */
export interface Architecture<C extends TrainingConfig = TrainingConfig> {
  /** The name by which settings and weights tell it: "msae". */
  name: string;
  /** Its name in progress, tables and figures: "MSAE". */
  title: string;
  /** Its settings, each with meaning, unit, default and source, and the sentences that refuse what makes no sense. */
  schema: SettingsSchema<C>;
  defaults: C;
  /** Defaults that the preset `calibrated` changes; left out: none. */
  calibrated?: Partial<C>;
  /** Prefixes for k latents where none are set; left out: nothing is nested, [k]. */
  prefixes?(k: number): number[];
  /** Settings that grow with the epochs where small data has its schedule stretched; left out: none. */
  stretched?(config: C, factor: number): Partial<C>;
  /** Names of the loss terms, in the order in which they are reported. */
  terms: readonly string[];
  /** Weighted loss terms by name; their sum is what is minimised. */
  loss(
    tf: typeof Tf,
    parameters: Record<string, Tf.Tensor>,
    batch: Batch,
    config: C,
    epoch: number,
  ): Record<string, Tf.Scalar>;
  /** Weight of the term `betaTerm` in an epoch counted from 0, for the log; 0 where there is none. */
  beta(epoch: number, config: C): number;
  /** The term that {@link beta} multiplies; left out: none. */
  betaTerm?: string;
  /** Starting parameters by name. */
  init(config: C, d: number): Parameters;
  /** Sides of each parameter; a first side of k is a row a latent. */
  shapes(config: C, d: number): Record<string, number[]>;
  /** Steps of an epoch, and which rows each takes: "shorter" ends with the shorter side, "users" cycles the items. */
  epochEnds: "shorter" | "users";
  /** Rows as the encoder sees them, and what is needed to go back. @param rows [n, d] */
  normalise(rows: Float32Array, d: number): NormedRows;
  /** Activations of rows that are normalised, not below 0. @returns [n, k] */
  encode(weights: SaeWeights, rows: NormedRows): Float32Array;
  /**
   * Rows rebuilt after every latent j is multiplied by `scale[j]`, and brought back from the normalised form. Straight in the scales.
   *
   * @param scale [m], m up to k; latents from m on are left out @returns [n, d]
   */
  decode(weights: SaeWeights, encoded: EncodedRows, scale: Float32Array): Float32Array;
  /** How the fused kernel computes it; left out: it is trained in tfjs alone. */
  fused?: FusedForm<C>;
  /** The weights as they are kept, from trained parameters. */
  weights(parameters: Parameters, config: C, d: number): SaeWeights;
}
