import { test } from "uvu";
import * as assert from "uvu/assert";
import { doseResponse } from "../../lib/src/charts/dose-response";
import { rerankedList } from "../../lib/src/charts/reranked-list";
import { drawsValues } from "./draws";
import { barsOf, labelled, marksOf, ofKind, proportional } from "./marks";

const DOSES = [
  { alpha: 0, change: -0.1, low: -0.15, high: -0.05, controlLow: -0.02, controlMedian: 0, controlHigh: 0.03 },
  { alpha: 1, change: 0, low: 0, high: 0, controlLow: 0, controlMedian: 0, controlHigh: 0 },
  { alpha: 7, change: 0.3, low: 0.2, high: 0.35, controlLow: -0.1, controlMedian: 0.05, controlHigh: 0.1 },
];
const about = { tag: "women", latents: [3, 4], choice: "chosen by hand", k: 10, users: 5, controls: 25, p: 0.04 };

/** At a dose of 2 the third item leads. */
const list = rerankedList(
  [1, 2].flatMap((alpha) =>
    [1, 2, 3].map((rank) => ({
      ...{ alpha, rank, item: `item ${alpha === 1 ? rank : 4 - rank}`, tag: ["women", "men", "neutral"][rank - 1] },
      ...{ score: alpha * (5 - rank), before: alpha === 1 ? `was ${rank}` : `was ${4 - rank}` },
    })),
  ),
  "u1",
  ["women", "men"],
);

drawsValues([
  [
    doseResponse(DOSES, about),
    (marks) => {
      const points = ofKind(marks, "point");
      // The axis of doses is linear near 0 and logarithmic beyond: log(1 + α).
      proportional(
        points.map(({ left }, at) => [Math.log1p(DOSES[at].alpha), left]),
        "right",
      );
      const rules = ofKind(marks, "rule mark");
      const [median] = ofKind(marks, "line mark").filter(({ labels }) => "controlMedian" in labels);
      const [band] = ofKind(marks, "area mark");
      assert.is(band.corners.length, 6);
      const on = (pixel: (at: number) => number, value: (row: (typeof DOSES)[number]) => number): [number, number][] =>
        DOSES.map((row, at) => [value(row), pixel(at)]);
      proportional(
        [
          ...on(
            (at) => points[at].top,
            ({ change }) => change,
          ),
          ...on(
            (at) => rules[at].bottom,
            ({ low }) => low,
          ),
          ...on(
            (at) => rules[at].top,
            ({ high }) => high,
          ),
          ...on(
            (at) => median.corners[at][1],
            ({ controlMedian }) => controlMedian,
          ),
          // The band's corners: along its lower edge, then back along its upper one.
          ...on(
            (at) => band.corners[at][1],
            ({ controlLow }) => controlLow,
          ),
          ...on(
            (at) => band.corners[5 - at][1],
            ({ controlHigh }) => controlHigh,
          ),
        ],
        "up",
      );
    },
  ],
  [
    list,
    (marks) => {
      const bars = ofKind(marks, "bar");
      assert.equal(
        bars.map(({ labels, color }) => [labels.label, labels.tag, color]),
        [
          ["1. item 1  (was 1)", "women", "#CC79A7"],
          ["2. item 2  (was 2)", "men", "#0072B2"],
          ["3. item 3  (was 3)", "neutral", "#bbbbbb"],
        ],
      );
      barsOf(bars, [4, 3, 2]);
      proportional(
        bars.map(({ top }, at) => [at, top]),
        "down",
      );
    },
  ],
]);

test("the slider of doses shows the list at another dose, with the rank that an item had", async () => {
  const marks = await marksOf(list, { dose: 1 });
  assert.equal(labelled(ofKind(marks, "bar"), "label", "score"), [
    ["1. item 3  (was 3)", "8"],
    ["2. item 2  (was 2)", "6"],
    ["3. item 1  (was 1)", "4"],
  ]);
  assert.equal(
    ofKind(marks, "text mark").map(({ text }) => text),
    ["2"],
  );
});

test("without controls a dose–response has no band, and says so", async () => {
  const bare = DOSES.map(({ controlLow: _l, controlMedian: _m, controlHigh: _h, ...row }) => row);
  const figure = doseResponse(bare, about);
  const marks = await marksOf(figure);
  assert.is(ofKind(marks, "area mark").length, 0);
  assert.is(ofKind(marks, "point").length, 3);
  assert.match(JSON.stringify(figure.spec.title), /No control was run/);
});

test.run();
