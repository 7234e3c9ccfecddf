/**
 * The paper's autoencoder trained on pure noise, at the paper's shape: 400,000 × 20 users and 182,207 × 20 items drawn
 * from N(0, 0.1²), 30 epochs. Prints the mean loss per step and the published reduction at epochs 1, 10 and 30 beside the
 * published loss, and the scores over the noise. Takes some seconds on the kernel.
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

const [USERS, ITEMS, D] = [400_000, 182_207, 20];

async function main(): Promise<void> {
  const noise = (rows: number, name: string): Float32Array => {
    const random = seededRandom(42, `bench/noise/${name}`);
    return Float32Array.from({ length: rows * D }, () => 0.1 * random.normal());
  };
  const rows = { users: noise(USERS, "users"), items: noise(ITEMS, "items"), d: D };
  const started = Date.now();
  const { weights, history, backend } = await trainMsae(rows, MSAE_PRESETS.paper, {
    onCheckpoint: ({ epoch }) => console.error(`epoch ${epoch}: ${((Date.now() - started) / 1000).toFixed(0)} s`),
  });
  const seconds = (Date.now() - started) / 1000;
  const steps = history.reduce((sum, row) => sum + row.steps, 0);
  console.log(
    `${steps} steps in ${seconds.toFixed(0)} s, ${((1000 * seconds) / steps).toFixed(1)} ms a step, backend ${backend}`,
  );
  for (const epoch of [1, 10, 30]) {
    const { total, published } = history[epoch - 1];
    console.log(
      `epoch ${epoch}: ${total.toFixed(4)} per step; published reduction ${published.toFixed(4)}, the paper's factors ${PUBLISHED.msaeLoss[epoch]}`,
    );
  }
  const sample = sampleRows(ITEMS, PUBLISHED.monosemanticity.sample, 42);
  const items = new Float32Array(sample.length * D);
  sample.forEach((row, at) => {
    items.set(rows.items.subarray(row * D, (row + 1) * D), at * D);
  });
  const scores = monosemanticity(encode(weights, items), weights.k, items, D);
  const { min, max } = PUBLISHED.monosemanticity;
  console.log(
    `scores ${Math.min(...scores).toFixed(4)} to ${Math.max(...scores).toFixed(4)} (published ${min} to ${max}), correlation with the index ${pearson(scores, [...scores.keys()]).toFixed(3)}`,
  );
}

void main();
