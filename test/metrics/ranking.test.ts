import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { bootstrapMean } from "../../lib/src/metrics/bootstrap";
import { evaluateRanking } from "../../lib/src/metrics/ranking";
import { fvu, reconstructionMetrics } from "../../lib/src/metrics/reconstruction";
import { topK, topOfScores } from "../../lib/src/metrics/top-k";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs } from "../../lib/src/records/interactions";
import { allClose } from "../oracle";

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** Few users and items at random; by the seed with or without factors and biases, and with an odd number of items. */
function randomCase(seed: number, users = 11 + (seed % 4), items = 40 + (seed % 2)) {
  const random = seededRandom(seed, "ranking");
  const d = seed % 5;
  // Few distinct values, so that ties happen.
  const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.integer(3) - 1);
  const factors: Factors = {
    d,
    users: values(users * d),
    items: values(items * d),
    itemBias: seed % 3 > 0 ? values(items) : undefined,
    userBias: seed % 3 > 1 ? values(users) : undefined,
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
  const sums = { users: 0, without: 0, ndcg: 0, ndcg3: 0, precision: 0, recall10: 0, recall20: 0, auc: 0 };
  for (let u = 0; u < factors.userIds.length; u++) {
    const rowOf = (csr: typeof train): number[] => [...csr.indices.slice(csr.indptr[u], csr.indptr[u + 1])];
    const [seen, wanted] = [rowOf(train), rowOf(test)];
    if (wanted.length === 0) continue;
    const score = (i: number): number => {
      const { d } = factors;
      let sum = factors.itemBias?.[i] ?? 0;
      for (let f = 0; f < d; f++) sum += factors.users[u * d + f] * factors.items[i * d + f];
      return sum;
    };
    const open = [...Array(n).keys()].filter((i) => !seen.includes(i));
    const list = [...open].sort((a, b) => score(b) - score(a) || a - b);
    const hits = (k: number): number => list.slice(0, k).filter((i) => wanted.includes(i)).length;
    const gain = (order: number[], k = 10): number =>
      order.slice(0, k).reduce((sum, i, rank) => sum + (wanted.includes(i) ? 1 / Math.log2(rank + 2) : 0), 0);
    const negatives = open.filter((i) => !wanted.includes(i));
    let won = 0;
    for (const p of wanted) for (const q of negatives) won += score(p) > score(q) ? 1 : score(p) === score(q) ? 0.5 : 0;
    sums.users++;
    if (seen.length === 0) sums.without++;
    sums.ndcg3 += gain(list, 3) / gain(wanted, 3);
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
      const metrics = await evaluateRanking(known.factors, known.train, known.test, { ks: [3, 10] });
      assert.is(metrics.users, expected.users);
      assert.is(metrics.usersWithoutTrain, expected.without);
      const { ndcgAt10, precisionAt10, recallAt10, recallAt20, auc } = metrics;
      const mean = (sum: number): number => sum / expected.users;
      allClose(
        [ndcgAt10, precisionAt10, recallAt10, recallAt20, auc],
        [expected.ndcg, expected.precision, expected.recall10, expected.recall20, expected.auc].map(mean),
        1e-6,
      );
      const [three, ten] = metrics.lists!;
      allClose([three.ndcg], [mean(expected.ndcg3)], 1e-12);
      allClose([ten.ndcg, ten.precision, ten.recall], [ndcgAt10, precisionAt10, recallAt10], 1e-6);
    }),
    { numRuns: 60 },
  );
});

test("users of many held-out items are counted from all scores at once, to the same bytes", async () => {
  for (let seed = 0; seed < 24; seed++) {
    const { factors, train, test: held } = randomCase(seed, 60, 90);
    const known = await evaluateRanking(factors, train, held, { many: Number.POSITIVE_INFINITY });
    for (const many of [1, 8, 10]) assert.equal(await evaluateRanking(factors, train, held, { many }), known);
  }
});

