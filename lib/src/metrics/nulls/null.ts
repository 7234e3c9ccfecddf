import type { OnProgress } from "../../base/progress";
import { type Random, seededRandom } from "../../base/random";
import type { SaeWeights } from "../../records/sae-weights";
import { meanScore, monosemanticity } from "../monosemanticity";

/** Turns factor rows [n, d] into activations [n, k], at once or a part at a time. */
export type Encode = (rows: Float32Array) => Float32Array | Promise<Float32Array>;

/** What a null of the score is computed from. */
export interface NullInput {
  /** [n, d] item factors without rows that are exactly zero */
  items: Float32Array;
  d: number;
  k: number;
  /** [n, k] activations of the trained autoencoder on `items` */
  latents: Float32Array;
  /** The trained autoencoder. */
  encode: Encode;
  /** The same autoencoder with its starting weights. */
  encodeUntrained: Encode;
  seed: number;
  onProgress?: OnProgress;
}

/** The score where there is nothing to find. */
export interface ScoreNull {
  mean: number;
  /** [k] mean over draws, NaN for a latent without a score in any */
  perLatent: Float64Array;
  /** Mean score of each draw: how far one draw may lie from another. */
  draws: number[];
  /** What was replaced by what, in words. */
  what: string;
}

/**
 * What a null answers, and a score is evidence for an answer only against that answer's null: is it more than noise gives, more
 * than the data's own covariance gives, is it in the data, is it due to training the autoencoder, is it in this latent rather than in any?
 * Nulls are not nested: what the covariance of the factors gives is itself in the data where `rewired` has none of it.
 */
export type NullQuestion = "noise" | "covariance" | "data" | "training" | "latent";

/** A null of the score. */
export interface NullDefinition {
  question: NullQuestion;
  /** The encoder that stands in place of the trained one, where it follows from that one: its latents are labelled, too. */
  weights?(trained: SaeWeights): SaeWeights;
  /** Absent where the null is a training of its own, which a stage makes. */
  compute?(input: NullInput): Promise<ScoreNull>;
}

/** Draws of a random null. */
export const NULL_DRAWS = 5;

/** Noise rows are as many as the items, but no more than this: the score of a cloud does not depend on more. */
export const MAX_NOISE_ROWS = 20_000;

/**
 * Make a random null's draws one after the other, each of them reported.
 *
 * @param make scores [k] of a draw
 */
export async function eachDraw(
  name: string,
  { onProgress }: Pick<NullInput, "onProgress">,
  make: (draw: number) => Float64Array | Promise<Float64Array>,
): Promise<Float64Array[]> {
  const draws: Float64Array[] = [];
  while (draws.length < NULL_DRAWS) {
    draws.push(await make(draws.length));
    await onProgress?.({ phase: `null ${name}`, done: draws.length, total: NULL_DRAWS, unit: "draws" });
  }
  return draws;
}

/** Average a null's scores over draws; a latent's draws without a score are left out of its mean. */
export function overDraws(draws: readonly Float64Array[], what: string): ScoreNull {
  const perLatent = draws[0].map((_, latent) => meanScore(draws.map((scores) => scores[latent])));
  return { mean: meanScore(perLatent), perLatent, draws: draws.map(meanScore), what };
}

/**
 * A null in which the items are replaced by clouds of noise: as many rows, but no more than {@link MAX_NOISE_ROWS}.
 *
 * @param stream of each draw's random numbers, below `null/` @param cloud so many rows [rows, d] of a draw
 */
export async function noiseNull(
  input: NullInput,
  { name, stream, what }: { name: string; stream: string; what: string },
  cloud: (random: Random, rows: number) => Float32Array,
): Promise<ScoreNull> {
  const rows = Math.min(input.items.length / input.d, MAX_NOISE_ROWS);
  const draws = await eachDraw(name, input, (draw) =>
    scoreOfRows(cloud(seededRandom(input.seed, `null/${stream}/${draw}`), rows), input),
  );
  return overDraws(draws, what);
}

/** Encode noise rows and score the latents against that same noise. */
export async function scoreOfRows(
  rows: Float32Array,
  input: Pick<NullInput, "encode" | "k" | "d">,
): Promise<Float64Array> {
  return monosemanticity(await input.encode(rows), input.k, rows, input.d);
}
