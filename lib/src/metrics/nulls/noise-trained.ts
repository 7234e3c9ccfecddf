import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import { meanScore, monosemanticityAll } from "../monosemanticity";
import { standardDeviation } from "./noise";
import type { Encode, NullDefinition, ScoreNull } from "./null";

/** The same autoencoder trained on Gaussian noise, and scored on it: what the whole method gives where there is nothing to find. */
export const noiseTrained: NullDefinition = { question: "noise" };

/** Normal numbers drawn between two reports of progress. */
const DRAWN_A_REPORT = 500_000;

/** Gaussian noise in the shape of one side's factors, with their overall standard deviation; the same for the same seed. */
export async function noiseLike(
  values: Float32Array,
  side: "users" | "items",
  seed: number,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const random = seededRandom(seed, `noise-trained/${side}`);
  const scale = standardDeviation(values);
  const out = new Float32Array(values.length);
  for (let from = 0; from < out.length; from += DRAWN_A_REPORT) {
    const to = Math.min(out.length, from + DRAWN_A_REPORT);
    for (let index = from; index < to; index++) out[index] = scale * random.normal();
    await onProgress?.({ phase: `noise for ${side}`, done: to, total: out.length, unit: "numbers" });
  }
  return out;
}

/**
 * Scores of the autoencoder trained on noise, over that noise.
 *
 * @param input.items [n, d] the real item factors, whose shape and scale the noise has @param input.encode of that autoencoder
 */
export async function noiseTrainedNull(
  { items, d, k, encode }: { items: Float32Array; d: number; k: number; encode: Encode },
  seed: number,
  onProgress?: OnProgress,
): Promise<ScoreNull> {
  const noise = await noiseLike(items, "items", seed, onProgress);
  const perLatent = await monosemanticityAll(await encode(noise), k, noise, d, onProgress);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained on Gaussian noise of the factors' scale, and scored on it" };
}
