import { test } from "uvu";
import * as assert from "uvu/assert";
import { biasDial } from "../../lib/src/charts/bias-dial";
import { categoryBars } from "../../lib/src/charts/category-bars";
import { categoryTreeChart } from "../../lib/src/charts/category-tree";
import { countHistogram } from "../../lib/src/charts/count-histogram";
import { curve } from "../../lib/src/charts/curve";
import { lorenzCurves } from "../../lib/src/charts/lorenz-curves";
import { metricBars } from "../../lib/src/charts/metric-bars";
import { rankingBars } from "../../lib/src/charts/ranking-bars";
import { type Drawn, drawsValues } from "./draws";
import { barsOf, labelled, logarithmic, type Mark, marksOf, ofKind, proportional } from "./marks";

const middle = ({ left, right }: Mark): number => (left + right) / 2;

const ranking = rankingBars(
  [
    { model: "factors", metric: "NDCG@10", value: 0.2 },
    { model: "popularity", metric: "NDCG@10", value: 0.1 },
    { model: "luck", metric: "NDCG@10", value: 0.025 },
    { model: "factors", metric: "AUC", value: 0.7 },
  ],
  { weak: false, sentences: ["The factors beat popularity."] },
);

const metrics = metricBars({
  name: "metrics",
  title: "Metrics by model",
  subtitle: "Choose.",
  choice: "rebuilt",
  rows: ["items", "both"].flatMap((choice, at) =>
    [0.1, 0.3, 0.2, Number.NaN].map((value, model) => ({
      ...{ model: `model ${model}`, metric: "NDCG", value: value * (1 + at), choice },
    })),
  ),
});

/** Weight 0: the users share item 2 alone; weight 1: both have the same list. */
const dial = biasDial(
  [0, 1].flatMap((weight) =>
    ["u1", "u2"].flatMap((user) =>
      [1, 2, 3].map((rank) => {
        const shared = weight === 1 || rank === 2;
        return {
          weight,
          user,
          rank,
          item: shared ? `item ${rank}` : `${user}'s ${rank}`,
          lists: shared ? 2 : 1,
          score: 1,
        };
      }),
    ),
  ),
  [
    { weight: 0, overlap: 1 / 3 },
    { weight: 1, overlap: 1 },
  ],
  50,
);

const category = (name: string, itemShare: number, interactionShare: number) => ({
  ...{ category: name, items: 100 * itemShare, itemShare, interactions: 1000 * interactionShare, interactionShare },
});
const categories = categoryBars([category("Root", 1, 1), category("Shoes", 0.5, 0.6), category("Hats", 0.2, 0.1)], 3);

const histogram = countHistogram({
  of: "user",
  counts: [
    { count: 0, rows: 2 },
    { count: 1, rows: 50 },
    { count: 2, rows: 7 },
    { count: 20, rows: 3 },
    { count: 21, rows: 1 },
  ],
});

/** A quarter of the root's items has no further category. */
const tree = categoryTreeChart({
  kind: "inclusion",
  nodes: [
    { name: "Root", parent: -1, depth: 1, items: 12, support: 1 },
    { name: "Women", parent: 0, depth: 2, items: 6, support: 1 },
    { name: "Men", parent: 0, depth: 2, items: 3, support: 0.96 },
    { name: "Shoes", parent: 1, depth: 3, items: 2, support: 1 },
  ],
});

