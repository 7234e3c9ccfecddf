import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import {
  againstPopularityTable,
  biasFigure,
  diversityTable,
  epochTable,
  factorizationFigure,
  factorizationTable,
  purityTable,
  rateFigure,
} from "../../../lib/src/lab/views/mf";
import type { Factors } from "../../../lib/src/records/factors";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import type { FollowedEpoch } from "../../../lib/src/stages/follow-epochs";
import type { RankingResult } from "../../../lib/src/stages/ranking";
import type { RankingIntervals } from "../../../lib/src/stages/ranking-intervals";
import { sameTable, specRows } from "../../tables";

/** Every user alike, so that an interval over users is a point. */
const quality = (ndcgAt10: number): RankingResult["model"] => ({
  ...{ users: 3, usersWithoutTrain: 0, ndcgAt10, precisionAt10: 0, recallAt10: 2 * ndcgAt10, recallAt20: 3 * ndcgAt10 },
  perUser: {
    rows: Int32Array.of(0, 1, 2),
    ndcgAt10: new Float32Array(3).fill(ndcgAt10),
    recallAt20: new Float32Array(3),
  },
  ...{ auc: 0.5 + ndcgAt10, aucUsers: 3 },
});
const point = (mean: number): RankingIntervals["model"] => ({ mean, low: mean, high: mean });
const result = (ndcgAt10: number, weak: boolean): RankingResult => ({
  model: quality(ndcgAt10),
  popularity: quality(0.0625),
  againstPopularity: { ndcgAt10: { mean: ndcgAt10 - 0.0625, low: ndcgAt10 - 0.125, high: ndcgAt10 }, weak },
  pairs: { auc: 0.75, logLoss: 0.5, accuracy: 0.7 },
});
const intervals = {
  iALS: { model: point(0.25), popularity: point(0.0625) },
  "BCE SGD": { model: point(0.125), popularity: point(0.0625) },
};
const results = { iALS: result(0.25, false), "BCE SGD": result(0.125, true) };

test("the table of factorizations: luck and popularity first, then ours, then the published ones", async () => {
  const row = (factors: string, cells: readonly (number | string)[]): Record<string, unknown> => ({
    ...{ factors, "pooled AUC": cells[0], "log loss": cells[1], accuracy: cells[2] },
    ...(cells.length > 3 ? { "NDCG@10": cells[3], "95 % interval": cells[4], "recall@10": cells[5] } : {}),
  });
  const published = ({ auc, logLoss, accuracy, ndcgAt10, recallAt10 }: typeof PUBLISHED.msae): (number | string)[] => [
    ...[auc, logLoss, accuracy, ndcgAt10, "not given", recallAt10],
  ];
  const table = factorizationTable(results, intervals, { auc: 0.625, logLoss: 9, accuracy: 9 });
  sameTable(table, [
    // One half to everything: an AUC of .5, a log loss of ln 2, every second guess right.
    row("luck", [0.5, Math.LN2, 0.5]),
    // Counts are no log odds.
    row("popularity", [0.625, Number.NaN, Number.NaN, 0.0625, "0.0625 to 0.0625", 0.125]),
    row("iALS", [0.75, 0.5, 0.7, 0.25, "0.2500 to 0.2500", 0.5]),
    row("BCE SGD", [0.75, 0.5, 0.7, 0.125, "0.1250 to 0.1250", 0.25]),
    row("published, rebuilt by the plain SAE", published(PUBLISHED.plainSae)),
    row("published, rebuilt by the MSAE", published(PUBLISHED.msae)),
  ]);
});

test("the figure of factorizations has popularity and every one of them under each metric", () => {
  const rows = specRows(factorizationFigure(results).spec);
  const models = ["popularity", "iALS", "BCE SGD"];
  const values = [
    [0.0625, 0.125, 0.1875, 0.5625],
    [0.25, 0.5, 0.75, 0.75],
    [0.125, 0.25, 0.375, 0.625],
  ];
  assert.equal(
    rows.map(({ model, metric, value }) => [model, metric, value]),
    models.flatMap((model, at) =>
      ["NDCG@10", "recall@10", "recall@20", "mean AUC"].map((metric, which) => [model, metric, values[at][which]]),
    ),
  );
});

test("the table against popularity says of weak factors that they are", () => {
  sameTable(againstPopularityTable(results), [
    { factors: "iALS", "ahead of popularity by": 0.1875, "95 % from": 0.125, to: 0.25, "worth reading": "yes" },
    {
      ...{ factors: "BCE SGD", "ahead of popularity by": 0.0625, "95 % from": 0, to: 0.125 },
      "worth reading": "NO: FACTORS TOO WEAK",
    },
  ]);
});

const epochs: FollowedEpoch[] = [0, 1].map((epoch) => ({
  ...{ epoch, auc: 0.5 + epoch / 4, logLoss: 0.7 - epoch / 10, accuracy: 0.5, aucOfBiases: 0.6, aucOfFactors: 0.55 },
  users: { cosine: 1 - epoch / 8, normRatio: 1 },
  items: { cosine: 1 - epoch / 4, normRatio: 1 + epoch / 2 },
}));

