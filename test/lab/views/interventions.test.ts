import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../../lib/src/base/errors";
import { axisTable, doseFigure, doseTable, offeredTable, rerankFigure } from "../../../lib/src/lab/views/interventions";
import type { Axis } from "../../../lib/src/records/axis";
import type { Factors } from "../../../lib/src/records/factors";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import type { SaeWeights } from "../../../lib/src/records/sae-weights";
import type { InterventionResult } from "../../../lib/src/stages/intervention";
import { sameTable, specRows } from "../../tables";

const axis: Axis = {
  name: "age",
  sides: ["child", "adult"],
  names: { child: ["Baby", "Kids", "Teens", "Toys", "School"], adult: ["Work"] },
  itemIds: ["c", "a", "b", "d"],
  tags: ["child", "adult", "adult", "neutral"],
};

test("the table of an axis: items of each side, their share, and the first of the names", () => {
  const share = "share of the catalogue";
  sameTable(axisTable(axis), [
    { tag: "child", items: 1, [share]: 0.25, names: "Baby · Kids · Teens · Toys and 1 more" },
    { tag: "adult", items: 2, [share]: 0.5, names: "Work" },
    { tag: "neutral", items: 1, [share]: 0.25, names: "none of these" },
  ]);
  assert.throws(
    () => axisTable({ ...axis, sides: [], missing: "None here." }),
    (error: unknown) => error instanceof MissingData && error.message === "None here.",
  );
});

test("the table of offered axes: pairs of categories that lie apart, with the items of each and of both", () => {
  // 60 items: 30 carry A, 24 others B, and 4 of these A too: 4 of B's 24 items are fewer than a fifth. C is on all of them.
  const a = Array.from({ length: 30 }, (_, item) => item);
  const b = Array.from({ length: 24 }, (_, at) => 26 + at);
  const every = Array.from({ length: 60 }, (_, item) => item);
  const items = {
    ids: every.map(String),
    categoryNames: ["A", "B", "C"],
    categories: csrFromPairs(
      60,
      3,
      [...a, ...b, ...every],
      [...a.map(() => 0), ...b.map(() => 1), ...every.map(() => 2)],
    ),
  };
  sameTable(offeredTable(items), [
    { "one side": "A", "its items": 30, "the other": "B", "the other's items": 24, "items of both": 4 },
  ]);
  const none = {
    ...items,
    categories: csrFromPairs(
      60,
      3,
      every,
      every.map(() => 2),
    ),
  };
  assert.throws(
    () => offeredTable(none),
    (error: unknown) => error instanceof MissingData && /they offer no axis/.test(error.message),
  );
});

const change = (mean: number) => ({ mean, low: mean - 0.05, high: mean + 0.05 });
const result: InterventionResult = {
  axis: { name: "age", sides: ["child", "adult"] },
  chosen: "on half A",
  side: "adult",
  latents: [3, 5],
  k: 10,
  users: 4,
  controls: [[1, 2]],
  controlsRedrawn: 0,
  alphasTested: [2],
  p: { child: 0.5, adult: 0.02 },
  points: [
    {
      alpha: 1,
      shares: { child: 0.5, adult: 0.25, neutral: 0.25 },
      overlap: 1,
      rankShift: 0,
      change: { child: change(0), adult: change(0) },
    },
    {
      alpha: 2,
      shares: { child: 0.25, adult: 0.5, neutral: 0.25 },
      overlap: 0.5,
      rankShift: 1.5,
      change: { child: change(-0.25), adult: change(0.25) },
      control: {
        child: { low: -0.1, median: 0, high: 0.1 },
        adult: { low: -0.2, median: 0.01, high: 0.125 },
      },
    },
  ],
};

