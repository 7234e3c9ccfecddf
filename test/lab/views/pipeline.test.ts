import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import {
  alignmentFigure,
  alignmentTable,
  lossFigure,
  mixingTable,
  nullFigure,
  rankingFigure,
  readableLatents,
  reconstructionFigure,
  scoreFigure,
  scoreTable,
  spreadFigure,
} from "../../../lib/src/lab/views/pipeline";
import type { TrainedSae } from "../../../lib/src/sae/train";
import type { AlignmentResult } from "../../../lib/src/stages/alignment";
import type { RankingResult } from "../../../lib/src/stages/ranking";
import type { ReconstructionResult } from "../../../lib/src/stages/reconstruction";
import type { RewiredResult } from "../../../lib/src/stages/rewired";
import type { ScoresResult } from "../../../lib/src/stages/scores";
import { sameTable, specRows } from "../../tables";

/** Four latents, the last of which never fires. */
const scores: ScoresResult = {
  mean: 0.2,
  ci: [0.1504, 0.2496],
  aheadOfUntrained: [0.01, 0.09],
  perLatent: Float64Array.of(0.1, 0.2, 0.3, Number.NaN),
  perLatentLow: Float64Array.of(0.05, 0.15, 0.25, Number.NaN),
  perLatentHigh: Float64Array.of(0.15, 0.25, 0.35, Number.NaN),
  sampled: { items: 3, mean: 0.21, perLatent: Float64Array.of(0.11, 0.21, 0.31, Number.NaN) },
  excludedItems: 1,
  nulls: {
    noise: {
      mean: 0.125,
      perLatent: Float64Array.of(0.1, 0.3, 0.2, 0.4),
      draws: [0.13, 0.12, 0.125],
      what: "items by noise",
    },
    rewired: { mean: 0.05, perLatent: Float64Array.of(0.3, 0.2, 0.1, 0.5), draws: [0.05], what: "the data" },
  },
};

test("the table of scores: means, intervals, and the correlation over latents that have both scores", () => {
  // Deviations from the mean .2: ours −.1, 0, .1. Noise's over the same three −.1, .1, 0: r = .01 / √(.02 · .02) = .5.
  // Rewired's .1, 0, −.1: r = −1. The fourth latent has no score of ours and is in neither.
  const interval = "95 % interval or range of draws";
  sameTable(scoreTable(scores), [
    { score: "trained", mean: 0.2, [interval]: "0.150 to 0.250", "r with trained": 1, "what is replaced": "nothing" },
    {
      score: "noise",
      mean: 0.125,
      [interval]: "0.120 to 0.130",
      "r with trained": 0.5,
      "what is replaced": "items by noise",
    },
    { score: "rewired", mean: 0.05, [interval]: "", "r with trained": -1, "what is replaced": "the data" },
  ]);
});

test("the figure of scores holds each latent's score with its interval, then each null's", () => {
  const rows = specRows(scoreFigure(scores).spec);
  assert.equal(rows, [
    { series: "trained", latent: 0, score: 0.1, low: 0.05, high: 0.15 },
    { series: "trained", latent: 1, score: 0.2, low: 0.15, high: 0.25 },
    { series: "trained", latent: 2, score: 0.3, low: 0.25, high: 0.35 },
    ...[0.1, 0.3, 0.2, 0.4].map((score, latent) => ({ series: "noise", latent, score })),
    ...[0.3, 0.2, 0.1, 0.5].map((score, latent) => ({ series: "rewired", latent, score })),
  ]);
  const published = specRows(scoreFigure(scores, { published: true }).spec).slice(rows.length);
  assert.equal(
    Object.fromEntries(published.map(({ latent, score }) => [latent, score])),
    PUBLISHED.monosemanticity.perLatent,
  );
  assert.ok(published.every(({ line }) => line === false));
});

