import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import {
  comparedNullFigure,
  enginesFigure,
  fvuFigure,
  listTable,
  lossBesidePublished,
  rowFigure,
  scoreComparisonFigure,
  scoreComparisonTable,
  stepsTable,
  table2,
  table2Figure,
  termCurvesFigure,
  termFigure,
  termTable,
} from "../../../lib/src/lab/views/sae";
import type { ExchangeMetrics } from "../../../lib/src/metrics/exchange";
import type { SaeWeights } from "../../../lib/src/records/sae-weights";
import type { TrainedSae } from "../../../lib/src/sae/train";
import type { ComparedSae, ComparisonResult } from "../../../lib/src/stages/comparison";
import { sameTable, specRows } from "../../tables";

/** Figures that are told apart at a glance: `at`.1 to `at`.6 in the order of the paper's Table 2. */
const metrics = (at: number): ExchangeMetrics => ({
  ...{ auc: at + 0.1, accuracy: at + 0.2, logLoss: at + 0.3, precisionAt10: at + 0.4, recallAt10: at + 0.5 },
  ...{ ndcgAt10: at + 0.6, ndcgPerUser: Float32Array.of(at) },
});

const sae = (name: string, at: number): ComparedSae => ({
  name,
  stepsPerEpoch: 10 * at,
  epochs: at,
  reconstruction: {
    fvu: at / 10,
    fvuPerPrefix: [at / 10],
    prefixes: [2],
    l0: at,
    dead: 0,
    density: new Float64Array(2),
  },
  items: metrics(at),
  both: metrics(10 * at),
  againstOriginal: { users: 20, overlap: at / 10, rankShift: at },
  score: {
    mean: at,
    perLatent: Float64Array.of(at, at + 1),
    nulls: Object.fromEntries(
      ["noise", "noiseMoments"].map((null_, which) => [
        null_,
        { mean: 0.25 * (which + 1), perLatent: Float64Array.of(which, which + 0.5), draws: [], what: "" },
      ]),
    ),
  },
});

const result: ComparisonResult = {
  original: metrics(5),
  popularity: metrics(6),
  saes: [sae("MSAE", 1), sae("plain SAE", 2)],
  againstMsae: [
    {
      name: "plain SAE",
      ndcgAt10: { mean: -0.01, low: -0.02, high: 0.005 },
      lists: { users: 20, overlap: 0.8, rankShift: 1.5 },
    },
  ],
};

test("Table 2: rebuilt items, both rebuilt, baselines and published values, in the paper's columns", () => {
  const row = (factors: string, cells: readonly number[]): Record<string, unknown> => ({
    factors,
    ...{ "pooled AUC": cells[0], accuracy: cells[1], "log loss": cells[2] },
    ...{ "precision@10": cells[3], "recall@10": cells[4], "NDCG@10": cells[5] },
  });
  const at = (base: number): number[] => [1, 2, 3, 4, 5, 6].map((tenth) => base + tenth / 10);
  const published = (of: typeof PUBLISHED.msae): number[] => [
    ...[of.auc, of.accuracy, of.logLoss, of.precisionAt10, of.recallAt10, of.ndcgAt10],
  ];
  sameTable(table2(result), [
    row("original", at(5)),
    // Counts are no log odds.
    row("popularity", [6.1, Number.NaN, Number.NaN, 6.4, 6.5, 6.6]),
    row("MSAE: items rebuilt", at(1)),
    row("plain SAE: items rebuilt", at(2)),
    row("MSAE: both rebuilt", at(10)),
    row("plain SAE: both rebuilt", at(20)),
    row("published: plain SAE", published(PUBLISHED.plainSae)),
    row("published: MSAE", published(PUBLISHED.msae)),
  ]);
});

test("the figure of Table 2 has NDCG, recall, precision and AUC of every model under every choice", () => {
  const rows = specRows(table2Figure(result).spec);
  const ndcg = rows.filter(({ metric }) => metric === "NDCG@10");
  assert.equal(
    ndcg.map(({ choice, model, value }) => [choice, model, value]),
    [
      ["items", "original factors", 5.6],
      ["items", "popularity", 6.6],
      ["items", "MSAE", 1.6],
      ["items", "plain SAE", 2.6],
      ["users and items", "original factors", 5.6],
      ["users and items", "popularity", 6.6],
      ["users and items", "MSAE", 10.6],
      ["users and items", "plain SAE", 20.6],
      ["published values", "MSAE", PUBLISHED.msae.ndcgAt10],
      ["published values", "plain SAE", PUBLISHED.plainSae.ndcgAt10],
    ],
  );
  const first = rows.filter(({ choice, model }) => choice === "items" && model === "MSAE");
  assert.equal(
    first.map(({ metric, value }) => [metric, value]),
    [
      ["NDCG@10", 1.6],
      ["recall@10", 1.5],
      ["precision@10", 1.4],
      ["pooled AUC", 1.1],
    ],
  );
});