const FIGURES: Drawn[] = [
  [
    ranking,
    (marks) => {
      const panel = (metric: string): Mark[] => marks.filter(({ labels }) => labels.metric === metric);
      assert.equal(labelled(panel("NDCG@10"), "model", "value"), [
        ["factors", "0.2"],
        ["popularity", "0.1"],
        ["luck", "0.025"],
      ]);
      barsOf(panel("NDCG@10"), [0.2, 0.1, 0.025], "y");
      assert.equal(labelled(panel("AUC"), "model", "value"), [["factors", "0.7"]]);
      // Models stand from left to right as they were given.
      const [factors, popularity, luck] = panel("NDCG@10");
      assert.ok(factors.left < popularity.left && popularity.left < luck.left);
    },
  ],
  [
    curve({
      name: "curve",
      title: "A curve",
      xTitle: "x",
      yTitle: "y",
      rows: [2, Number.NaN, 6, 3].map((y, at) => ({ x: at + 1, y, series: "a" })),
    }),
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(labelled(points, "x", "y"), [
        ["1", "2"],
        ["3", "6"],
        ["4", "3"],
      ]);
      proportional(
        points.map(({ left }, at) => [[1, 3, 4][at], left]),
        "right",
      );
      proportional(
        points.map(({ top }, at) => [[2, 6, 3][at], top]),
        "up",
      );
      // The line goes through the points.
      const [line] = ofKind(marks, "line mark");
      assert.equal(
        line.corners.map((corner) => corner.map(Math.round)),
        points.map(({ left, top }) => [Math.round(left), Math.round(top)]),
      );
    },
  ],
  [
    metrics,
    (marks) => {
      assert.equal(labelled(marks, "model", "value"), [
        ["model 0", "0.1"],
        ["model 1", "0.3"],
        ["model 2", "0.2"],
      ]);
      barsOf(marks, [0.1, 0.3, 0.2], "y");
    },
  ],
  [
    dial,
    (marks) => {
      const cells = ofKind(marks, "rect mark");
      assert.is(cells.length, 6);
      for (const user of ["u1", "u2"])
        proportional(
          cells.filter(({ labels }) => labels.user === user).map(({ labels, top }) => [Number(labels.rank), top]),
          "down",
        );
      assert.ok(cells[0].right <= cells[3].left, "users side by side");
      // At the model's own weight every item is on both lists.
      assert.ok(cells.every(({ color }) => color === "rgb(107, 174, 214)"));
    },
  ],
  [
    categories,
    (marks) => {
      const [bars, ticks] = [ofKind(marks, "bar"), ofKind(marks, "tick")];
      assert.equal(labelled(bars, "category", "of all items", "interactions for its size"), [
        ["Root", "100.00%", "1.00"],
        ["Shoes", "50.00%", "1.20"],
        ["Hats", "20.00%", "0.50"],
      ]);
      barsOf(bars, [1, 0.5, 0.2]);
      // Bars and ticks have one axis.
      const shares = [1, 0.6, 0.1].map((share, at): [number, number] => [share, middle(ticks[at])]);
      proportional([...shares, [0, bars[0].left], [0.5, bars[1].right]], "right");
      assert.ok(bars[0].bottom <= bars[1].top && bars[1].bottom <= bars[2].top, "the largest on top");
    },
  ],
  [
    histogram,
    (marks) => {
      const bars = ofKind(marks, "rect mark");
      assert.equal(labelled(bars, "interactions from", "to", "users"), [
        ["1", "1", "50"],
        ["2", "2", "7"],
        ["20", "22", "4"],
      ]);
      const edges = [0.5, 1.5, 1.5, 2.5, 19.5, 22.5];
      logarithmic(
        bars.flatMap(({ left, right }, at): [number, number][] => [
          [edges[2 * at], left],
          [edges[2 * at + 1], right],
        ]),
        "right",
      );
      logarithmic([[0.7, bars[0].bottom], ...bars.map(({ top }, at): [number, number] => [[50, 7, 4][at], top])], "up");
    },
  ],
  [
    tree,
    (marks) => {
      const bands = ofKind(marks, "rect mark");
      const paths = ["Root", "Root › Women", "Root › Men", "Root › Women › Shoes"];
      assert.equal(
        labelled(bands, "path", "items"),
        paths.map((path, at) => [path, String([12, 6, 3, 2][at])]),
      );
      proportional(
        [[0, 0], ...bands.map(({ left, right }, at): [number, number] => [[12, 6, 3, 2][at], right - left])],
        "right",
      );
      proportional(
        bands.map(({ top }, at) => [[1, 2, 2, 3][at], top]),
        "down",
      );
      const [root, women, men, shoes] = bands;
      assert.is(women.left, root.left);
      assert.is(men.left, women.right);
      assert.is(shoes.left, women.left);
    },
  ],
  [
    lorenzCurves([
      {
        name: "items",
        gini: 0.4,
        points: [0, 0.1, 1].map((interactions, at) => ({ rows: at / 2, interactions })),
      },
    ]),
    (marks) => {
      const points = ofKind(marks, "point");
      proportional(
        points.map(({ left }, at) => [at / 2, left]),
        "right",
      );
      proportional(
        points.map(({ top }, at) => [[0, 0.1, 1][at], top]),
        "up",
      );
      // The diagonal of equality joins the curve's ends.
      const [diagonal] = ofKind(marks, "line mark");
      assert.equal(
        [...diagonal.corners],
        [points[0], points[2]].map(({ left, top }) => [left, top]),
      );
    },
  ],
];

