import { test } from "uvu";
import * as assert from "uvu/assert";
import { convergence } from "../../lib/src/charts/convergence";
import { tuningCurve } from "../../lib/src/charts/tuning-curve";
import { convergenceFigure, tuningFigure, tuningTable } from "../../lib/src/lab/views/tuning";
import type { TunedIals } from "../../lib/src/mf/tune-ials";
import type { Factors } from "../../lib/src/records/factors";
import { drawsValues } from "./draws";
import { labelled, logarithmic, ofKind, proportional } from "./marks";

const tuned: TunedIals = {
  candidates: [1, 10].flatMap((alpha) => [0.1, 1].map((share) => ({ alpha, share, reg: 7 * alpha * share }))),
  rungs: [
    { sweeps: 3, candidates: 4, kept: 2 },
    { sweeps: 10, candidates: 2, kept: 1 },
  ],
  curve: [
    { alpha: 1, share: 0.1, reg: 0.7, sweeps: 3, ndcgAt10: 0.1 },
    { alpha: 1, share: 1, reg: 7, sweeps: 3, ndcgAt10: Number.NaN },
    { alpha: 10, share: 0.1, reg: 7, sweeps: 3, ndcgAt10: 0.2 },
    { alpha: 10, share: 1, reg: 70, sweeps: 3, ndcgAt10: 0.15 },
    { alpha: 10, share: 0.1, reg: 7, sweeps: 10, ndcgAt10: 0.18 },
    { alpha: 10, share: 1, reg: 70, sweeps: 10, ndcgAt10: 0.21 },
  ],
  chosen: { alpha: 10, share: 1, reg: 70, sweeps: 10, ndcgAt10: 0.21 },
  validation: { users: 100, drawn: 100, fitted: 800, heldOut: 200, ranked: 90, popularity: 0.05 },
};
const factors = (converged: boolean): Factors => ({
  ...{ d: 1, users: new Float32Array(0), items: new Float32Array(0), userIds: [], itemIds: [] },
  config: { kind: "ials", tolerance: 0.01 },
  fit: { objective: [60, 52, 50.5, 50.5], objectiveOfZeros: 100, converged },
});

drawsValues([
  [
    convergenceFigure(factors(true)),
    (marks) => {
      const points = ofKind(marks, "point");
      // 40 of 40, 8 of 48 and 1.5 of 49.5 that were lowered so far; the last sweep changed nothing and has no place on a logarithmic axis.
      const shares = [1, 8 / 48, 1.5 / 49.5];
      assert.is(points.length, 3);
      proportional(
        points.map(({ left }, at) => [at + 1, left]),
        "right",
      );
      const [tolerance] = ofKind(marks, "rule mark");
      logarithmic([...points.map(({ top }, at): [number, number] => [shares[at], top]), [0.01, tolerance.top]], "up");
    },
  ],
  [
    tuningFigure(tuned),
    (marks) => {
      const points = ofKind(marks, "point");
      // Five fits, and a ring around the chosen one; the one that left the numbers is not shown.
      assert.equal(labelled(points, "sweeps", "alpha", "share", "ndcgAt10"), [
        ...[
          ["3", "1", "0.1", "0.1"],
          ["3", "10", "0.1", "0.2"],
          ["3", "10", "1", "0.15"],
        ],
        ...[
          ["10", "10", "0.1", "0.18"],
          ["10", "10", "1", "0.21"],
          ["10", "10", "1", "0.21"],
        ],
      ]);
      proportional(
        points.map(({ labels, top }) => [Number(labels.ndcgAt10), top]),
        "up",
      );
      const [ring] = points.slice(-1);
      assert.equal([ring.color, ring.left, ring.top], ["#000", points[4].left, points[4].top]);
      assert.ok(points[0].left < points[2].left && points[2].left < points[3].left, "rungs from left to right");
    },
  ],
]);

test("a sweep's share is of all that was lowered, and a fit that the cap ended says so in its title", () => {
  const shares = (convergenceFigure(factors(true)).spec.layer as { data: { values: { share: number }[] } }[])[0].data
    .values;
  assert.equal(
    shares.map(({ share }) => Number(share.toFixed(4))),
    [1, 0.1667, 0.0303],
  );
  assert.match(convergenceFigure(factors(true)).title, /has converged after 4 sweeps$/);
  assert.match(convergenceFigure(factors(false)).title, /STOPPED AT THE CAP of 4 sweeps/);
  assert.is((convergence([{ sweep: 1, objective: 1, share: 1 }], 0, false).spec.layer as unknown[]).length, 1);
});

test("factors without a history of sweeps have none to show", () => {
  const { fit: _fit, ...given } = factors(true);
  assert.throws(() => convergenceFigure(given), /no history of sweeps/);
});

test("the choice is named in the title, popularity stands beside it, and a fit that left the numbers is counted", () => {
  const figure = tuningFigure(tuned);
  assert.match(figure.title, /Chosen: alpha 10, reg 70$/);
  assert.match(figure.text, /popularity 0\.05/);
  assert.match(JSON.stringify(figure.spec.title), /1 fits left the numbers/);
  assert.match(tuningCurve([], 0.1).title, /Chosen: nothing/);
});

test("the table has each candidate once, those that got furthest first, and popularity", () => {
  const table = tuningTable(tuned);
  assert.equal(
    table.map(({ alpha, reg, chosen }) => [alpha, reg, chosen]),
    [
      [10, 70, "chosen"],
      [10, 7, ""],
      [1, 0.7000000000000001, ""],
      [1, 7, ""],
      [undefined, undefined, "popularity"],
    ],
  );
  assert.is(table[0]["NDCG@10, 10 sweeps"], 0.21);
  assert.is(table[4]["NDCG@10, 10 sweeps"], 0.05);
});

test.run();
