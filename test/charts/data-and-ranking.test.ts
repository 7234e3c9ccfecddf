import { test } from "uvu";
import * as assert from "uvu/assert";
import { biasDial } from "../../lib/src/charts/bias-dial";
import { categoryBars } from "../../lib/src/charts/category-bars";
import { categoryTreeChart } from "../../lib/src/charts/category-tree";
import { countHistogram } from "../../lib/src/charts/count-histogram";
import { curve } from "../../lib/src/charts/curve";
import type { Figure } from "../../lib/src/charts/figure";
import { lorenzCurves } from "../../lib/src/charts/lorenz-curves";
import { metricBars } from "../../lib/src/charts/metric-bars";
import { rankingBars } from "../../lib/src/charts/ranking-bars";
import { renderSvg } from "../../lib/src/lab/render";
import { type Drawn, drawsEveryRow } from "./draws";

const FIGURES: Drawn[] = [
  [
    rankingBars(
      [
        { model: "factors", metric: "NDCG@10", value: 0.2 },
        { model: "popularity", metric: "NDCG@10", value: 0.1 },
        { model: "factors", metric: "AUC", value: 0.7 },
      ],
      { weak: false, sentences: ["The factors beat popularity."] },
    ),
    /aria-roledescription="bar"/g,
    3,
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
];

drawsEveryRow(FIGURES);

test("the title of a ranking says whether the factors beat popularity, and so does its text", () => {
  const rows = [{ model: "factors", metric: "AUC", value: 0.5 }];
  const strong = rankingBars(rows, { weak: false, sentences: ["+0.1"] });
  assert.match(strong.title, /better than popularity\? Yes$/);
  const weak = rankingBars(rows, { weak: true, sentences: ["-0.1 (-0.2 to 0)"] });
  assert.match(weak.title, /^FACTORS TOO WEAK/);
  assert.ok(weak.text.includes("-0.1 (-0.2 to 0)") && JSON.stringify(weak.spec.title).includes("-0.1 (-0.2 to 0)"));
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