drawsValues(FIGURES);

test("a choice of bars shows the other bars, on an axis of their own", async () => {
  const marks = await marksOf(metrics, { shown: "both" });
  barsOf(marks, [0.2, 0.6, 0.4], "y");
  assert.match(JSON.stringify(metrics.spec.title), /2 bars have no value/);
});

test("the dial of biases at none: each user's own list, lighter where one list alone has the item", async () => {
  const marks = await marksOf(dial, { dial: 0 });
  const cells = ofKind(marks, "rect mark");
  // Half way from white to (107, 174, 214).
  const light = "rgb(181, 215, 235)";
  assert.equal(
    cells.map(({ labels, color }) => [labels.user, labels.item, color]),
    ["u1", "u2"].flatMap((user) => [
      [user, `${user}'s 1`, light],
      [user, "item 2", "rgb(107, 174, 214)"],
      [user, `${user}'s 3`, light],
    ]),
  );
  assert.ok(
    ofKind(marks, "text mark").some(({ text }) => text === "item biases × 0: two users share 33 % of their lists"),
  );
});

test("the slider of categories leaves the largest", async () => {
  assert.equal(labelled(ofKind(await marksOf(categories, { shown: 2 }), "bar"), "category"), [["Root"], ["Shoes"]]);
});

test("the threshold of a histogram counts who is left, and what they hold, and colours them", async () => {
  // 61 users hold 50 + 14 + 60 + 21 = 145 interactions. From 10 on: 4 users, 81 of them; from 2 on: 11 users, 95.
  const told = async (least?: number): Promise<[string | undefined, string[]]> => {
    const marks = await marksOf(histogram, least === undefined ? {} : { least });
    return [ofKind(marks, "text mark")[0]?.text, ofKind(marks, "rect mark").map(({ color }) => color)];
  };
  const [grey, blue] = ["#cccccc", "#0072B2"];
  assert.equal(await told(), ["4 users (6.6%) with 55.9% of the interactions", [grey, grey, blue]]);
  assert.equal(await told(2), ["11 users (18.0%) with 65.5% of the interactions", [grey, blue, blue]]);
});

test("a branch of the tree is stretched to the whole width, its ancestors are cut to it, its siblings are gone", async () => {
  const bands = ofKind(await marksOf(tree, { focus: "Root › Women" }), "rect mark");
  assert.equal(labelled(bands, "path"), [["Root"], ["Root › Women"], ["Root › Women › Shoes"]]);
  const width = ({ left, right }: Mark): number => right - left;
  assert.is(width(bands[0]), width(bands[1]));
  // 2 of the branch's 6 items.
  assert.ok(Math.abs(width(bands[2]) / width(bands[1]) - 2 / 6) < 1e-4);
});

test.run();