test("one user with nearly everything, held out and trained on, beside usual ones: the AUC of full loops, at once", async () => {
  const items = 60_000;
  const random = seededRandom(1, "heavy");
  const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.integer(5) - 2);
  const factors: Factors = {
    ...{ d: 4, users: values(12), items: values(4 * items), itemBias: values(items) },
    ...{ userIds: ids("u", 3), itemIds: ids("i", items), config: { kind: "test" } },
  };
  const all = Int32Array.from({ length: items }, (_, item) => item);
  const [trained, wanted] = [all.filter((item) => item % 5 > 1), all.filter((item) => item % 5 === 1)];
  const csr = (of: Int32Array, ...more: [number, number][]) =>
    csrFromPairs(3, items, [...of.map(() => 0), ...more.map(([u]) => u)], [...of, ...more.map(([, i]) => i)]);
  const heavy = await evaluateRanking(factors, csr(trained, [1, 7]), csr(wanted, [1, 3], [2, 4]), { threads: 1 });
  const scores = Float32Array.from(all, (item) => {
    let score = factors.itemBias![item];
    for (let f = 0; f < 4; f++) score += factors.users[f] * factors.items[4 * item + f];
    return score;
  });
  // Whole numbers from −30 to 30: pairs are counted by their scores.
  const tally = (of: Int32Array): Float64Array => {
    const counts = new Float64Array(61);
    for (const item of of) counts[scores[item] + 30]++;
    return counts;
  };
  const [open, held] = [tally(all.filter((item) => item % 5 === 0)), tally(wanted)];
  let won = 0;
  held.forEach((count, at) => {
    won += count * (open.slice(0, at).reduce((sum, value) => sum + value, 0) + open[at] / 2);
  });
  const light = await evaluateRanking(factors, csr(new Int32Array(0), [1, 7]), csr(new Int32Array(0), [1, 3], [2, 4]));
  allClose([3 * heavy.auc], [won / (12_000 * 12_000) + 2 * light.auc], 1e-9);
});

test("a list equals the head of a full sort, for every length, with masked items left out", () => {
  const { factors } = randomCase(3);
  const mask = [0, 7, 39];
  const full = topK(factors, 2, 41, mask).items;
  assert.is(full.length, 38);
  for (const k of [1, 5, 20, 37]) assert.equal(topK(factors, 2, k, mask).items, full.slice(0, k));
  assert.equal(topK(factors, 2, 5, [39, 7, 0]).items, full.slice(0, 5));
  assert.equal([...topOfScores(Float32Array.of(1, 3, 3, -Infinity, 2), 4).items], [1, 2, 4, 0]);
});

test("beyond its budget the AUC is over 20,000 drawn users, and says so; the lists stay over all", async () => {
  const known = randomCase(4, 21_000, 40);
  const exact = await evaluateRanking(known.factors, known.train, known.test);
  assert.is(exact.aucUsers, exact.users);
  assert.is(exact.aucInterval, undefined);
  const sampled = await evaluateRanking(known.factors, known.train, known.test, { aucPairs: 100_000, seed: 1 });
  assert.is(sampled.aucUsers, 20_000);
  assert.ok(sampled.auc !== exact.auc && Math.abs(sampled.auc - exact.auc) < 0.002, `${sampled.auc}, ${exact.auc}`);
  const { low, high } = sampled.aucInterval!;
  assert.ok(low < exact.auc && exact.auc < high && high - low < 0.01, `${low} to ${high}`);
  assert.equal(sampled.perUser, exact.perUser);
});

test("recall divides by all held-out items, and the ideal list is cut at K", async () => {
  // One user; items 0 … 29 in falling order of score; held out: 12 items, of which the first is on top.
  const itemBias = Float32Array.from({ length: 30 }, (_, at) => -at);
  const held = [0, ...Array.from({ length: 11 }, (_, at) => 19 + at)];
  const factors: Factors = {
    d: 0,
    users: new Float32Array(0),
    items: new Float32Array(0),
    itemBias,
    userIds: ["u"],
    itemIds: ids("i", 30),
    config: { kind: "test" },
  };
  const metrics = await evaluateRanking(
    factors,
    csrFromPairs(1, 30, [], []),
    csrFromPairs(1, 30, Array(12).fill(0), held),
  );
  allClose([metrics.recallAt10, metrics.recallAt20, metrics.precisionAt10], [1 / 12, 2 / 12, 0.1], 1e-6);
  const ideal = Array.from({ length: 10 }, (_, rank) => 1 / Math.log2(rank + 2)).reduce((sum, x) => sum + x);
  allClose([metrics.ndcgAt10], [1 / ideal], 1e-6);
  // Item 0 beats all 18 others, the 11 at the end none.
  allClose([metrics.auc], [1 / 12], 1e-12);
  assert.is(metrics.usersWithoutTrain, 1);
  assert.is(metrics.lists, undefined);
});