test("the table of lists: beside the MSAE, beside the original factors, and as published", () => {
  const row = (lists: string, overlap: number, shift: number): Record<string, unknown> => ({
    ...{ lists, "overlap@10": overlap, "rank shift": shift, users: 20 },
  });
  sameTable(listTable(result), [
    row("plain SAE beside MSAE", 0.8, 1.5),
    row("MSAE beside the original factors", 0.1, 1),
    row("plain SAE beside the original factors", 0.2, 2),
    row("published: plain SAE beside MSAE", PUBLISHED.overlapAt10, PUBLISHED.rankShift),
  ]);
});

test("the table of steps: steps are those of an epoch times the epochs; the lead stands with the other autoencoders", () => {
  const row = (autoencoder: string, cells: readonly number[], lead: string): Record<string, unknown> => ({
    ...{ autoencoder, "steps an epoch": cells[0], epochs: cells[1], steps: cells[2] },
    ...{ FVU: cells[3], L0: cells[4], "NDCG@10": cells[5], "MSAE ahead by": lead },
  });
  sameTable(stepsTable(result), [
    row("MSAE", [10, 1, 10, 0.1, 1, 1.6], ""),
    row("plain SAE", [20, 2, 40, 0.2, 2, 2.6], "-0.0100 (-0.0200 to 0.0050)"),
  ]);
});

test("the table of compared scores: each mean beside its own nulls", () => {
  const row = (autoencoder: string, mean: number, above: number, fvu: number): Record<string, unknown> => ({
    ...{ autoencoder, "mean score": mean, noise: 0.25, noiseMoments: 0.5 },
    ...{ "score − noiseMoments": above, FVU: fvu, L0: mean },
  });
  sameTable(scoreComparisonTable(result), [row("MSAE", 1, 0.5, 0.1), row("plain SAE", 2, 1.5, 0.2)]);
});

