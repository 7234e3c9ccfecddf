import { test } from "uvu";
import { costGrowth } from "../../lib/src/charts/cost-growth";
import { engineLosses } from "../../lib/src/charts/engine-losses";
import { fvuByPrefix } from "../../lib/src/charts/fvu-by-prefix";
import { learningRates } from "../../lib/src/charts/learning-rates";
import { lossCurve } from "../../lib/src/charts/loss-curve";
import { lossReductions } from "../../lib/src/charts/loss-reductions";
import { rowWalk } from "../../lib/src/charts/row-walk";
import { termCurves } from "../../lib/src/charts/term-curves";
import { termGradients } from "../../lib/src/charts/term-gradients";
import { type Drawn, drawsEveryRow } from "./draws";

const history = [1, 2, 3].map((epoch) => ({
  epoch,
  total: 5 / epoch,
  terms: { mse: 3 / epoch, l1: 1, kl: 0.5, inner: 0.5 },
  beta: epoch,
}));

const FIGURES: Drawn[] = [
  [
    lossCurve(history, [{ name: "published", points: [{ epoch: 1, total: 0.6 }] }]),
    /aria-roledescription="line mark"/g,
    6,
  ],
  [
    fvuByPrefix({ prefixes: [2, 4, 8], fvuPerPrefix: [0.9, 0.5, 0.1], l0: 2.2, dead: 1 }),
    /aria-roledescription="point"/g,
    3,
  ],
  [
    rowWalk({
      label: "An item",
      original: [1, -1, 0],
      latents: [0, 2, 0.5, 1],
      prefixes: [0, 2, 4].map((prefix) => ({ prefix, rebuilt: [0.1, prefix, 0], missing: 1 - prefix / 4 })),
    }),
    /aria-roledescription="point"/g,
    3,
  ],
  [
    lossReductions(
      ["ours", "published"].flatMap((series) =>
        [0.5, 1].map((share) => ({ series, share, perStep: 1 / share, published: 0.4 / share })),
      ),
    ),
    /aria-roledescription="point"/g,
    4,
  ],
  [
    termGradients(
      ["mse", "inner"].flatMap((term) =>
        ["start", "trained"].map((moment) => ({ term, moment, byBeta: term === "inner", loss: 1, gradient: 0.5 })),
      ),
      { beta: 5 },
    ),
    /aria-roledescription="bar"/g,
    8,
  ],
  [
    learningRates(
      [0.005, 0.2].flatMap((rate) =>
        [0, 1, 2].map((epoch) => ({
          ...{ rate, epoch, auc: 0.6, aucOfBiases: 0.65, aucOfFactors: 0.5 },
          ...{ usersCosine: 1, itemsCosine: 0.9 },
        })),
      ),
      0.68,
    ),
    /aria-roledescription="point"/g,
    15,
  ],
  [
    termCurves(
      ["MSAE", "plain SAE"].flatMap((model) =>
        ["total", "mse"].flatMap((term) => [5, 10].map((steps) => ({ model, term, steps, loss: 1 / steps }))),
      ),
    ),
    /aria-roledescription="line mark"/g,
    4,
  ],
  [
    costGrowth(
      ["users", "d"].flatMap((axis) =>
        [8, 16, 32].map((value) => ({ work: "fit", axis, value, seconds: value / 100 })),
      ),
    ),
    /aria-roledescription="point"/g,
    6,
  ],
  [
    engineLosses(
      { engine: "slow", millisecondsPerStep: 20, losses: [3, 2, 1] },
      { engine: "fast", millisecondsPerStep: 0.5, losses: [3, 2, 1] },
    ),
    /aria-roledescription="point"/g,
    3,
  ],
];

drawsEveryRow(FIGURES);

test.run();
