import { test } from "uvu";
import * as assert from "uvu/assert";
import { alignmentBars } from "../../lib/src/charts/alignment-bars";
import { biasDial } from "../../lib/src/charts/bias-dial";
import { categoryBars } from "../../lib/src/charts/category-bars";
import { categoryTreeChart } from "../../lib/src/charts/category-tree";
import { costGrowth } from "../../lib/src/charts/cost-growth";
import { countHistogram } from "../../lib/src/charts/count-histogram";
import { curve } from "../../lib/src/charts/curve";
import { doseResponse } from "../../lib/src/charts/dose-response";
import { engineLosses } from "../../lib/src/charts/engine-losses";
import type { Figure } from "../../lib/src/charts/figure";
import { fvuByPrefix } from "../../lib/src/charts/fvu-by-prefix";
import { latentProfile } from "../../lib/src/charts/latent-profile";
import { learningRates } from "../../lib/src/charts/learning-rates";
import { lorenzCurves } from "../../lib/src/charts/lorenz-curves";
import { lossCurve } from "../../lib/src/charts/loss-curve";
import { lossReductions } from "../../lib/src/charts/loss-reductions";
import { metricBars } from "../../lib/src/charts/metric-bars";
import { rankingBars } from "../../lib/src/charts/ranking-bars";
import { rerankedList } from "../../lib/src/charts/reranked-list";
import { rowWalk } from "../../lib/src/charts/row-walk";
import { scoreByLatent } from "../../lib/src/charts/score-by-latent";
import { scoreHistogram } from "../../lib/src/charts/score-histogram";
import { scoreVsNull } from "../../lib/src/charts/score-vs-null";
import { termCurves } from "../../lib/src/charts/term-curves";
import { termGradients } from "../../lib/src/charts/term-gradients";
import { renderSvg } from "../../lib/src/lab/render";

const history = [1, 2, 3].map((epoch) => ({
  epoch,
  total: 5 / epoch,
  mse: 3 / epoch,
  l1: 1,
  kl: 0.5,
  inner: 0.5,
  beta: epoch,
}));

