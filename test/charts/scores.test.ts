import { test } from "uvu";
import * as assert from "uvu/assert";
import { alignmentBars } from "../../lib/src/charts/alignment-bars";
import { latentProfile } from "../../lib/src/charts/latent-profile";
import { scoreByLatent } from "../../lib/src/charts/score-by-latent";
import { scoreHistogram } from "../../lib/src/charts/score-histogram";
import { scoreVsNull } from "../../lib/src/charts/score-vs-null";
import { type Drawn, drawsValues } from "./draws";
import { barsOf, labelled, type Mark, marksOf, ofKind, proportional } from "./marks";

/** Latent 1 of ours has no score, and of the published ones only two are known. */
const byLatent = scoreByLatent([
  {
    name: "trained",
    values: [0.2, Number.NaN, 0.3].map((score, latent) => ({ latent, score, low: score - 0.1, high: score + 0.05 })),
  },
  { name: "noise", values: [0.1, 0.15, 0.05].map((score, latent) => ({ latent, score })) },
  {
    name: "published",
    line: false,
    values: [
      { latent: 0, score: 0.08 },
      { latent: 2, score: 0.25 },
    ],
  },
]);
const versus = scoreVsNull({ perLatent: [0.2, 0.3, Number.NaN, 0.1], null: [0.1, 0.2, 0.3, 0.15], name: "noise" });
const spread = scoreHistogram({
  perLatent: [0.211, 0.212, 0.213, 0.351],
  nulls: { noise: [0.111, 0.112], untrained: [0.152] },
});

const LONG = "A category whose name is far too long to stand beside a bar without being cut off";
const alignment = alignmentBars({
  rows: [
    { latent: 4, best: LONG, auroc: 0.5, nap: 0.01, q: 0.9 },
    { latent: 5, best: "Hats", auroc: 0.8, nap: 0.2, q: 0.03 },
    { latent: 3, best: "Women", auroc: 0.9, nap: 0.7, q: 1e-9 },
    { latent: 6, best: "Men", auroc: 0.85, nap: 0.4, q: 1e-4 },
  ],
  floors: { untrained: 0.15, kMeans: 0.5 },
  level: 0.01,
});

const profile = latentProfile([
  { latent: 0, rank: 1, item: "Shoe", categories: "Women · Shoes", activation: 2 },
  { latent: 0, rank: 2, item: "Boot", categories: "Women · Shoes", activation: 1.5 },
  { latent: 0, rank: 3, item: "Sock", categories: "Men", activation: 0.5 },
  { latent: 1, rank: 1, item: "Hat", categories: "Men", activation: 1 },
]);

