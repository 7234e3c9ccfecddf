import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { csrFromPairs } from "../../lib/src/data/interactions";
import { InputError } from "../../lib/src/errors";
import { bootstrapMean } from "../../lib/src/metrics/bootstrap";
import { evaluateRanking } from "../../lib/src/metrics/ranking";
import { fvu, reconstructionMetrics } from "../../lib/src/metrics/reconstruction";
import { topK, topOfScores } from "../../lib/src/metrics/top-k";
import type { Factors } from "../../lib/src/mf/factors";
import { seededRandom } from "../../lib/src/random";
import { allClose } from "../oracle";

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

function randomCase(seed: number, users = 12, items = 40) {
  const random = seededRandom(seed, "ranking");
  const d = 3;
  // Few distinct values, so that ties happen.
  const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.integer(3) - 1);
  const factors: Factors = {
    d,
    users: values(users * d),
    items: values(items * d),
    itemBias: values(items),
    userIds: ids("u", users),
    itemIds: ids("i", items),
    config: { kind: "test" },
  };
  const [train, test]: [number[][], number[][]] = [[], []];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++) {
      const draw = random.uniform();
      if (draw < 0.1) train.push([u, i]);
      else if (draw < 0.2 && u > 1) test.push([u, i]);
    }
  const csr = (pairs: number[][]) =>
    csrFromPairs(
      users,
      items,
      pairs.map(([u]) => u),
      pairs.map(([, i]) => i),
    );
  return { factors, train: csr(train), test: csr(test) };
}

/** The whole evaluation by full sorts and plain loops. */
function bruteForce({ factors, train, test }: ReturnType<typeof randomCase>) {
  const n = factors.itemIds.length;
  const sums = { users: 0, ndcg: 0, precision: 0, recall10: 0, recall20: 0, auc: 0 };
  for (let u = 0; u < factors.userIds.length; u++) {
    const rowOf = (csr: typeof train): number[] => [...csr.indices.slice(csr.indptr[u], csr.indptr[u + 1])];
    const [seen, wanted] = [rowOf(train), rowOf(test)];
    if (wanted.length === 0) continue;
    const score = (i: number): number => {
      let sum = factors.itemBias![i];
      for (let f = 0; f < 3; f++) sum += factors.users[u * 3 + f] * factors.items[i * 3 + f];
      return sum;
    };
    const open = [...Array(n).keys()].filter((i) => !seen.includes(i));
    const list = [...open].sort((a, b) => score(b) - score(a) || a - b);
    const hits = (k: number): number => list.slice(0, k).filter((i) => wanted.includes(i)).length;
    const gain = (order: number[]): number =>
      order.slice(0, 10).reduce((sum, i, rank) => sum + (wanted.includes(i) ? 1 / Math.log2(rank + 2) : 0), 0);
    const negatives = open.filter((i) => !wanted.includes(i));
    let won = 0;
    for (const p of wanted) for (const q of negatives) won += score(p) > score(q) ? 1 : score(p) === score(q) ? 0.5 : 0;
    sums.users++;
    sums.ndcg += gain(list) / gain(wanted);
    sums.precision += hits(10) / 10;
    sums.recall10 += hits(10) / wanted.length;
    sums.recall20 += hits(20) / wanted.length;
    sums.auc += won / (wanted.length * negatives.length);
  }
  return sums;
}

test("every figure equals full sorts and plain loops, ties included", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 10_000 }), async (seed) => {
      const known = randomCase(seed);
      const expected = bruteForce(known);
      const metrics = await evaluateRanking(known.factors, known.train, known.test);
      assert.is(metrics.users, expected.users);
      const { ndcgAt10, precisionAt10, recallAt10, recallAt20, auc } = metrics;
      const mean = (sum: number): number => sum / expected.users;
      allClose(
        [ndcgAt10, precisionAt10, recallAt10, recallAt20, auc],
        [expected.ndcg, expected.precision, expected.recall10, expected.recall20, expected.auc].map(mean),
        1e-6,
      );
    }),
    { numRuns: 25 },
  );
});

test("a list equals the head of a full sort, for every length, with masked items left out", () => {
  const { factors } = randomCase(3);
  const mask = [0, 7, 39];
  const full = topK(factors, 2, 40, mask).items;
  assert.is(full.length, 37);
  for (const k of [1, 5, 20, 37]) assert.equal(topK(factors, 2, k, mask).items, full.slice(0, k));
  assert.equal([...topOfScores(Float32Array.of(1, 3, 3, -Infinity, 2), 4).items], [1, 2, 4, 0]);
});

test("K beyond the catalogue, shapes that do not agree and an empty test split are refused", async () => {
  const { factors, train, test: held } = randomCase(3);
  assert.throws(() => topK(factors, 0, 41), /catalogue has 40 items/);
  const other = csrFromPairs(12, 41, [0], [0]);
  const empty = csrFromPairs(12, 40, [], []);
  for (const [a, b] of [
    [other, held],
    [train, other],
    [train, empty],
  ]) {
    const error = await evaluateRanking(factors, a, b).catch((thrown) => thrown);
    assert.instance(error, InputError);
  }
});

test("a bootstrap interval holds the mean, and that of constant values has no width", () => {
  const random = seededRandom(1, "boot");
  const values = Float64Array.from({ length: 400 }, () => random.normal());
  const { mean, low, high } = bootstrapMean(values, { seed: 1, name: "t" });
  assert.ok(low < mean && mean < high);
  // ± 1.96 standard errors of 400 standard normal draws.
  assert.ok(Math.abs(high - low - (2 * 1.96) / 20) < 0.03);
  assert.equal(bootstrapMean([2, 2, 2], { seed: 1, name: "t" }), { mean: 2, low: 2, high: 2 });
});

test("FVU is 0 for a perfect copy, 1 for the mean row; sparsity and dead latents are counted", () => {
  const rows = Float32Array.of(1, 2, 3, 6, 5, 1);
  assert.is(fvu(rows, rows, 2), 0);
  assert.is(fvu(rows, Float32Array.of(3, 3, 3, 3, 3, 3), 2), 1);
  const latents = Float32Array.of(1, 0, 0, 2, 0, 0, 3, 1, 0);
  const metrics = reconstructionMetrics({
    rows,
    d: 2,
    latents,
    k: 3,
    prefixes: [1, 3],
    reconstruct: (m) => (m === 3 ? rows : new Float32Array(6)),
  });
  assert.is(metrics.fvu, 0);
  assert.is(metrics.dead, 1);
  assert.ok(Math.abs(metrics.l0 - 4 / 3) < 1e-12);
  assert.ok(metrics.fvuPerPrefix[0] > 1);
});

test.run();