/** A figure, and what must be found in its picture so many times. */
const FIGURES: [Figure, RegExp, number][] = [
  [
    rankingBars([
      { model: "factors", metric: "NDCG@10", value: 0.2 },
      { model: "popularity", metric: "NDCG@10", value: 0.1 },
      { model: "factors", metric: "AUC", value: 0.7 },
    ]),
    /aria-roledescription="bar"/g,
    3,
  ],
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
    scoreByLatent([
      {
        name: "trained",
        values: [0, 1, 2].map((latent) => ({ latent, score: latent === 1 ? Number.NaN : 0.2, low: 0.1, high: 0.3 })),
      },
      { name: "noise", values: [0, 1, 2].map((latent) => ({ latent, score: 0.1 })) },
    ]),
    /aria-roledescription="point"/g,
    5,
  ],
  [
    scoreVsNull({ perLatent: [0.2, 0.3, Number.NaN], null: [0.1, 0.2, 0.3], name: "noise" }),
    /aria-roledescription="point"/g,
    2,
  ],
  [
    scoreHistogram({ perLatent: [0.21, 0.2, 0.35], nulls: { noise: [0.11, 0.12, 0.1] } }),
    /aria-roledescription="bar"/g,
    6,
  ],
  [
    alignmentBars({
      rows: [
        { latent: 3, best: "Women", auroc: 0.9, nap: 0.7, q: 1e-9 },
        {
          latent: 4,
          best: "A category whose name is far too long to stand beside a bar without being cut off",
          auroc: 0.5,
          nap: 0.01,
          q: 0.9,
        },
      ],
      floors: { untrained: 0.2 },
      level: 0.01,
    }),
    /aria-roledescription="bar"/g,
    1,
  ],
  [
    latentProfile([
      { latent: 0, rank: 1, item: "Shoe", categories: "Women · Shoes", activation: 2 },
      { latent: 0, rank: 2, item: "Boot", categories: "Women · Shoes", activation: 1 },
      { latent: 1, rank: 1, item: "Hat", categories: "Men", activation: 1 },
    ]),
    /aria-roledescription="bar"/g,
    2,
  ],
  [
    curve({
      name: "c",
      title: "A curve",
      xTitle: "x",
      yTitle: "y",
      rows: [
        { x: 1, y: 2, series: "a" },
        { x: 2, y: Number.NaN, series: "a" },
      ],
    }),
    /aria-roledescription="point"/g,
    1,
  ],
  [
    doseResponse(
      [0, 1, 2].map((alpha) => ({
        alpha,
        change: alpha / 10,
        low: 0,
        high: 0.3,
        controlLow: -0.1,
        controlMedian: 0,
        controlHigh: 0.1,
      })),
      { tag: "women", latents: [3, 4], k: 10, users: 5, controls: 25, p: 0.04 },
    ),
    /aria-roledescription="(point|area mark)"/g,
    4,
  ],
  [
    rerankedList(
      [1, 2].flatMap((alpha) =>
        [1, 2, 3].map((rank) => ({ alpha, rank, item: `item ${rank}`, tag: "women", score: 1, before: "new" })),
      ),
      "u1",
    ),
    /aria-roledescription="bar"/g,
    3,
  ],
  [
    scoreByLatent([
      { name: "MSAE", values: [0, 1].map((latent) => ({ latent, score: 0.2 })) },
      { name: "plain SAE", values: [0, 1].map((latent) => ({ latent, score: 0.1 })) },
    ]),
    /aria-roledescription="point"/g,
    4,
  ],
  [
    metricBars({
      name: "m",
      title: "Metrics by model",
      subtitle: "Choose.",
      choice: "rebuilt",
      rows: ["items", "both"].flatMap((choice) =>
        ["factors", "popularity"].map((model, at) => ({
          model,
          metric: "NDCG",
          value: at === 0 ? 0.1 : Number.NaN,
          choice,
        })),
      ),
    }),
    /aria-roledescription="bar"/g,
    1,
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
        ["start", "trained"].map((moment) => ({ term, moment, loss: 1, gradient: 0.5 })),
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
    biasDial(
      [0, 1].flatMap((weight) =>
        ["u1", "u2"].flatMap((user) =>
          [1, 2, 3].map((rank) => ({ weight, user, rank, item: `item ${rank}`, lists: 2, score: 1 })),
        ),
      ),
      [
        { weight: 0, overlap: 0.01 },
        { weight: 1, overlap: 0.8 },
      ],
      50,
    ),
    /aria-roledescription="rect mark"/g,
    6,
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
    categoryBars(
      ["Root", "Shoes"].map((category, at) => ({
        category,
        items: 4 - at,
        itemShare: 1 - at / 4,
        interactions: 9,
        interactionShare: 0.9,
      })),
      2,
    ),
    /aria-roledescription="(bar|tick)"/g,
    4,
  ],
  [
    countHistogram({
      of: "user",
      counts: [
        { count: 0, rows: 2 },
        { count: 1, rows: 50 },
        { count: 2, rows: 7 },
        { count: 20, rows: 3 },
        { count: 21, rows: 1 },
      ],
    }),
    /aria-roledescription="rect mark"/g,
    3,
  ],
  [
    categoryTreeChart({
      kind: "inclusion",
      nodes: [
        { name: "Root", parent: -1, depth: 1, items: 10, support: 1 },
        { name: "Women", parent: 0, depth: 2, items: 6, support: 1 },
        { name: "Men", parent: 0, depth: 2, items: 5, support: 0.96 },
      ],
    }),
    /aria-roledescription="rect mark"/g,
    3,
  ],
  [
    lorenzCurves([
      {
        name: "items",
        gini: 0.5,
        points: [
          { rows: 0, interactions: 0 },
          { rows: 1, interactions: 1 },
        ],
      },
    ]),
    /aria-roledescription="line mark"/g,
    2,
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

for (const [figure, mark, count] of FIGURES)
  test(`${figure.name} draws every row it was given, without a warning`, async () => {
    const svg = await renderSvg(figure);
    assert.is((svg.match(mark) ?? []).length, count);
    assert.not.match(svg, /NaN|undefined|Infinity/);
    assert.not.match(JSON.stringify(figure.spec), /"(NaN|Infinity)"|:null\b.*"value":null/);
    assert.ok(figure.text.length > 10 && JSON.stringify(figure.spec).includes("tooltip"));
  });

test("every number that could not be drawn is counted in the subtitle", () => {
  const [, , , scores, against] = FIGURES.map(([figure]) => JSON.stringify(figure.spec));
  assert.match(scores, /1 points have no score/);
  assert.match(against, /1 latents without a score/);
});

test("a figure that warns is refused by name", async () => {
  const broken: Figure = {
    name: "broken",
    title: "t",
    text: "t",
    spec: {
      data: { values: [{ a: 1 }] },
      mark: "bar",
      encoding: { x: { field: "a", type: "nominal" }, zebra: { field: "a" } },
    },
  };
  const error = await renderSvg(broken).catch((thrown) => thrown);
  assert.match((error as Error).message, /broken/);
});

test.run();
