import { test } from "uvu";
import * as assert from "uvu/assert";
import { labelTests } from "../../lib/src/charts/label-tests";
import { latentLabels } from "../../lib/src/charts/latent-labels";
import { labelledActivations, meanActivations } from "../../lib/src/charts/mean-activations";
import { drawsValues } from "./draws";
import { marksOf, ofKind, proportional } from "./marks";

const rows = [
  { latent: 0, mean: 0.5, share: 40, label: "Women › Shoes", auroc: 0.9 },
  { latent: 1, mean: 2, share: 90, label: "No clear concept", auroc: 0.5 },
  { latent: 2, mean: 1, share: 60 },
];
const plain = meanActivations(rows);
const named = labelledActivations(rows, "No clear concept");
const tests = labelTests([
  { test: "detection", series: "trained", mean: 0.7, low: 0.6, high: 0.8, luck: 0.5 },
  { test: "detection", series: "untrained", mean: 0.6, low: 0.5, high: 0.7, luck: 0.5 },
  { test: "intruder", series: "trained", mean: 0.3, low: 0.2, high: 0.4, luck: 0.2 },
]);
const explorer = latentLabels([
  {
    latent: 1,
    lines: ["latent 1: A", "description: a"],
    items: [{ item: "Boot", categories: "Shoes", activation: 2 }],
  },
  { latent: 4, lines: ["latent 4: B"], items: [{ item: "Cap", categories: "Hats", activation: 1 }] },
]);

drawsValues([
  [
    plain,
    (marks) => {
      const bars = ofKind(marks, "bar");
      assert.equal(
        bars.map(({ labels }) => labels.latent),
        ["1", "2", "0"],
      );
      assert.ok(bars[0].left < bars[1].left && bars[1].left < bars[2].left);
      proportional(
        bars.map(({ top }, at): [number, number] => [[2, 1, 0.5][at], top]),
        "up",
      );
    },
  ],
  [
    named,
    (marks) => {
      const bars = ofKind(marks, "bar");
      const names = ["1 · No clear concept", "2 · no label", "0 · Women › Shoes"];
      const top = new Map(bars.map(({ labels, top: y, color }) => [labels.label, { y, color }]));
      const found = names.map((name) => top.get(name));
      assert.ok(found.every((one) => one !== undefined));
      assert.ok((found[0]?.y as number) < (found[1]?.y as number) && (found[1]?.y as number) < (found[2]?.y as number));
      assert.equal(
        found.map((one) => one?.color),
        ["#bbbbbb", "#bbbbbb", "#0072B2"],
      );
    },
  ],
  [
    tests,
    (marks) => {
      const points = ofKind(marks, "point");
      assert.equal(
        points.map(({ labels }) => labels["labels of"]),
        ["trained", "untrained", "trained"],
      );
      const rules = ofKind(marks, "rule mark");
      // An interval for each point, on it.
      assert.equal(
        rules.map(({ top }) => top),
        points.map(({ top }) => top),
      );
      proportional(
        points.map(({ left }, at): [number, number] => [[0.7, 0.6, 0.3][at], left]),
        "right",
      );
    },
  ],
  [
    explorer,
    (marks) => {
      assert.equal(
        ofKind(marks, "text mark").map(({ text }) => text),
        ["latent 1: A", "description: a", "Shoes"],
      );
      assert.is(ofKind(marks, "bar").length, 1);
    },
  ],
]);

test("the sliders choose: labels that predict enough, latents that are active enough, one latent", async () => {
  const kept = ofKind(await marksOf(named, { least: 0.6 }), "bar");
  assert.equal(
    kept.map(({ labels }) => labels.label),
    ["0 · Women › Shoes"],
  );
  assert.is(ofKind(await marksOf(plain, { shown: 2 }), "bar").length, 2);
  const other = ofKind(await marksOf(explorer, { latent: 4 }), "text mark");
  assert.equal(
    other.map(({ text }) => text),
    ["latent 4: B", "Hats"],
  );
  assert.match(
    named.text,
    /^1 of 3 latents have a label that names a concept\. Best detection: 0 · Women › Shoes \(0\.900\)\./,
  );
});

test.run();
