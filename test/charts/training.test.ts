import { test } from "uvu";
import * as assert from "uvu/assert";
import { costGrowth } from "../../lib/src/charts/cost-growth";
import { engineLosses } from "../../lib/src/charts/engine-losses";
import { fvuByPrefix } from "../../lib/src/charts/fvu-by-prefix";
import { learningRates } from "../../lib/src/charts/learning-rates";
import { lossCurve } from "../../lib/src/charts/loss-curve";
import { lossReductions } from "../../lib/src/charts/loss-reductions";
import { rowWalk } from "../../lib/src/charts/row-walk";
import { termCurves } from "../../lib/src/charts/term-curves";
import { termGradients } from "../../lib/src/charts/term-gradients";
import { type Drawn, drawsValues } from "./draws";
import { barsOf, labelled, logarithmic, type Mark, marksOf, ofKind, proportional } from "./marks";

const history = [1, 2, 3].map((epoch) => ({
  ...{ epoch, total: 6 / epoch, beta: epoch },
  terms: { mse: 3 / epoch, l1: 1 },
}));

const walk = rowWalk({
  label: "An item",
  original: [1, -1, 0.5],
  latents: [0, 2, 0.5, 1],
  prefixes: [0, 2, 4].map((prefix) => ({ prefix, rebuilt: [prefix / 4, -prefix / 8, 0], missing: 1 - prefix / 5 })),
});

const reductions = lossReductions(
  ["ours", "published"].flatMap((series, at) =>
    [0.25, 0.5, 1].map((share) => ({ series, share, perStep: (1 + at) / share, published: 0.4 / share })),
  ),
);

const gradients = termGradients(
  ["mse", "inner"].flatMap((term, at) =>
    ["start", "trained"].map((moment, later) => ({
      ...{ term, moment, byBeta: term === "inner", loss: 1 + at, gradient: 0.5 + later },
    })),
  ),
  { beta: 5 },
);

const rates = learningRates(
  [0.005, 0.2].flatMap((rate, at) =>
    [0, 1, 2].map((epoch) => ({
      ...{ rate, epoch, auc: 0.6 + epoch / 20, aucOfBiases: 0.65, aucOfFactors: 0.5 + at / 10 },
      ...{ usersCosine: 1 - epoch / 4, itemsCosine: 0.9 },
    })),
  ),
  0.68,
);

const places = (marks: readonly Mark[], field: string, side: "left" | "top"): [number, number][] =>
  marks.map((mark) => [Number(mark.labels[field]), mark[side]]);