test("the dose–response table: shares of every side, the turned side's change and its control", () => {
  const row = (alpha: number, shares: number[], against: string, random: string, list: number[], side: string) => ({
    α: alpha,
    ...{ "share of child": shares[0], "share of adult": shares[1], "share of neutral": shares[2] },
    [`${side} against α = 1`]: against,
    ...{ "random sets": random, "overlap@10": list[0], "rank shift": list[1] },
  });
  sameTable(doseTable(result), [
    row(1, [0.5, 0.25, 0.25], "0.000 (-0.050 to 0.050)", "not run", [1, 0], "adult"),
    row(2, [0.25, 0.5, 0.25], "0.250 (0.200 to 0.300)", "-0.200 to 0.125", [0.5, 1.5], "adult"),
  ]);
  sameTable(doseTable(result, "child").slice(1), [
    row(2, [0.25, 0.5, 0.25], "-0.250 (-0.300 to -0.200)", "-0.100 to 0.100", [0.5, 1.5], "child"),
  ]);
  assert.throws(
    () => doseTable(result, "elder"),
    (error: unknown) => error instanceof InputError && /has no side "?elder.*child.*adult/.test(error.message),
  );
});

test("the dose–response figure holds each dose with its interval, and the control where it was run", () => {
  const [first, second] = specRows(doseFigure(result).spec);
  assert.equal(first, { alpha: 1, ...{ change: 0, low: -0.05, high: 0.05 } });
  assert.equal(second, {
    ...{ alpha: 2, change: 0.25, low: 0.2, high: 0.3 },
    ...{ controlLow: -0.2, controlMedian: 0.01, controlHigh: 0.125 },
  });
  const chosen = (from: InterventionResult): string => JSON.stringify(doseFigure(from).spec.title);
  assert.match(chosen(result), /chosen for adult on half A/);
  const { side: _, ...rest } = result;
  assert.match(chosen({ ...rest, chosen: "by hand" }), /chosen by hand/);
});

/** Latent 0 reads the first coordinate and latent 1 the second, and each writes its own. */
const weights = {
  ...{ architecture: "msae", d: 2, k: 2, prefixes: [1, 2], config: { topK: 2 } },
  ...{ W: Float32Array.of(1, 0, 0, 1), bPre: new Float32Array(2), bLat: new Float32Array(2) },
} as unknown as SaeWeights;
const factors: Factors = {
  ...{ d: 2, userIds: ["u"], users: Float32Array.of(1, 1), config: { kind: "ials" } },
  ...{ itemIds: ["a", "b", "c", "d"], items: Float32Array.of(1, -1, 3, -3, -2, 2, 9, -9) },
};
const items = {
  ids: ["d", "c", "b", "a"],
  titles: ["Door", "Cup", "Bowl", ""],
  categoryNames: [],
  categories: csrFromPairs(4, 0, [], []),
};

test("one user's list at every dose: what the turned latent holds moves, the rest stays, taken items are left out", () => {
  // d is taken. Rebuilt at dose α of latent 0: a = (α, 0), b = (3α, 0), c = (0, 2); the user adds both coordinates.
  const input = { weights, factors, train: csrFromPairs(1, 4, [0], [3]), items, axis, latents: [0], user: "u", k: 2 };
  const rows = specRows(rerankFigure({ ...input, alphas: [0.5, 1, 4] }).spec);
  assert.equal(
    rows.map(({ alpha, rank, item, tag, score, before }) => [
      alpha,
      rank,
      item,
      tag,
      (score as number).toFixed(3),
      before,
    ]),
    [
      [0.5, 1, "Cup", "child", "2.000", "was 2"],
      [0.5, 2, "Bowl", "adult", "1.500", "was 1"],
      [1, 1, "Bowl", "adult", "3.000", "was 1"],
      [1, 2, "Cup", "child", "2.000", "was 2"],
      [4, 1, "Bowl", "adult", "12.000", "was 1"],
      // The metadata gives it no title.
      [4, 2, "a", "adult", "4.000", "new"],
    ],
  );
  const wrong: [Partial<typeof input>, RegExp][] = [
    [{ user: "x" }, /no user x.* for instance u/],
    [{ latents: [] }, /No latent was chosen/],
    [{ items: { ...items, ids: ["d", "c", "x", "a"] } }, /Item b has a factor but no metadata/],
  ];
  for (const [change, told] of wrong)
    assert.throws(
      () => rerankFigure({ ...input, ...change }),
      (error: unknown) => error instanceof InputError && told.test(error.message),
    );
});

test.run();
