import { jStat } from "jstat";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { distance, RUNS_FOR_P, unitError, weightsBySettings } from "../../lib/src/metrics/distance";

const near = (a: number | undefined, b: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test("independent runs: the interval is that of one more run, known from N of them", () => {
  // Mean 2 and sample variance 1 of the runs, one value of ours.
  const found = distance({ ours: [5], null: [1, 2, 3], paired: false });
  near(found.difference, 3);
  near(found.margin, 3);
  const half = jStat.studentt.inv(0.975, 2) * Math.sqrt(1 + 1 / 3);
  near(found.interval?.[0], 3 - half);
  near(found.interval?.[1], 3 + half);
  near(half, 4.302653 * Math.sqrt(4 / 3), 1e-6);
  assert.is(found.p, undefined);
  assert.is(found.runs, 3);
});

test("paired sides: the interval is Student's of the differences, their common part falls out", () => {
  const found = distance({ ours: [11, 22, 33], null: [10, 20, 30], paired: true });
  near(found.difference, 2);
  near(found.interval?.[0], 2 - (4.302653 * 1) / Math.sqrt(3), 1e-6);
  near(found.margin, 2 * Math.sqrt(3));
});

test("the margin's unit is said: spreads of the null, or standard errors", () => {
  assert.is(distance({ ours: [5], null: [1, 2, 3], paired: false }).marginUnit, "spreads");
  const units = { error: 2, freedom: 9 };
  assert.is(distance({ ours: [5], null: [1], paired: true, units }).marginUnit, "standard errors");
  const drawn = distance({ ours: [5], null: [1], paired: true, units, spread: 0.5 });
  assert.equal([drawn.margin, drawn.marginUnit], [8, "spreads"]);
  // What rounding makes of equal values is no spread.
  assert.is(distance({ ours: [0.5], null: Array(19).fill(0.3), paired: false }).margin, undefined);
});

test("of several settings each figure is set beside the null's runs with its own, whose degrees of freedom are fewer by one", () => {
  const settings = { ours: ["a", "b"], null: ["a", "a", "b", "b", "a", "c"] };
  // Null means: a 2, b 11, c is none of ours; ours lie 3 and 5 above them.
  const found = distance({ ours: [5, 16], null: [1, 2, 10, 12, 3, 99], paired: false, settings });
  near(found.difference, 4);
  near(found.ours, 10.5);
  near(found.null, 6.5);
  assert.is(found.runs, 5);
  // Residuals −1, 0, −1, 1, 1 about two means: variance 4/3.
  near(found.margin, 4 / Math.sqrt(4 / 3));
  const same = { ours: ["a"], null: ["a", "a", "a"] };
  assert.equal(
    distance({ ours: [5], null: [1, 2, 3], paired: false, settings: same }),
    distance({ ours: [5], null: [1, 2, 3], paired: false }),
  );
  assert.is(weightsBySettings({ ours: ["a", "b"], null: ["a", "a", "a", "a"] }), undefined);
});

test("units widen the interval, and make one where there is a single seed", () => {
  const units = { error: 2, freedom: Number.POSITIVE_INFINITY };
  const one = distance({ ours: [5], null: [1], paired: true, units });
  near(one.interval?.[1], 4 + 1.9602 * 2, 1e-4);
  near(one.margin, 2);
  const runs = distance({ ours: [5], null: [1, 2, 3], paired: false, units });
  assert.ok((runs.interval?.[1] as number) > 3 + 1.96 * Math.sqrt(4 / 3 + 4));
});

test("what nothing is known of has no interval: one run of a null, one pair without units", () => {
  const one = distance({ ours: [5, 6], null: [1], paired: false, units: { error: 1, freedom: 9 } });
  assert.equal(Object.keys(one), ["ours", "null", "difference", "runs"]);
  assert.is(distance({ ours: [5], null: [1], paired: true }).interval, undefined);
});

test("p is (1 + runs at least as high) / (1 + runs), from enough runs on", () => {
  const runs = Array.from({ length: RUNS_FOR_P }, (_, run) => run);
  near(distance({ ours: [RUNS_FOR_P], null: runs, paired: false }).p, 1 / 20);
  near(distance({ ours: [17], null: runs, paired: false }).p, 3 / 20);
  assert.is(distance({ ours: [17], null: runs.slice(1), paired: false }).p, undefined);
});

test("where ours is one more run of the null, the interval leaves 0 out in one of twenty cases", () => {
  const random = seededRandom(3, "test/distance");
  const draw = (n: number): number[] => Array.from({ length: n }, () => random.normal());
  for (const [runs, seeds] of [
    [3, 1],
    [19, 1],
    [39, 1],
    [19, 5],
  ]) {
    const trials = 4000;
    let out = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Runs differ by their data and by their seed; ours has one data set and several seeds.
      const data = random.normal();
      const ours = draw(seeds).map((seed) => data + 0.5 * seed);
      const theirs = draw(runs).map((run) => run + 0.5 * random.normal());
      const [low, high] = distance({ ours, null: theirs, paired: false }).interval as [number, number];
      if (low > 0 || high < 0) out++;
    }
    const share = out / trials;
    assert.ok(share < 0.06 && share > 0.015, `${runs} runs, ${seeds} seeds: ${share}`);
  }
});

test("more runs make an interval better known, and never as narrow as to find what one run differs by", () => {
  const random = seededRandom(5, "test/distance/more");
  const runs = Array.from({ length: 2000 }, () => random.normal());
  const [low, high] = distance({ ours: [1], null: runs, paired: false }).interval as [number, number];
  assert.ok(low < 0 && high > 0 && high - low > 3.7, `${low} to ${high}`);
});

test("sides that do not fit are refused", () => {
  assert.throws(() => distance({ ours: [], null: [1], paired: false }), /at least one value/);
  assert.throws(() => distance({ ours: [1, 2], null: [1], paired: true }), /2 and 1/);
});

test("the error of a mean over units", () => {
  const { error, freedom } = unitError(Float64Array.of(1, 2, 3, 4));
  near(error, Math.sqrt(5 / 3 / 4));
  assert.is(freedom, 3);
  assert.equal(unitError([7]), { error: 0, freedom: 0 });
});

test.run();
