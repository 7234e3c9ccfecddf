import { requireData, requireInput } from "../../base/errors";
import { biasDial, type DialedRow } from "../../charts/bias-dial";
import type { Figure } from "../../charts/figure";
import { learningRates, type RateRow } from "../../charts/learning-rates";
import { type MetricBar, metricBars } from "../../charts/metric-bars";
import { itemsById } from "../../data/items-table";
import { drawUsers } from "../../data/sample-users";
import type { Interval } from "../../metrics/bootstrap";
import { type ListDiversity, listDiversity } from "../../metrics/list-diversity";
import type { NeighbourPurity } from "../../metrics/neighbour-purity";
import type { PairMetrics } from "../../metrics/pairs";
import type { RankingMetrics } from "../../metrics/ranking";
import { topK, topLists } from "../../metrics/top-k";
import type { Factors } from "../../records/factors";
import type { Csr } from "../../records/interactions";
import type { Items } from "../../records/items";
import type { FollowedEpoch } from "../../stages/follow-epochs";
import type { RankingResult } from "../../stages/ranking";
import type { RankingIntervals } from "../../stages/ranking-intervals";
import { notebookRunner } from "../notebook-progress";
import { PUBLISHED } from "../published";
import { RANKING_METRICS } from "./ranking-metrics";

/** Ranking quality of several factorizations beside popularity. */
export function factorizationFigure(results: Readonly<Record<string, RankingResult>>): Figure {
  const bars = (model: string, values: RankingMetrics): MetricBar[] =>
    Object.entries(RANKING_METRICS).map(([metric, field]) => ({ model, metric, value: values[field] }));
  const [{ popularity }] = Object.values(results);
  return metricBars({
    name: "factorizations",
    title: "Do the factors rank better than popularity?",
    subtitle: [
      "Means over users with a held-out item; the whole catalogue ranked, train items left out. Higher is better.",
      "Mean AUC: over all pairs of a user's held-out and untaken items, averaged over users. Each panel has its own axis.",
    ],
    rows: [
      ...bars("popularity", popularity),
      ...Object.entries(results).flatMap(([name, { model }]) => bars(name, model)),
    ],
  });
}

/**
 * The figures that the paper quotes: ours, popularity's, and the published ones of rebuilt factors.
 *
 * @param intervals of the same factorizations, by the same names
 * @param popularityPairs popularity over the same validation pairs, of which only the AUC means something
 */
export function factorizationTable(
  results: Readonly<Record<string, RankingResult>>,
  intervals: Readonly<Record<string, RankingIntervals>>,
  popularityPairs: PairMetrics,
): Record<string, unknown>[] {
  const ranked = ({ ndcgAt10, recallAt10 }: RankingMetrics, { low, high }: Interval): Record<string, unknown> => ({
    "NDCG@10": ndcgAt10,
    "95 % interval": `${low.toFixed(4)} to ${high.toFixed(4)}`,
    "recall@10": recallAt10,
  });
  const pointwise = (auc: number, logLoss = Number.NaN, accuracy = Number.NaN): Record<string, unknown> => ({
    "pooled AUC": auc,
    "log loss": logLoss,
    accuracy,
  });
  const published = (name: string, values: typeof PUBLISHED.msae): Record<string, unknown> => ({
    factors: name,
    ...pointwise(values.auc, values.logLoss, values.accuracy),
    "NDCG@10": values.ndcgAt10,
    "95 % interval": "not given",
    "recall@10": values.recallAt10,
  });
  const [{ popularity }] = Object.values(results);
  const [{ popularity: ofPopularity }] = Object.values(intervals);
  const ours = Object.entries(results).map(([factors, { model, pairs }]) => ({
    factors,
    ...pointwise(pairs.auc, pairs.logLoss, pairs.accuracy),
    ...ranked(model, intervals[factors].model),
  }));
  return [
    // Luck in place of a null: a model that says one half to everything.
    { factors: "luck", ...pointwise(0.5, Math.LN2, 0.5) },
    { factors: "popularity", ...pointwise(popularityPairs.auc), ...ranked(popularity, ofPopularity) },
    ...ours,
    published("published, rebuilt by the plain SAE", PUBLISHED.plainSae),
    published("published, rebuilt by the MSAE", PUBLISHED.msae),
  ];
}

/** Each factorization's lead over popularity, paired over users; those that are too weak to be read are said to be. */
export function againstPopularityTable(results: Readonly<Record<string, RankingResult>>): Record<string, unknown>[] {
  return Object.entries(results).map(
    ([
      factors,
      {
        againstPopularity: { ndcgAt10, weak },
      },
    ]) => ({
      factors,
      "ahead of popularity by": ndcgAt10.mean,
      "95 % from": ndcgAt10.low,
      to: ndcgAt10.high,
      "worth reading": weak ? "NO: FACTORS TOO WEAK" : "yes",
    }),
  );
}

