/**
 * Epochs of BCE SGD at the paper's shape: 400,000 users × 182,000 items, 2.5M positives and as many negatives, d = 20,
 * batches of 1,024. Drawing and shuffling are part of an epoch. Prints JSON: seconds an epoch, median.
 *
 *   node --import tsx bench/bce-sgd.ts [THREADS]
 */
import { csrFromPairs } from "../lib/src/data/interactions";
import { BceSgdKernel } from "../lib/src/kernels/bce-sgd";
import { BCE_SGD_DEFAULTS } from "../lib/src/mf/bce-sgd";
import { seededRandom } from "../lib/src/random";

const [USERS, ITEMS, POSITIVES, EPOCHS] = [400_000, 182_000, 2_500_000, 7];

async function main(): Promise<void> {
  const random = seededRandom(42, "bench/bce-sgd");
  const users = Int32Array.from({ length: POSITIVES }, () => random.integer(USERS));
  // Popularity falls as it does in shops: few items have most of the interactions.
  const items = Int32Array.from({ length: POSITIVES }, () => Math.floor(ITEMS * random.uniform() ** 3));
  const csr = csrFromPairs(USERS, ITEMS, users, items);
  const { d, initScale } = BCE_SGD_DEFAULTS;
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => initScale * random.normal());
  const threads = process.argv[2] ? Number(process.argv[2]) : undefined;
  const kernel = new BceSgdKernel(csr, BCE_SGD_DEFAULTS, threads);
  await kernel.start({
    P: normals(USERS * d),
    Q: normals(ITEMS * d),
    bu: new Float32Array(USERS),
    bi: new Float32Array(ITEMS),
  });
  const [drawing, training]: [number[], number[]] = [[], []];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const started = performance.now();
    await kernel.draw(42, epoch);
    const drawn = performance.now();
    await kernel.train(() => {});
    drawing.push((drawn - started) / 1000);
    training.push((performance.now() - drawn) / 1000);
  }
  await kernel.close();
  const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(EPOCHS / 2)];
  const [draw, train] = [median(drawing), median(training)];
  console.log(
    JSON.stringify({ pairs: 2 * csr.indices.length, d, seconds: draw + train, drawing: draw, training: train }),
  );
}

void main();