test("scores against one null, and spread beside all of them", () => {
  const ends = (figure: { spec: Record<string, unknown> }): unknown[] =>
    specRows(figure.spec).filter((row) => "latent" in row);
  assert.equal(ends(nullFigure(scores, "rewired")), [
    { latent: 0, score: 0.1, null: 0.3 },
    { latent: 1, score: 0.2, null: 0.2 },
    { latent: 2, score: 0.3, null: 0.1 },
  ]);
  assert.throws(
    () => nullFigure(scores, "none"),
    (error: unknown) => error instanceof InputError && /choose one of noise, rewired/.test(error.message),
  );
  const spread = specRows(spreadFigure(scores).spec);
  assert.equal(
    spread.filter(({ series }) => series === "trained").map(({ score }) => score),
    [0.1, 0.2, 0.3],
  );
  assert.is(spread.filter(({ series }) => series === "noise").length, 4);
});

const metrics = (ndcgAt10: number): RankingResult["model"] => ({
  users: 2,
  usersWithoutTrain: 0,
  ndcgAt10,
  precisionAt10: ndcgAt10 / 10,
  recallAt10: 2 * ndcgAt10,
  recallAt20: 3 * ndcgAt10,
  perUser: {
    rows: Int32Array.of(0, 1),
    ndcgAt10: Float32Array.of(ndcgAt10, ndcgAt10),
    recallAt20: new Float32Array(2),
  },
  auc: 0.5 + ndcgAt10,
  aucUsers: 2,
});

test("the figure of a ranking has every metric of the factors beside popularity's", () => {
  const figure = rankingFigure({
    model: metrics(0.25),
    popularity: metrics(0.125),
    againstPopularity: { ndcgAt10: { mean: 0.125, low: 0.1, high: 0.15 }, weak: false },
    pairs: { auc: 0.7, logLoss: 0.6, accuracy: 0.6 },
  });
  assert.equal(
    specRows(figure.spec).map(({ metric, model, value }) => [metric, model, value]),
    [
      ["NDCG@10", "factors", 0.25],
      ["NDCG@10", "popularity", 0.125],
      ["recall@10", "factors", 0.5],
      ["recall@10", "popularity", 0.25],
      ["recall@20", "factors", 0.75],
      ["recall@20", "popularity", 0.375],
      ["mean AUC", "factors", 0.75],
      ["mean AUC", "popularity", 0.625],
    ],
  );
  assert.ok(figure.text.includes("+0.1250 (+0.1000 to +0.1500)"));
});

test("the figures of loss and reconstruction hold the records' numbers", () => {
  const epoch = { epoch: 1, steps: 2, total: 1.5, terms: { mse: 1, l1: 0.5 }, beta: 2, published: 3 };
  const loss = lossFigure({ history: [epoch], backend: "fused", weights: {} as never } satisfies TrainedSae);
  assert.equal(specRows(loss.spec), [
    { epoch: 1, term: "total", loss: 1.5, beta: 2 },
    { epoch: 1, term: "mse", loss: 1, beta: 2 },
    { epoch: 1, term: "l1", loss: 0.5, beta: 2 },
  ]);
  const rebuilt = { prefixes: [1, 2], fvuPerPrefix: [0.75, 0.5], l0: 1.25, dead: 1 };
  const figure = reconstructionFigure(rebuilt as unknown as ReconstructionResult);
  assert.equal(specRows(figure.spec), [
    { prefix: 1, fvu: 0.75 },
    { prefix: 2, fvu: 0.5 },
  ]);
});

const perLatent = [
  { latent: 0, best: "Hats", auroc: 0.6, nap: 0.2, q: 0.001 },
  { latent: 1, best: "Shoes", auroc: 0.9, nap: 0.7, q: 0.0001 },
  { latent: 2, best: "Hats", auroc: 0.99, nap: 0.9, q: 0.02 },
];
const aligned = {
  categories: 2,
  categoriesLeftOut: 3,
  meanBestNap: 0.6,
  significant: 4,
  latentsAbove8: 2,
  level: 0.01,
  perLatent,
  floors: {
    untrained: { meanBestNap: 0.25, significant: 1, latentsAbove8: 0, what: "starting directions" },
    kMeans: { meanBestNap: 0.5, significant: 2, latentsAbove8: 1, what: "centres" },
  },
} as unknown as AlignmentResult;