const FIGURES: Drawn[] = [
  [
    byLatent,
    (marks) => {
      const [points, rules] = [ofKind(marks, "point"), ofKind(marks, "rule mark").filter(({ labels }) => labels.low)];
      assert.equal(labelled(points, "series", "latent", "score"), [
        ["trained", "0", "0.2"],
        ["trained", "2", "0.3"],
        ["noise", "0", "0.1"],
        ["noise", "1", "0.15"],
        ["noise", "2", "0.05"],
        ["published", "0", "0.08"],
        ["published", "2", "0.25"],
      ]);
      proportional(
        points.map(({ labels, left }) => [Number(labels.latent), left]),
        "right",
      );
      // Scores and intervals have one axis.
      assert.is(rules.length, 2);
      proportional(
        [
          ...points.map(({ labels, top }): [number, number] => [Number(labels.score), top]),
          ...[...rules, ...rules].map(({ top, bottom }, at): [number, number] => [
            [0.25, 0.35, 0.1, 0.2][at],
            at < 2 ? top : bottom,
          ]),
        ],
        "up",
      );
      // A line would bridge latents whose published score nobody knows.
      assert.equal(labelled(ofKind(marks, "line mark"), "series"), [["trained"], ["noise"]]);
      assert.equal([...new Set(points.map(({ color }) => color))], ["#0072B2", "#CC79A7", "#D55E00"]);
    },
  ],
  [
    versus,
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(labelled(points, "latent", "score", "null"), [
        ["0", "0.2", "0.1"],
        ["1", "0.3", "0.2"],
        ["3", "0.1", "0.15"],
      ]);
      const [line] = ofKind(marks, "line mark");
      // Both axes go from 0 to 1.05 times the highest value of either; on the line both scores are the same.
      const ends = [0, 1.05 * 0.3];
      const place = (values: number[], pixels: number[]): [number, number][] =>
        values.map((value, at) => [value, pixels[at]]);
      const [x, y] = [0, 1].map((side) => line.corners.map((corner) => corner[side]));
      proportional(
        [
          ...place(
            [0.1, 0.2, 0.15],
            points.map(({ left }) => left),
          ),
          ...place(ends, x),
        ],
        "right",
      );
      proportional(
        [
          ...place(
            [0.2, 0.3, 0.1],
            points.map(({ top }) => top),
          ),
          ...place(ends, y),
        ],
        "up",
      );
    },
  ],
  [
    spread,
    (marks) => {
      assert.equal(labelled(marks, "series", "score (binned)", "latents"), [
        ["trained", "0.21 – 0.22", "3"],
        ["trained", "0.35 – 0.36", "1"],
        ["noise", "0.11 – 0.12", "2"],
      ]);
      barsOf(
        marks.map((mark) => ({ ...mark, left: 0 })),
        [3, 1, 2],
        "y",
      );
      proportional(
        marks.map(({ left }, at) => [[0.21, 0.35, 0.11][at], left]),
        "right",
      );
    },
  ],
  [
    alignment,
    (marks) => {
      const [bars, floors] = [ofKind(marks, "bar"), ofKind(marks, "rule mark")];
      // The one below the slider's .05 is hidden; significant ones are blue.
      assert.equal(
        [...bars].sort((a, b) => a.top - b.top).map(({ labels, color }) => [labels.name, labels.verdict, color]),
        [
          ["3 · Women", "q < 0.01", "#0072B2"],
          ["6 · Men", "q < 0.01", "#0072B2"],
          ["5 · Hats", "not significant", "#bbbbbb"],
        ],
      );
      barsOf(
        bars,
        bars.map(({ labels }) => Number(labels.nap)),
      );
      const ends = bars.map(({ labels, right }): [number, number] => [Number(labels.nap), right]);
      assert.equal(labelled(floors, "name", "nap"), [
        ["untrained", "0.15"],
        ["kMeans", "0.5"],
      ]);
      proportional([...ends, [0.15, floors[0].left], [0.5, floors[1].left]], "right");
    },
  ],
  [
    profile,
    (marks) => {
      const bars = ofKind(marks, "bar");
      assert.equal(labelled(bars, "label", "activation"), [
        ["1. Shoe", "2"],
        ["2. Boot", "1.5"],
        ["3. Sock", "0.5"],
      ]);
      barsOf(bars, [2, 1.5, 0.5]);
      proportional(
        bars.map(({ top }, at) => [at, top]),
        "down",
      );
      assert.equal(
        ofKind(marks, "text mark").map(({ text, left, top }, at) => [text, left === bars[at].left, top > bars[at].top]),
        ["Women · Shoes", "Women · Shoes", "Men"].map((text) => [text, true, true]),
      );
    },
  ],
];

drawsValues(FIGURES);

test("the slider over latents reads one off: a line at it, its score beside it", async () => {
  const marks = await marksOf(byLatent, { latent: 2 });
  const [score] = ofKind(marks, "text mark");
  assert.equal([score.text, score.labels.series], ["0.300", "trained"]);
  const line = ofKind(marks, "rule mark").find(({ labels }) => !("low" in labels)) as Mark;
  const [point] = ofKind(marks, "point").filter(({ labels }) => labels.latent === "2");
  assert.is(line.left, point.left);
});

test("the spread is shown beside the null that is chosen", async () => {
  assert.equal(labelled(await marksOf(spread, { shown: "untrained" }), "series", "latents").slice(2), [
    ["untrained", "1"],
  ]);
});

test("the slider of the alignment hides what is weaker, and at 0 nothing", async () => {
  const shown = async (least: number): Promise<number> => ofKind(await marksOf(alignment, { least }), "bar").length;
  assert.equal([await shown(0), await shown(0.4), await shown(0.9)], [4, 2, 0]);
});

test("the slider of a profile shows another latent's items, and none of one that fires on none", async () => {
  const shown = async (latent: number): Promise<string[][]> =>
    labelled(ofKind(await marksOf(profile, { latent }), "bar"), "item", "activation");
  assert.equal(await shown(1), [["Hat", "1"]]);
});

test("every number that could not be drawn is counted in the subtitle", () => {
  const [scores, against] = [byLatent, versus].map(({ spec }) => JSON.stringify(spec));
  assert.match(scores, /1 points have no score/);
  assert.match(against, /1 latents without a score/);
});

test.run();