test("progress runs to the last user, and a listener that throws stops the ranking", async () => {
  const { factors, train, test: held } = randomCase(3);
  const seen: number[] = [];
  await evaluateRanking(factors, train, held, { onProgress: ({ done, total }) => void seen.push(done / total) });
  assert.is(seen[seen.length - 1], 1);
  const onProgress = (): void => {
    throw new Error("stop");
  };
  const error = await evaluateRanking(factors, train, held, { onProgress }).catch((thrown) => thrown);
  assert.is((error as Error).message, "stop");
});

test("K beyond the catalogue, shapes that do not agree and an empty test split are refused", async () => {
  const { factors, train, test: held } = randomCase(3);
  const { rows, cols } = train;
  const input = (message: RegExp) => (error: Error) => error instanceof InputError && message.test(error.message);
  for (const k of [cols + 1, 0, 2.5, Number.NaN])
    assert.throws(() => topK(factors, 0, k), input(/^K is .* has 41 items/));
  for (const user of [-1, rows, 0.5]) assert.throws(() => topK(factors, user, 5), input(/no user row/));
  for (const item of [-1, cols]) assert.throws(() => topK(factors, 0, 5, [item]), input(/cannot be masked/));
  const nan = { ...factors, users: factors.users.slice().fill(Number.NaN, 0, 1) };
  assert.throws(() => topK(nan, 0, 5), input(/item "i0" for user "u0" is not a number/));
  const refused = async (message: RegExp, ...given: Parameters<typeof evaluateRanking>): Promise<void> => {
    const error = await evaluateRanking(...given).catch((thrown) => thrown);
    assert.instance(error, InputError);
    assert.match((error as Error).message, message);
  };
  const other = csrFromPairs(rows, cols + 1, [0], [0]);
  await refused(/train split is .* same data/, factors, other, held);
  await refused(/test split is .* same data/, factors, train, other);
  await refused(/No user has a held-out item/, factors, train, csrFromPairs(rows, cols, [], []));
  await refused(/in train and in test/, factors, held, held);
  await refused(/users hold NaN in the row of "u0"/, nan, train, held);
  await refused(/items hold \d+ values/, { ...factors, items: factors.items.slice(1) }, train, held);
  for (const k of [cols + 1, 0, 1.5]) await refused(/list of .* cannot be ranked/, factors, train, held, { ks: [k] });
});

test("a bootstrap interval holds the mean, and that of constant values has no width", async () => {
  const random = seededRandom(1, "boot");
  const values = Float64Array.from({ length: 400 }, () => random.normal());
  const { mean, low, high } = await bootstrapMean(values, { seed: 1, name: "t" });
  assert.ok(low < mean && mean < high);
  // ± 1.96 standard errors of 400 standard normal draws.
  assert.ok(Math.abs(high - low - (2 * 1.96) / 20) < 0.03);
  assert.equal(await bootstrapMean([2, 2, 2], { seed: 1, name: "t" }), { mean: 2, low: 2, high: 2 });
});

test("FVU is 0 for a perfect copy, 1 for the mean row; sparsity and dead latents are counted", async () => {
  const rows = Float32Array.of(1, 2, 3, 6, 5, 1);
  assert.is(fvu(rows, rows, 2), 0);
  assert.is(fvu(rows, Float32Array.of(3, 3, 3, 3, 3, 3), 2), 1);
  const latents = Float32Array.of(1, 0, 0, 2, 0, 0, 3, 1, 0);
  const metrics = await reconstructionMetrics({
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
