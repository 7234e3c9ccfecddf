import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import { gatherRows } from "../../records/matrix";
import { meanScore, monosemanticityAll } from "../monosemanticity";
import { standardDeviation } from "./noise";
import type { Encode, NullDefinition, ScoreNull } from "./null";

/** The same autoencoder trained on Gaussian noise, and scored on it: what the whole method gives where there is nothing to find. */
export const noiseTrained: NullDefinition = { question: "noise" };

/** Normal numbers drawn between two reports of progress. */
const DRAWN_A_REPORT = 500_000;

/** One side's factors. */
export interface Side {
  /** [n, d] */
  values: Float32Array;
  d: number;
  /** Rows that count: those with an interaction in the train split. The others are zero, or random, and say nothing of the factors' scale. */
  rows: Int32Array;
}

/**
 * Gaussian noise in the shape of one side's factors, with the overall standard deviation of the rows that count; the same for the same seed.
 *
 * @returns [n, d], rows that do not count among them
 */
export async function noiseLike(
  { values, d, rows }: Side,
  side: "users" | "items",
  seed: number,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const random = seededRandom(seed, `noise-trained/${side}`);
  const scale = standardDeviation(gatherRows(values, d, rows));
  const out = new Float32Array(values.length);
  for (let from = 0; from < out.length; from += DRAWN_A_REPORT) {
    const to = Math.min(out.length, from + DRAWN_A_REPORT);
    for (let index = from; index < to; index++) out[index] = scale * random.normal();
    await onProgress?.({ phase: `noise for ${side}`, done: to, total: out.length, unit: "numbers" });
  }
  return out;
}

/**
 * Scores of the autoencoder trained on noise, over that noise, in as many rows as ours are over.
 *
 * @param input.items the real item factors, whose shape and scale the noise has @param input.encode of that autoencoder
 */
export async function noiseTrainedNull(
  { items, k, encode }: { items: Side; k: number; encode: Encode },
  seed: number,
  onProgress?: OnProgress,
): Promise<ScoreNull> {
  const { d, rows } = items;
  const noise = gatherRows(await noiseLike(items, "items", seed, onProgress), d, rows);
  const perLatent = await monosemanticityAll(await encode(noise), k, noise, d, onProgress);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained on Gaussian noise of the factors' scale, and scored on it" };
}
