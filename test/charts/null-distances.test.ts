import { test } from "uvu";
import * as assert from "uvu/assert";
import { nullDistances } from "../../lib/src/charts/null-distances";
import { drawsValues } from "./draws";
import { labelled, type Mark, marksOf, ofKind, proportional } from "./marks";

const distances = nullDistances([
  { question: "score", answer: "yes", null: "noise", difference: 0.2, low: 0.15, high: 0.25, counts: true },
  { question: "score", answer: "yes", null: "rewired", difference: 0.05, low: -0.01, high: 0.11, counts: true },
  { question: "score", answer: "yes", null: "permuted", difference: -0.1, low: -0.14, high: -0.06, counts: false },
  { question: "meaning", answer: "undecided", null: "untrained", difference: 0.3, counts: true },
]);

drawsValues([
  [
    distances,
    (marks) => {
      const panel = (marksOfKind: Mark[], names: string[]): Mark[] =>
        marksOfKind.filter(({ labels }) => names.includes(labels.name));
      const [points, rules] = [ofKind(marks, "point"), ofKind(marks, "rule mark")];
      // A null that is no part of the answer stands in brackets.
      const names = ["noise", "rewired", "(permuted)"];
      assert.equal(
        panel(points, names).map(({ labels, color }) => [labels.name, labels.side, color]),
        [
          ["noise", "above", "#0072B2"],
          ["rewired", "too close to call", "#999999"],
          ["(permuted)", "below", "#D55E00"],
        ],
      );
      const [own, intervals] = [panel(points, names), panel(rules, names)];
      proportional(
        [
          ...own.map(({ left }, at): [number, number] => [[0.2, 0.05, -0.1][at], left]),
          ...intervals.map(({ left }, at): [number, number] => [[0.15, -0.01, -0.14][at], left]),
          ...intervals.map(({ right }, at): [number, number] => [[0.25, 0.11, -0.06][at], right]),
        ],
        "right",
      );
      for (const [at, { top }] of own.entries()) assert.is(intervals[at].top, top, "an interval lies on its point");
      // The next question has a panel of its own below; a distance without an interval is a point alone.
      const [other] = panel(points, ["untrained"]);
      assert.ok(own.every(({ top }) => top < other.top));
      assert.is(rules.length, 3);
      assert.is(other.labels.side, "too close to call");
    },
  ],
]);

test("distances of which none has an interval are points alone, and their tooltips say that it is unknown", async () => {
  const figure = nullDistances([
    { question: "meaning", answer: "undecided", null: "untrained", difference: 0.3, counts: true },
  ]);
  const marks = await marksOf(figure);
  assert.equal(labelled(marks, "difference", "95 % interval"), [["0.3", "unknown"]]);
});

test("a question without any null is a sentence, with other questions beside it and without", async () => {
  const unasked = [{ question: "meaning", answer: "undecided" }];
  const beside = nullDistances(
    [{ question: "score", answer: "yes", null: "noise", difference: 0.2, low: 0.15, high: 0.25, counts: true }],
    unasked,
  );
  const alone = nullDistances([], unasked);
  for (const figure of [beside, alone]) {
    assert.match(figure.text, /meaning: undecided, there is no null to compare with\./);
    assert.match(JSON.stringify(figure.spec.title), /meaning: undecided/);
  }
  const marks = await marksOf(alone);
  assert.ok(marks.length > 0, "something is drawn");
});

test.run();