/** What a fit has learned and how far it has moved, epoch by epoch. */
export function epochTable(epochs: readonly FollowedEpoch[], popularityAuc: number): Record<string, unknown>[] {
  return epochs.map(({ epoch, auc, aucOfBiases, aucOfFactors, logLoss, users, items }) => ({
    epoch: epoch === 0 ? "random start" : String(epoch),
    "pooled AUC, whole": auc,
    "biases alone": aucOfBiases,
    "factors alone": aucOfFactors,
    popularity: popularityAuc,
    "log loss": logLoss,
    "users: cosine with start": users.cosine,
    "items: cosine with start": items.cosine,
    "items: length / start": items.normRatio,
  }));
}

/** The same fit at several learning rates, with a slider over them. */
export function rateFigure(
  fits: readonly { rate: number; epochs: readonly FollowedEpoch[] }[],
  popularityAuc: number,
): Figure {
  const rows = fits.flatMap(({ rate, epochs }) =>
    epochs.map(
      ({ epoch, auc, aucOfBiases, aucOfFactors, users, items }): RateRow => ({
        ...{ rate, epoch, auc, aucOfBiases, aucOfFactors },
        usersCosine: users.cosine,
        itemsCosine: items.cosine,
      }),
    ),
  );
  return learningRates(rows, popularityAuc);
}

/** How often an item's nearest neighbours are of its own side of the axis, beside chance, for several factorizations. */
export function purityTable(results: Readonly<Record<string, NeighbourPurity>>): Record<string, unknown>[] {
  return Object.entries(results).map(([name, { purity, low, high, chance, items, neighbours }]) => ({
    factors: name,
    [`purity of ${neighbours} neighbours`]: purity,
    "95 % interval": `${low.toFixed(3)} to ${high.toFixed(3)}`,
    chance,
    "items looked at": items,
  }));
}

/** How alike the lists of different users are, for several recommenders. */
export function diversityTable(results: Readonly<Record<string, ListDiversity>>): Record<string, unknown>[] {
  return Object.entries(results).map(([name, { overlap, low, high, distinct, users }]) => ({
    recommender: name,
    "share of a list that two users have in common": overlap,
    "95 % interval": `${low.toFixed(3)} to ${high.toFixed(3)}`,
    [`different items on ${users} lists`]: distinct,
  }));
}

/** Users whose lists stand for everyone's at each step of the dial. */
const DIAL_USERS = 50;

/**
 * Some users' top-10 lists, with a slider that turns the item biases from none to full.
 *
 * @param users ids, three fit the page
 * @throws InputError for factors without item biases, or a user that is not there
 */
export async function biasFigure(input: {
  factors: Factors;
  train: Csr;
  items: Items;
  users: readonly string[];
  seed: number;
  weights?: readonly number[];
}): Promise<Figure> {
  const { factors, train, items, users, seed, weights = [0, 0.25, 0.5, 0.75, 1] } = input;
  const { itemBias } = factors;
  requireData(itemBias !== undefined, "These factors have no item biases to turn: use those of the paper's preset.");
  const shown = users.map((user) => {
    const row = factors.userIds.indexOf(user);
    requireInput(row >= 0, `There is no user ${user}: choose one of the split's, for instance ${factors.userIds[0]}.`);
    return row;
  });
  const rowOf = itemsById(items);
  const many = drawUsers(train, DIAL_USERS, seed);
  const rows: DialedRow[] = [];
  const overlaps: { weight: number; overlap: number }[] = [];
  for (const weight of weights) {
    const dialed = { ...factors, itemBias: itemBias.map((bias) => weight * bias) };
    const lists = shown.map((row) => topK(dialed, row, 10, trainOf(train, row)));
    const on = (item: number): number => lists.filter((list) => list.items.includes(item)).length;
    lists.forEach(({ items: list, scores }, user) => {
      list.forEach((item, rank) => {
        const id = factors.itemIds[item];
        const title = items.titles?.[rowIn(rowOf, id)] || id;
        rows.push({
          ...{ weight, user: users[user], rank: rank + 1 },
          ...{ item: title, lists: on(item), score: scores[rank] },
        });
      });
    });
    const { overlap } = listDiversity(await listsOf(dialed, train, many, 10), { seed, draws: 0 });
    overlaps.push({ weight, overlap });
  }
  return biasDial(rows, overlaps, many.length);
}

async function listsOf(factors: Factors, train: Csr, users: Int32Array, k: number): Promise<Int32Array[]> {
  const { items } = await notebookRunner("lists", (onProgress) => topLists(factors, users, k, train, { onProgress }));
  return Array.from(users, (_, index) => items.subarray(index * k, (index + 1) * k).filter((item) => item >= 0));
}

const trainOf = ({ indptr, indices }: Csr, row: number): Int32Array => indices.subarray(indptr[row], indptr[row + 1]);

function rowIn(rowOf: ReadonlyMap<string, number>, id: string): number {
  const row = rowOf.get(id);
  requireInput(row !== undefined, `Item ${id} has a factor but no metadata: join both by id first.`);
  return row;
}