const FIGURES: Drawn[] = [
  [
    lossCurve(history, [{ name: "published", points: [{ epoch: 2, total: 0.6 }] }]),
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(
        labelled(
          points.filter(({ labels }) => labels.term !== "l1"),
          "term",
          "epoch",
          "loss",
        ),
        [
          ...[
            ["total", "1", "6"],
            ["mse", "1", "3"],
            ["total", "2", "3"],
            ["mse", "2", "1.5"],
          ],
          ...[
            ["total", "3", "2"],
            ["mse", "3", "1"],
            ["published", "2", "0.6"],
          ],
        ],
      );
      proportional(places(points, "epoch", "left"), "right");
      proportional(places(points, "loss", "top"), "up");
    },
  ],
  [
    fvuByPrefix({ prefixes: [2, 4, 8], fvuPerPrefix: [0.9, 0.5, 0.2], l0: 2.2, dead: 1 }),
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(labelled(points, "prefix", "fvu"), [
        ["2", "0.9"],
        ["4", "0.5"],
        ["8", "0.2"],
      ]);
      proportional(places(points, "prefix", "left"), "right");
      proportional(places(points, "fvu", "top"), "up");
      assert.ok(
        marks.every(({ color }) => color === "#0072B2"),
        "points and line have one colour",
      );
    },
  ],
  [
    walk,
    (marks) => {
      const fired = ofKind(marks, "bar").filter(({ labels }) => "activation" in labels);
      barsOf(fired, [0, 2, 0.5, 1], "y");
      // The row's bars go from 0 up or down; the first 0 latents rebuild nothing.
      const row = ofKind(marks, "bar").filter(({ labels }) => "original" in labels);
      const points = ofKind(marks, "point");
      proportional(
        [
          ...[
            [1, row[0].top],
            [0, row[0].bottom],
            [-1, row[1].bottom],
            [0, row[1].top],
            [0.5, row[2].top],
          ],
          ...points.map(({ top }) => [0, top]),
        ] as [number, number][],
        "up",
      );
      assert.equal(
        labelled(points, "dimension", "rebuilt").map(([, value]) => Number(value.replace("−", "-"))),
        [0, 0, 0],
      );
    },
  ],
  [
    reductions,
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(labelled(points, "series", "loss"), [
        ...[
          ["ours", "4"],
          ["ours", "2"],
          ["ours", "1"],
        ],
        ...[
          ["published", "8"],
          ["published", "4"],
          ["published", "2"],
        ],
      ]);
      proportional(
        points.map(({ left }, at) => [[0.25, 0.5, 1][at % 3], left]),
        "right",
      );
      logarithmic(places(points, "loss", "top"), "up");
    },
  ],
  [
    gradients,
    (marks) => {
      const bars = ofKind(marks, "bar");
      // β = 5 multiplies the term "inner" alone: its loss of 2 and its pulls of .5 and 1.5.
      const values = [1, 1, 10, 10, 0.5, 1.5, 2.5, 7.5];
      assert.equal(
        bars.map(({ labels }) => Number(labels.value)),
        values,
      );
      barsOf(bars.slice(0, 4), values.slice(0, 4), "y");
      barsOf(bars.slice(4), values.slice(4), "y");
    },
  ],
  [
    rates,
    (marks) => {
      const of = (series: string): Mark[] => ofKind(marks, "point").filter(({ labels }) => labels.series === series);
      const auc = [...of("whole model"), ...of("biases alone"), ...of("factors alone")];
      const popularity = ofKind(marks, "rule mark")[0];
      proportional([...places(auc, "value", "top"), [0.68, popularity.top]], "up");
      proportional(places(of("whole model"), "epoch", "left"), "right");
      assert.equal(labelled(of("whole model"), "value"), [["0.6"], ["0.65"], ["0.7"]]);
      const cosines = [...of("user factors"), ...of("item factors")];
      proportional(places(cosines, "value", "top"), "up");
      assert.ok(
        cosines.every(({ left }) => left > popularity.right),
        "cosines in the panel to the right",
      );
    },
  ],
  [
    termCurves(
      ["MSAE", "plain SAE"].flatMap((model, at) =>
        ["total", "mse"].flatMap((term) =>
          [5, 10, 20].map((steps) => ({ model, term, steps, loss: (1 + at) / steps })),
        ),
      ),
    ),
    (marks) => {
      assert.equal(labelled(marks, "model"), [["MSAE"], ["plain SAE"], ["MSAE"], ["plain SAE"]]);
      // Two panels, two lines in each.
      for (const panel of [marks.slice(0, 2), marks.slice(2)]) {
        const corners = panel.flatMap((line) => [...line.corners]);
        const losses = [1 / 5, 1 / 10, 1 / 20, 2 / 5, 2 / 10, 2 / 20];
        proportional(
          corners.map(([x], at) => [[5, 10, 20][at % 3], x]),
          "right",
        );
        proportional(
          corners.map(([, y], at) => [losses[at], y]),
          "up",
        );
      }
    },
  ],
  [
    costGrowth(
      ["users", "d"].flatMap((axis, power) =>
        [8, 16, 32].map((value) => ({ work: "fit", axis, value, seconds: value ** (1 + power) / 1000 })),
      ),
    ),
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(labelled(points, "axis", "times", "milliseconds"), [
        ...[
          ["users", "1", "8"],
          ["users", "2", "16"],
          ["users", "4", "32"],
        ],
        ...[
          ["d", "1", "64"],
          ["d", "2", "256"],
          ["d", "4", "1024"],
        ],
      ]);
      logarithmic(places(points, "times", "left"), "right");
      logarithmic(places(points, "milliseconds", "top"), "up");
    },
  ],
  [
    engineLosses(
      { engine: "slow", millisecondsPerStep: 20, losses: [3, 2, 0.5] },
      { engine: "fast", millisecondsPerStep: 0.5, losses: [3, 2, 0.5] },
    ),
    (marks) => {
      const [points, [line]] = [ofKind(marks, "point"), ofKind(marks, "line mark")];
      proportional(places(points, "loss", "top"), "up");
      proportional(places(points, "epoch", "left"), "right");
      // The second training's points lie on the line of the first.
      points.forEach(({ left, top }, at) => {
        const [x, y] = line.corners[at];
        assert.ok(Math.hypot(x - left, y - top) < 0.01);
      });
    },
  ],
];

drawsValues(FIGURES);

test("the slider of prefixes: what the first four latents rebuild, and how much is missing", async () => {
  const marks = await marksOf(walk, { m: 4 });
  const number = (text: string): number => Number(text.replace("−", "-"));
  assert.equal(labelled(ofKind(marks, "point"), "rebuilt").flat().map(number), [1, -0.5, 0]);
  assert.ok(ofKind(marks, "text mark").some(({ text }) => text === "20.0%"));
});

test("the other reduction, another β and another learning rate are shown when they are chosen", async () => {
  const published = ofKind(await marksOf(reductions, { reduction: "as published" }), "point");
  assert.equal(labelled(published, "loss").slice(0, 3), [["1.6"], ["0.8"], ["0.4"]]);
  const bars = ofKind(await marksOf(gradients, { beta: 2 }), "bar");
  assert.equal(labelled(bars, "value").flat().map(Number), [1, 1, 4, 4, 0.5, 1.5, 1, 3]);
  const factors = (marks: readonly Mark[]): Mark[] =>
    marks.filter(({ kind, labels }) => kind === "point" && labels.series === "factors alone");
  assert.equal(labelled(factors(await marksOf(rates, { rate: 1 })), "value"), [["0.6"], ["0.6"], ["0.6"]]);
});

test.run();
