import { test } from "uvu";
import * as assert from "uvu/assert";
import { MissingData } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import * as views from "../../../lib/src/lab/views/labels";
import type { Detection } from "../../../lib/src/labels/scoring/detection";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import { type Label, NO_CONCEPT } from "../../../lib/src/records/label";
import type { LabelScoresResult } from "../../../lib/src/stages/label-scores";
import type { LabelSummary } from "../../../lib/src/stages/label-summary";
import type { LabelsResult } from "../../../lib/src/stages/labels";

const label = (latent: number, broad: string, refined: string): Label => ({
  ...{
    latent,
    broad,
    refined,
    description: "One sentence.",
    confidence: "high",
    evidence: ["a", "b"],
    source: "lexical",
  },
});
const detection = (auroc: number): Detection => ({
  ...{ auroc, low: auroc - 0.1, high: auroc + 0.1, balancedAccuracy: 0.6, f1: 0.5, unanswered: 0, items: 40 },
});
const labels: LabelsResult = {
  labels: [label(0, "Men", "Men › Belts"), label(2, "Women", "Women › Hats"), label(3, NO_CONCEPT, NO_CONCEPT)],
  ...{ replaced: [], failed: [], leftOut: [] },
  shown: [
    { latent: 0, items: ["b", "a"], activations: Float64Array.of(3, 1) },
    { latent: 2, items: ["c"], activations: Float64Array.of(2) },
  ],
};
const intruder = { right: 2, rounds: 5, unanswered: 0 };
const scores: LabelScoresResult = {
  ...{ judge: "lexical", tests: [], shuffled: [], labels: labels.labels },
  untested: [{ latent: 3, reason: "2 items of half B fire it, and 5 are needed" }],
  scores: [
    { latent: 0, detection: detection(0.6), quantiles: [0.5], intruder },
    { latent: 2, detection: detection(0.8), nearMiss: detection(0.7), quantiles: [0.5], intruder },
  ],
};
const items = {
  ids: ["a", "b", "c"],
  titles: ["Ankle boot", "", "Cap"],
  categoryNames: ["All"],
  categories: csrFromPairs(3, 1, [0, 1, 2], [0, 0, 0]),
};
const latents = { k: 4, itemIds: ["a", "b", "c"], values: Float32Array.of(1, 0, 0, 0, 3, 0, 0, 0.5, 0, 0, 2, 0) };
const nothing: LabelsResult = { ...labels, labels: [], shown: [] };

test("labels stand by how well they predict, with what their tests gave", () => {
  assert.equal(views.labelTable(labels, scores), [
    {
      ...{ latent: 2, label: "Women › Hats", confidence: "high", source: "lexical" },
      ...{ detection: "0.80 (0.70 to 0.90)", "near-miss": "0.70", intruder: "2 of 5" },
    },
    {
      ...{ latent: 0, label: "Men › Belts", confidence: "high", source: "lexical" },
      ...{ detection: "0.60 (0.50 to 0.70)", "near-miss": "none there", intruder: "2 of 5" },
    },
    {
      ...{ latent: 3, label: NO_CONCEPT, confidence: "high", source: "lexical" },
      ...{ detection: "not tested", "near-miss": "none there", intruder: "" },
    },
  ]);
});

test("mean activations are over all items, zeros too, with the label of each latent", () => {
  const data = (figure: { spec: Record<string, unknown> }) =>
    (figure.spec.data as { values: Record<string, unknown>[] }).values;
  const [first, second] = data(views.activationFigure(latents));
  assert.equal([first.latent, first.mean, second.latent], [0, 4 / 3, 2]);
  assert.ok(Math.abs((first.share as number) - 200 / 3) < 1e-12);
  const named = data(views.labelledActivationFigure(latents, labels, scores));
  assert.equal(
    named.map(({ latent, name, detection: found }) => [latent, name, found]),
    [
      [0, "0 · Men › Belts", "0.600"],
      [2, "2 · Women › Hats", "0.800"],
      [3, `3 · ${NO_CONCEPT}`, "not tested"],
      [1, "1 · no label", "not tested"],
    ],
  );
});

test("one latent shows label, evidence, scores or why there are none, and its items by title or id", () => {
  const text = JSON.stringify(views.labelFigure(labels, scores, { items }).spec);
  for (const part of [
    "latent 0: Men › Belts",
    "broad: Men; confidence: high; written by: lexical",
    "evidence: a; b",
    "detection 0.60 (0.50 to 0.70), balanced accuracy 0.60, no near-misses, intruder found in 2 of 5 rounds",
    "not tested: 2 items of half B fire it",
    "1. b",
    "2. Ankle boot",
  ])
    assert.ok(text.includes(part), part);
});

const interval = (mean: number) => ({ mean, low: mean - 0.05, high: mean + 0.05 });
const means = (mean: number) => ({ ...interval(mean), balancedAccuracy: 0.6, f1: 0.5, unanswered: 0, latents: 2 });
const summary: LabelSummary = {
  ...{ judge: "lexical", labels: 3, noConcept: 1, untested: 1, distinctBroad: 1, distinctRefined: 1 },
  ...{ detection: means(0.7), quantiles: [0.55, Number.NaN] },
  nulls: {
    shuffled: {
      ...{ runs: 5, labels: 3, noConcept: 1, detection: means(0.5), quantiles: [] },
      difference: { detection: interval(0.2) },
    },
  },
};

test("the headline is a row a null, and what was not asked says so", () => {
  assert.equal(views.labelNullTable(summary), [
    {
      ...{ "labels of": "shuffled", runs: 5, "that name a concept": "2 of 3" },
      "detection, ours minus theirs": "0.200 (0.150 to 0.250)",
      "near-miss, ours minus theirs": "not asked",
      "intruder, ours minus theirs": "not asked",
    },
  ]);
  const figures = views.labelSummaryTable(summary).map((row) => [row.figure, row.ours]);
  assert.equal(figures, [
    ["labels that name a concept", "2 of 3"],
    ["distinct broad labels among these", 1],
    ["distinct refined labels among these", 1],
    ["detection, against random items", "0.700 (0.650 to 0.750)"],
    ["detection of activations in part 1 of 2, from weak to strong", "0.550"],
  ]);
  assert.match(
    views.labelTestFigure(summary).text,
    /detection, against random items: trained 0\.7, shuffled 0\.5 \(luck 0\.5\)/,
  );
});

test("published labels stand beside ours by the latent's number", () => {
  const table = views.publishedLabelTable(labels);
  assert.is(table.length, PUBLISHED.monosemanticity.latents);
  assert.equal(table[0], {
    ...{ latent: 0, published: "Clothing, Shoes & Jewelry", "published confidence": "medium", ours: "Men › Belts" },
  });
  assert.is(table[32].published, "Women's apparel & accessories");
  assert.is(table[1].ours, "none");
  assert.equal(views.distinctLabels(labels), { published: 9, ours: 2 });
});

test("data without any text for labels lacks them, in one sentence", () => {
  for (const view of [
    () => views.labelTable(nothing, scores),
    () => views.labelFigure(nothing, scores, { items }),
    () => views.labelledActivationFigure(latents, nothing, scores),
    () => views.publishedLabelTable(nothing),
    () => views.labelTestFigure(undefined),
    () => views.labelNullTable(undefined),
    () => views.labelSummaryTable(undefined),
  ])
    assert.throws(
      view,
      (error: unknown) => error instanceof MissingData && /neither categories, titles nor stores/.test(error.message),
    );
  assert.throws(
    () => views.labelTestFigure({ ...summary, detection: undefined, nulls: {} }),
    /No latent could be tested/,
  );
});

test.run();
