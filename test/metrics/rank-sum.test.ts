import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { type RankSum, rankSumTest } from "../../lib/src/metrics/rank-sum";
import { allClose } from "../oracle";

/** Active items (their values, lowest first) and labels over all items, the idle ones behind the active. */
function observed(values: number[], labels: number[]): RankSum {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b] || labels[b] - labels[a]);
  const ranks = order.reduce((sum, item, at) => sum + labels[item] * (at + 1), 0);
  const hits = values.reduce((sum, _, at) => sum + labels[at], 0);
  return { positives: labels.reduce((sum, y) => sum + y, 0), hits, ranks };
}

/** Every way to label n items with m ones. */
function labellings(n: number, m: number): number[][] {
  const all: number[][] = [];
  for (let set = 0; set < 1 << n; set++) {
    const drawn = Array.from({ length: n }, (_, at) => (set >> at) & 1);
    if (drawn.reduce((sum, y) => sum + y, 0) === m) all.push(drawn);
  }
  return all;
}

/** The rank sum with midranks, over the least: what AUROC is made of. */
const midrankSum = (n: number, active: number, { hits, ranks }: RankSum): number =>
  ((n - active - 1) / 2) * hits + ranks;

test("without ties among active values p is that of all labellings", () => {
  for (const [n, active] of [
    [9, 1],
    [9, 4],
    [10, 8],
    [11, 10],
    [12, 3],
  ])
    for (const m of [1, 2, 4, n - 1]) {
      const values = Array.from({ length: active }, (_, at) => at + 1);
      const p = rankSumTest(n, active);
      const all = labellings(n, m).map((labels) => observed(values, labels));
      const sums = all.map((one) => midrankSum(n, active, one));
      for (const [at, one] of all.entries()) {
        const expected = sums.filter((sum) => sum >= sums[at] - 1e-9).length / all.length;
        const found = p(one);
        assert.is(found.method, "exact");
        allClose([found.p], [expected], 1e-12, `${n} ${active} ${m}`);
      }
    }
});

test("with ties p stays valid: no p comes more often than it says; for two values it is Fisher's", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (values, idle, wanted) => {
        const n = values.length + idle;
        const p = rankSumTest(n, values.length);
        const all = labellings(n, Math.min(wanted, n - 1)).map((labels) => p(observed(values, labels)).p);
        for (const one of all)
          assert.ok(all.filter((other) => other <= one + 1e-12).length <= (one + 1e-12) * all.length);
      },
    ),
    { numRuns: 200 },
  );
  // 4 of 4 positives among 5 active of 12 that are all alike: C(5,4)/C(12,4), Fisher's.
  const labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
  allClose([rankSumTest(12, 5)(observed([1, 1, 1, 1, 1], labels)).p], [5 / 495], 1e-12);
});

test("large tables keep their digits: p of the highest sum is one over the number of labellings", () => {
  const [n, active, m] = [6000, 900, 25];
  const ranks = Array.from({ length: m }, (_, at) => active - at).reduce((a, b) => a + b);
  let expected = 0;
  for (let at = 0; at < m; at++) expected -= Math.log((n - at) / (m - at));
  const { p, method } = rankSumTest(n, active)({ positives: m, hits: m, ranks });
  assert.is(method, "exact");
  allClose([Math.log(p)], [expected], 1e-9);
  // The second highest sum counts once more.
  allClose([rankSumTest(n, active)({ positives: m, hits: m, ranks: ranks - 1 }).p / p], [2], 1e-9);
  // Half of all sums of an even number of ranks lie at or above the middle, and the middle itself.
  const at = (sum: number): number => rankSumTest(900, 899)({ positives: 8, hits: 8, ranks: sum }).p;
  assert.ok(at(3600) > 0.48 && at(3600) < 0.52 && at(3600) > at(3601));
});

/** Draws of a category's labels: how many of its items are active, and which. */
function drawn(n: number, active: number, m: number, random: ReturnType<typeof seededRandom>): RankSum {
  // Selection without replacement by Floyd's algorithm: positions below `active` are active, the highest rank first.
  const chosen = new Set<number>();
  for (let at = n - m; at < n; at++) {
    const one = random.integer(at + 1);
    chosen.add(chosen.has(one) ? at : one);
  }
  let [hits, ranks] = [0, 0];
  for (const one of chosen)
    if (one < active) {
      hits++;
      ranks += active - one;
    }
  return { positives: m, hits, ranks };
}

test("p at or below α comes no more often than α where there is nothing, at any sparsity and size of category", () => {
  const random = seededRandom(1, "rank-sum-null");
  const draws = 30_000;
  for (const [n, share, m] of [
    [739, 0.02, 10],
    [739, 0.02, 60],
    [739, 0.1, 10],
    [739, 0.3, 40],
    [739, 0.3, 250],
    [2000, 0.005, 50],
    [2000, 0.1, 300],
    [400, 0.999, 60],
  ]) {
    const active = Math.round(n * share);
    const p = rankSumTest(n, active);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const found = p(drawn(n, active, m, random)).p;
      for (const [at, alpha] of [1e-2, 1e-3, 1e-4].entries()) if (found <= alpha) counts[at]++;
    }
    for (const [at, alpha] of [1e-2, 1e-3, 1e-4].entries()) {
      const expected = alpha * draws;
      // 1.1 times nominal and 4 standard deviations of counting; what the normal form gives is far beyond.
      const most = 1.1 * expected + 4 * Math.sqrt(expected) + 1;
      assert.ok(
        counts[at] <= most,
        `n ${n}, active ${active}, ${m} positives: ${counts[at]} of ${expected} at ${alpha}`,
      );
    }
  }
});

test("beyond the exact tables the method says so, and p joins on", () => {
  const p = rankSumTest(4000, 2000);
  const one = p({ positives: 200, hits: 110, ranks: 110 * 1050 });
  assert.is(one.method, "conditional");
  assert.ok(one.p > 0 && one.p < 1);
  assert.is(p({ positives: 9, hits: 7, ranks: 7 * 1050 }).method, "exact");
  assert.ok(p({ positives: 500, hits: 499, ranks: 499 * 1700 }).p < 1e-100);
  assert.is(p({ positives: 20, hits: 0, ranks: 0 }).p, 1);
});

test.run();