test("the table of epochs: parts of the AUC beside popularity, and how far factors have moved", () => {
  const row = (epoch: string, cells: readonly number[]): Record<string, unknown> => ({
    ...{ epoch, "pooled AUC, whole": cells[0], "biases alone": 0.6, "factors alone": 0.55, popularity: 0.65 },
    ...{ "log loss": cells[1], "users: cosine with start": cells[2], "items: cosine with start": cells[3] },
    "items: length / start": cells[4],
  });
  sameTable(epochTable(epochs, 0.65), [
    row("random start", [0.5, 0.7, 1, 1, 1]),
    row("1", [0.75, 0.6, 0.875, 0.75, 1.5]),
  ]);
});

test("the figure of learning rates holds AUC and cosines of every epoch at each rate", () => {
  const rows = specRows(
    rateFigure(
      [
        { rate: 0.005, epochs },
        { rate: 0.2, epochs: epochs.slice(0, 1) },
      ],
      0.65,
    ).spec,
  );
  const of = (series: string): unknown[] =>
    rows.filter((row) => row.series === series).map(({ rate, epoch, value }) => [rate, epoch, value]);
  assert.equal(of("whole model"), [
    [0.005, 0, 0.5],
    [0.005, 1, 0.75],
    [0.2, 0, 0.5],
  ]);
  assert.equal(of("user factors"), [
    [0.005, 0, 1],
    [0.005, 1, 0.875],
    [0.2, 0, 1],
  ]);
  assert.equal(of("item factors"), [
    [0.005, 0, 1],
    [0.005, 1, 0.75],
    [0.2, 0, 1],
  ]);
  assert.ok(rows.some(({ name, auc }) => name === "popularity" && auc === 0.65));
});

test("the table of purity: a row for each factorization, with interval and chance", () => {
  const purity = { items: 22, neighbours: 10, purity: 1, low: 0.9375, high: 1, chance: 10 / 21 };
  sameTable(purityTable({ mine: purity }), [
    {
      ...{ factors: "mine", "purity of 10 neighbours": 1, "95 % interval": "0.938 to 1.000" },
      ...{ chance: 10 / 21, "items looked at": 22 },
    },
  ]);
});

test("the table of diversity: a row for each recommender", () => {
  const share = "share of a list that two users have in common";
  sameTable(diversityTable({ apart: { users: 2, k: 10, overlap: 0, low: 0, high: 0.25, distinct: 20 } }), [
    { recommender: "apart", [share]: 0, "95 % interval": "0.000 to 0.250", "different items on 2 lists": 20 },
  ]);
});

/** 21 items in a row from −10 to 10. One user likes what is high, the other what is low; both took the middle one. */
const opposed: Factors = {
  ...{ d: 1, users: Float32Array.of(1, -1), userIds: ["high", "low"], config: { kind: "bce-sgd" } },
  items: Float32Array.from({ length: 21 }, (_, item) => item - 10),
  itemIds: Array.from({ length: 21 }, (_, item) => `i${item}`),
  itemBias: Float32Array.from({ length: 21 }, (_, item) => 100 * item),
};
const train = csrFromPairs(2, 21, [0, 1], [10, 10]);

test("the dial of item biases: from each user's own list to one list for all", async () => {
  const items = { ids: opposed.itemIds, categoryNames: [], categories: csrFromPairs(21, 0, [], []) };
  const input = { factors: opposed, train, items, users: ["high", "low"], seed: 1, weights: [0, 1] };
  const figure = await biasFigure(input);
  const rows = specRows(figure.spec).filter((row) => row.rank === 1 || row.rank === 10);
  assert.equal(
    rows.map(({ weight, user, rank, item, lists, score }) => [weight, user, rank, item, lists, score]),
    [
      // Without biases: the ends of the row, which no two users share.
      [0, "high", 1, "i20", 1, 10],
      [0, "high", 10, "i11", 1, 1],
      [0, "low", 1, "i0", 1, 10],
      [0, "low", 10, "i9", 1, 1],
      // With them 100 · item decides: 2,000 ± 10 and 1,100 ± 1.
      [1, "high", 1, "i20", 2, 2010],
      [1, "high", 10, "i11", 2, 1101],
      [1, "low", 1, "i20", 2, 1990],
      [1, "low", 10, "i11", 2, 1099],
    ],
  );
  assert.is(
    figure.text,
    "item biases × 0: two users share 0 of their lists; item biases × 1: two users share 1 of their lists",
  );
  const thrown = (given: Promise<unknown>): Promise<unknown> => given.catch((error: unknown) => error);
  const { itemBias: _, ...bare } = opposed;
  assert.instance(await thrown(biasFigure({ ...input, factors: bare })), MissingData);
  const unknown = await thrown(biasFigure({ ...input, users: ["x"] }));
  assert.instance(unknown, InputError);
  assert.match((unknown as Error).message, /no user x.* for instance high/);
});

test.run();