test("the table of the alignment: trained, then each floor, under the level of q that was set", () => {
  sameTable(alignmentTable(aligned), [
    {
      latents: "trained",
      "mean best nAP": 0.6,
      "latents with AUROC > 0.8": 2,
      "pairs with q < 0.01": 4,
      "what they are": "the trained autoencoder",
    },
    {
      latents: "untrained",
      "mean best nAP": 0.25,
      "latents with AUROC > 0.8": 0,
      "pairs with q < 0.01": 1,
      "what they are": "starting directions",
    },
    {
      latents: "kMeans",
      "mean best nAP": 0.5,
      "latents with AUROC > 0.8": 1,
      "pairs with q < 0.01": 2,
      "what they are": "centres",
    },
  ]);
});

test("readable latents are those below q, the best nAP first", () => {
  const names = (q: number): number[] => readableLatents(aligned, q).map(({ latent }) => latent);
  assert.equal(names(0.01), [1, 0]);
  assert.equal(names(0.05), [2, 1, 0]);
  assert.equal(names(0.00001), []);
});

test("the figure of the alignment holds each latent's best category and the floors", () => {
  const rows = specRows(alignmentFigure(aligned).spec);
  assert.equal(
    rows.map(({ name, nap, verdict }) => [name, nap, verdict]),
    [
      ["2 · Hats", 0.9, "not significant"],
      ["1 · Shoes", 0.7, "q < 0.01"],
      ["0 · Hats", 0.2, "q < 0.01"],
      ["untrained", 0.25, undefined],
      ["kMeans", 0.5, undefined],
    ],
  );
});

test("without categories, the alignment's views say what is missing and why", () => {
  const none = { ...aligned, categories: 0 };
  for (const view of [alignmentTable, alignmentFigure, (result: AlignmentResult) => readableLatents(result, 0.01)]) {
    const said = (result: AlignmentResult): string => {
      try {
        view(result);
      } catch (error) {
        assert.instance(error, MissingData);
        return (error as Error).message;
      }
      return "";
    };
    assert.match(said(none), /None of the data's 3 categories is on enough items/);
    assert.match(said({ ...none, categoriesLeftOut: 0 }), /^The data has no categories/);
  }
});

test("the table of mixing: the mean share over runs beside chance, by size of users and of items", () => {
  const size = (least: number, most: number, shared: number) => ({
    ...{ least, most, members: 7, pairs: 20, shared, sharedByChance: 0.0125 },
  });
  const run = (user: number, item: number) => ({
    mixing: { tradesPerRow: 5, rowClasses: [size(1, 1, user), size(2, 9, 0.5)], columnClasses: [size(3, 4, item)] },
  });
  // Means over the two runs: (.1 + .3) / 2 = .2, .5, (0 + .025) / 2 = .0125.
  const runs = { runs: [run(0.1, 0), run(0.3, 0.025)] } as unknown as RewiredResult;
  const rest = { "how many": 7, "by chance": "1.25 %" };
  const row = (of: string, interactions: string, shared: string): Record<string, unknown> => ({
    ...{ of, interactions, "how many": rest["how many"] },
    ...{ "still as in the original": shared, "by chance": rest["by chance"] },
  });
  sameTable(mixingTable(runs), [
    row("users", "1", "20.0 %"),
    row("users", "2 to 9", "50.0 %"),
    row("items", "3 to 4", "1.25 %"),
  ]);
  assert.throws(
    () => mixingTable({ runs: [{ d: 8, perLatent: new Float64Array(), mean: 0 }] }),
    (error: unknown) => error instanceof MissingData && /fitted elsewhere/.test(error.message),
  );
});

test.run();
