import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { countsOfCounts, gini, lorenz, topShare } from "../../lib/src/metrics/concentration";

/** Mean absolute difference over twice the mean: the definition, by a double loop. */
function plainGini(counts: readonly number[]): number {
  let [differences, sum] = [0, 0];
  for (const a of counts) {
    sum += a;
    for (const b of counts) differences += Math.abs(a - b);
  }
  return differences / (2 * counts.length * sum);
}

test("the Gini coefficient is the mean absolute difference over twice the mean", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }), (counts) => {
      fc.pre(counts.some((count) => count > 0));
      assert.ok(Math.abs(gini(counts) - plainGini(counts)) < 1e-12);
    }),
  );
});

test("equal counts have a Gini of 0, and one that has everything 1 - 1/n", () => {
  assert.is(gini([3, 3, 3, 3]), 0);
  assert.is(gini([0, 0, 0, 8]), 0.75);
});

test("the Gini coefficient is one minus twice the area below the Lorenz curve", () => {
  const counts = [1, 4, 2, 9, 4, 4, 1, 7, 3, 5];
  const curve = lorenz(counts, counts.length);
  let area = 0;
  for (let at = 1; at < curve.length; at++)
    area += ((curve[at].interactions + curve[at - 1].interactions) / 2) * (curve[at].rows - curve[at - 1].rows);
  assert.ok(Math.abs(gini(counts) - (1 - 2 * area)) < 1e-12);
});

test("the top share counts at least one row, and the whole holds everything", () => {
  assert.is(topShare([1, 1, 6, 2], 0.01), 0.6);
  assert.is(topShare([1, 1, 6, 2], 0.5), 0.8);
  assert.is(topShare([1, 1, 6, 2], 1), 1);
});

test("a Lorenz curve of more points than rows still ends at 1", () => {
  assert.equal(lorenz([1, 3], 4), [
    { rows: 0, interactions: 0 },
    { rows: 0.5, interactions: 0.25 },
    { rows: 0.5, interactions: 0.25 },
    { rows: 1, interactions: 1 },
    { rows: 1, interactions: 1 },
  ]);
});

test("counts of counts are ascending and lose no row", () => {
  assert.equal(countsOfCounts([2, 0, 2, 5]), [
    { count: 0, rows: 1 },
    { count: 2, rows: 2 },
    { count: 5, rows: 1 },
  ]);
});

test("no count at all, a share out of range: one sentence each", () => {
  assert.throws(
    () => gini([]),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => topShare([1], 0),
    (error: unknown) => error instanceof InputError,
  );
  assert.ok(Number.isNaN(gini([0, 0])));
});

test.run();
