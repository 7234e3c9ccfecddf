/**
 * The paper's autoencoder trained on pure noise, at the paper's shape: users and items drawn from N(0, 0.1²), 30 epochs.
 * Prints the mean loss per step and the published reduction beside the published loss, and the scores over the noise.
 * `npm run figures` keeps them as `OURS` in lib/src/lab/ours.ts.
 *
 *   node --import tsx bench/noise-trained.ts
 */

import { seededRandom } from "../lib/src/base/random";
import { PUBLISHED } from "../lib/src/lab/published";
import { monosemanticity, sampleRows } from "../lib/src/metrics/monosemanticity";
import { pearson } from "../lib/src/metrics/popularity";
import { encode } from "../lib/src/sae/encode";
import { MSAE_PRESETS } from "../lib/src/sae/msae";
import { trainMsae } from "../lib/src/sae/trainers";

const D = 20;
const EPOCHS = Object.keys(PUBLISHED.msaeLoss).map(Number);

/** What the training on noise gives, by epoch counted from 1, and over the items that the paper would sample. */
export interface NoiseTrainedFigures {
  /** In the published reduction. */
  loss: Record<number, number>;
  /** The mean per step. */
  lossPerStep: Record<number, number>;
  score: { min: number; max: number; correlationWithIndex: number };
}

/** Train on noise of the paper's shape and score the latents on it. */
export async function noiseTrainedFigures(onEpoch?: (epoch: number) => void): Promise<NoiseTrainedFigures> {
  const noise = (rows: number, name: string): Float32Array => {
    const random = seededRandom(42, `bench/noise/${name}`);
    return Float32Array.from({ length: rows * D }, () => 0.1 * random.normal());
  };
  const [users, items] = [noise(PUBLISHED.fitted.users, "users"), noise(PUBLISHED.data.items, "items")];
  const { weights, history } = await trainMsae({ users, items, d: D }, MSAE_PRESETS.paper, {
    onCheckpoint: ({ epoch }) => onEpoch?.(epoch),
  });
  const sample = sampleRows(PUBLISHED.data.items, PUBLISHED.monosemanticity.sample, 42);
  const sampled = new Float32Array(sample.length * D);
  sample.forEach((row, place) => {
    sampled.set(items.subarray(row * D, (row + 1) * D), place * D);
  });
  const scores = monosemanticity(encode(weights, sampled), weights.k, sampled, D);
  const byEpoch = (of: "published" | "total"): Record<number, number> =>
    Object.fromEntries(EPOCHS.map((epoch) => [epoch, history[epoch - 1][of]]));
  return {
    loss: byEpoch("published"),
    lossPerStep: byEpoch("total"),
    score: {
      min: Math.min(...scores),
      max: Math.max(...scores),
      correlationWithIndex: pearson(scores, [...scores.keys()]),
    },
  };
}

async function main(): Promise<void> {
  const { loss, lossPerStep, score } = await noiseTrainedFigures((epoch) => console.error(`epoch ${epoch}`));
  for (const epoch of EPOCHS)
    console.log(
      `epoch ${epoch}: ${lossPerStep[epoch].toFixed(4)} per step; published reduction ${loss[epoch].toFixed(4)}, the paper's factors ${PUBLISHED.msaeLoss[epoch]}`,
    );
  const { min, max } = PUBLISHED.monosemanticity;
  console.log(
    `scores ${score.min.toFixed(4)} to ${score.max.toFixed(4)} (published ${min} to ${max}), correlation with the index ${score.correlationWithIndex.toFixed(3)}`,
  );
}

if (require.main === module) void main();