test("compared scores as figures: each autoencoder with its null, and one of them against one null", () => {
  assert.equal(
    specRows(scoreComparisonFigure(result).spec).map(({ series, latent, score }) => [series, latent, score]),
    [
      ["MSAE", 0, 1],
      ["MSAE", 1, 2],
      ["MSAE on noiseMoments", 0, 1],
      ["MSAE on noiseMoments", 1, 1.5],
      ["plain SAE", 0, 2],
      ["plain SAE", 1, 3],
      ["plain SAE on noiseMoments", 0, 1],
      ["plain SAE on noiseMoments", 1, 1.5],
    ],
  );
  const rows = specRows(comparedNullFigure(result, "plain SAE").spec).filter((row) => "latent" in row);
  assert.equal(rows, [
    { latent: 0, score: 2, null: 0 },
    { latent: 1, score: 3, null: 0.5 },
  ]);
  for (const [work, told] of [
    [() => comparedNullFigure(result, "SAE"), /no autoencoder "?SAE.* choose one of MSAE, plain SAE/],
    [() => comparedNullFigure(result, "MSAE", "luck"), /no null "?luck.* choose one of noise, noiseMoments/],
    [() => scoreComparisonFigure(result, "luck"), /no null/],
  ] as const)
    assert.throws(work, (error: unknown) => error instanceof InputError && told.test(error.message));
});

const term = (name: string, loss: number, norms: Record<string, number>) => ({
  ...{ term: name, loss, gradients: {}, norms, byBeta: name === "inner" },
});

test("the table of terms has a column for each parameter's gradient; the figure those of W at every moment", () => {
  const terms = [term("mse", 0.5, { W: 2, bPre: 0.25 }), term("inner", 1, { W: 3, bPre: 0 })];
  sameTable(termTable(terms), [
    { term: "mse", loss: 0.5, "gradient on W": 2, "gradient on bPre": 0.25 },
    { term: "inner", loss: 1, "gradient on W": 3, "gradient on bPre": 0 },
  ]);
  const rows = specRows(termFigure({ start: terms }, 5).spec);
  assert.equal(
    rows.map(({ term, moment, byBeta, one }) => [term, moment, byBeta, one]),
    [
      ["mse", "start", false, 0.5],
      ["mse", "start", false, 2],
      ["inner", "start", true, 1],
      ["inner", "start", true, 3],
    ],
  );
});

const epoch = (at: number, total: number) => ({
  ...{ epoch: at, steps: 3, total, terms: { mse: total / 2, l1: total / 4 }, beta: 1, published: 10 * total },
});
const trained = { history: [epoch(1, 4), epoch(2, 2)], backend: "fused" } as unknown as TrainedSae;

test("losses beside the published one: shares of the training, and both reductions", () => {
  const rows = specRows(lossBesidePublished({ mine: trained }).spec);
  const own = rows.filter(({ series }) => series === "mine");
  assert.equal(own, [
    { series: "mine", share: 0.5, loss: 4, reduction: "mean per step" },
    { series: "mine", share: 0.5, loss: 40, reduction: "as published" },
    { series: "mine", share: 1, loss: 2, reduction: "mean per step" },
    { series: "mine", share: 1, loss: 20, reduction: "as published" },
  ]);
  // As published: the sum over 711 steps of loss · 256, divided by 400,000 users: .45504 of the mean per step.
  const published = rows.filter(({ series }) => series === "published");
  const last = published.filter(({ share }) => share === 1);
  assert.is(last.length, 2);
  assert.is(last[1].loss, PUBLISHED.msaeLoss[30]);
  assert.ok(Math.abs((last[0].loss as number) * 0.45504 - (last[1].loss as number)) < 1e-9);
});

test("term curves count optimiser steps, and engines are laid side by side", () => {
  assert.equal(specRows(termCurvesFigure({ MSAE: trained }).spec), [
    { model: "MSAE", term: "mse", steps: 3, loss: 2 },
    { model: "MSAE", term: "l1", steps: 3, loss: 1 },
    { model: "MSAE", term: "mse", steps: 6, loss: 1 },
    { model: "MSAE", term: "l1", steps: 6, loss: 0.5 },
  ]);
  const run = (engine: "wasm" | "fused", millisecondsPerStep: number) => ({
    ...{ engine, history: trained.history, millisecondsPerStep },
  });
  const figure = enginesFigure({
    ...{ tfjs: run("wasm", 20), fused: run("fused", 0.5) },
    ...{ timesFaster: 40, lossDifference: 0, weightDifference: 0 },
  });
  assert.is(figure.title, "The same losses, 40 times faster");
  assert.equal(
    specRows(figure.spec).map(({ engine, epoch: at, loss }) => [engine, at, loss]),
    [
      ["tfjs (wasm), 20 ms a step", 1, 4],
      ["tfjs (wasm), 20 ms a step", 2, 2],
      ["kernel (fused), 0.5 ms a step", 1, 4],
      ["kernel (fused), 0.5 ms a step", 2, 2],
    ],
  );
});

test("FVU by prefix of several autoencoders", () => {
  const models = {
    MSAE: { prefixes: [2, 4], fvuPerPrefix: [0.5, 0.25] },
    plain: { prefixes: [4], fvuPerPrefix: [0.3] },
  };
  assert.equal(specRows(fvuFigure(models).spec), [
    { x: 2, y: 0.5, series: "MSAE" },
    { x: 4, y: 0.25, series: "MSAE" },
    { x: 4, y: 0.3, series: "plain" },
  ]);
});

test("a row through the autoencoder: its latents, and what each prefix of them leaves out", () => {
  // Each latent reads one of the two axes. The row (3, −3) has mean 0 and deviation √18, so that the encoder sees (1, −1) / √2: the first
  // latent fires with 1 / √2 and rebuilds (3, 0), the second does not.
  const weights = {
    ...{ architecture: "msae", d: 2, k: 2, prefixes: [1, 2], config: { topK: 2 } },
    ...{ W: Float32Array.of(1, 0, 0, 1), bPre: new Float32Array(2), bLat: new Float32Array(2) },
  } as unknown as SaeWeights;
  const rows = specRows(rowFigure(weights, Float32Array.of(3, -3), "Toy").spec);
  const fired = rows.filter((row) => "activation" in row);
  assert.equal(
    fired.map(({ latent, activation }) => [latent, (activation as number) > 0]),
    [
      [0, true],
      [1, false],
    ],
  );
  const missing = rows.filter((row) => "missing" in row).map((row) => row.missing as number);
  // Of the squared length 18: all of it without a latent, then (−3)² = 9.
  assert.equal(
    missing.map((share) => Math.round(100 * share)),
    [100, 50, 50],
  );
});

test.run();
