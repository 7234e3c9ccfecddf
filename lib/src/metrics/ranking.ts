import { InputError, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { quote } from "../base/quote";
import { seededRandom } from "../base/random";
import { rankedLists } from "../kernels/ranking";
import { holds } from "../mf/negatives";
import { checkFactors } from "../records/check-factors";
import type { Factors } from "../records/factors";
import { type Csr, rowOf } from "../records/interactions";
import { aucPerUser } from "./auc-per-user";
import { bootstrapMean } from "./bootstrap";

/** Quality of the first k of a list, means over users with a held-out item. */
export interface ListMetrics {
  k: number;
  ndcg: number;
  precision: number;
  recall: number;
}

/** Quality of full-ranking lists, means over users with a held-out item. */
export interface ListQuality {
  /** Users with a held-out item. */
  users: number;
  /** Of these, users without a train item: their list is whatever a zero vector gives, by item row where all tie. */
  usersWithoutTrain: number;
  ndcgAt10: number;
  precisionAt10: number;
  /** Hits in the first 10 divided by the user's held-out items, however many these are. */
  recallAt10: number;
  recallAt20: number;
  /** The same at other lengths, where `ks` asked for them. */
  lists?: ListMetrics[];
  /** [users] in the order of their rows, for intervals over users. */
  perUser: { rows: Int32Array; ndcgAt10: Float32Array; recallAt20: Float32Array };
}

/** The same with the AUC. */
export interface RankingMetrics extends ListQuality {
  /** Chance that a held-out item scores above one the user never took; ties count half. Mean over `aucUsers` users. */
  auc: number;
  /** All users with a held-out item, or a sample of them where these times the items are more than `aucPairs`. */
  aucUsers: number;
  /** 95 % bootstrap interval of the AUC over the sampled users; absent where it is over all. */
  aucInterval?: { low: number; high: number };
}

/** What {@link evaluateLists} may be asked for. */
export interface ListOptions {
  /** Lengths of further lists, reported as `lists`. */
  ks?: readonly number[];
  onProgress?: OnProgress;
  threads?: number;
}

/** What {@link evaluateRanking} may be asked for. */
export interface RankingOptions extends ListOptions {
  /** Most users × items for which the AUC is over all users; beyond, it is over a sample. */
  aucPairs?: number;
  /** Seed of that sample and of its interval. */
  seed?: number;
  /** Held-out items from which on a user is counted in the other of two ways, of the same result: see `aucPerUser`. */
  many?: number;
}

/** {@link RankingOptions.aucPairs} unless told: some ten seconds on two cores. */
const AUC_PAIRS = 1e10;

/** Users whose held-out items are ranked against everything where not all are. */
const AUC_SAMPLE = 20_000;

/**
 * Rank the whole catalogue, exactly, for every user with a held-out item, train items masked, ties by item row (lowest
 * first). Every figure is computed per user and then averaged. NDCG has binary gains, discount 1/log2(rank + 1) and the
 * ideal list cut at K; recall is hits / held-out items (not / min(K, held-out items), which some libraries use). A user
 * without a train item is ranked like any other and counted.
 *
 * @param train @param test positives over the same users and items as `factors`, no pair in both
 * @throws InputError when factors are not finite, shapes do not agree, the splits overlap or K is beyond the catalogue
 */
export async function evaluateLists(
  factors: Factors,
  train: Csr,
  test: Csr,
  options: ListOptions = {},
): Promise<ListQuality> {
  const lengths = [10, 20, ...(options.ks ?? [])];
  const rows = checkedRows(factors, train, test, lengths);
  const { onProgress, threads } = options;
  const n = factors.itemIds.length;
  const perUser = { rows, ndcgAt10: new Float32Array(rows.length), recallAt20: new Float32Array(rows.length) };
  const lists = lengths.map((k): ListMetrics => ({ k, ndcg: 0, precision: 0, recall: 0 }));
  const longest = Math.max(...lengths);
  const held = new Uint8Array(n);
  const score = (index: number, ranked: Int32Array): void => {
    const wanted = rowOf(test, rows[index]);
    for (const item of wanted) held[item] = 1;
    for (const [which, list] of lists.entries()) {
      const { ndcg, hits } = listOfUser(ranked, held, wanted.length, list.k);
      list.ndcg += ndcg;
      list.precision += hits / list.k;
      list.recall += hits / wanted.length;
      if (which === 0) perUser.ndcgAt10[index] = ndcg;
      if (which === 1) perUser.recallAt20[index] = hits / wanted.length;
    }
    for (const item of wanted) held[item] = 0;
  };
  await rankedLists(
    factors,
    { rows, mask: train, threads },
    longest,
    (from, to, { items, sizes }) => {
      for (let index = 0; index < to - from; index++)
        score(from + index, items.subarray(index * longest, index * longest + sizes[index]));
    },
    (done) => onProgress?.({ phase: "ranking", done, total: rows.length, unit: "users" }),
  );
  const means = lists.map(({ k, ndcg, precision, recall }) => ({
    k,
    ndcg: ndcg / rows.length,
    precision: precision / rows.length,
    recall: recall / rows.length,
  }));
  return {
    users: rows.length,
    usersWithoutTrain: rows.filter((row) => rowOf(train, row).length === 0).length,
    ndcgAt10: mean(perUser.ndcgAt10),
    precisionAt10: means[0].precision,
    recallAt10: means[0].recall,
    recallAt20: mean(perUser.recallAt20),
    ...(options.ks ? { lists: means.slice(2) } : {}),
    perUser,
  };
}

/**
 * {@link evaluateLists}, and the AUC over all pairs of a held-out item and one never taken: of all users while users × items
 * is at most `aucPairs`, otherwise of 20,000 drawn users, with an interval.
 */
export async function evaluateRanking(
  factors: Factors,
  train: Csr,
  test: Csr,
  options: RankingOptions = {},
): Promise<RankingMetrics> {
  const quality = await evaluateLists(factors, train, test, options);
  const { rows } = quality.perUser;
  const { seed = 0, aucPairs = AUC_PAIRS } = options;
  const sampled = rows.length * factors.itemIds.length > aucPairs && rows.length > AUC_SAMPLE;
  const drawn = sampled ? drawRows(rows, seed) : rows;
  const aucs = await aucPerUser(factors, train, test, drawn, options);
  return {
    ...quality,
    auc: mean(aucs),
    aucUsers: drawn.length,
    ...(sampled ? { aucInterval: await intervalOf(aucs, seed, options.onProgress) } : {}),
  };
}

/** Check everything that is given; returns the rows of users with a held-out item. */
function checkedRows(factors: Factors, train: Csr, test: Csr, lengths: readonly number[]): Int32Array {
  const [users, items] = [factors.userIds.length, factors.itemIds.length];
  for (const [name, csr] of Object.entries({ train, test }))
    requireInput(
      csr.rows === users && csr.cols === items,
      `The ${name} split is ${csr.rows} × ${csr.cols}, the factors are ${users} × ${items}: both must come from the same data.`,
    );
  for (const k of lengths)
    requireInput(
      Number.isInteger(k) && k >= 1 && k <= items,
      `The catalogue has ${items} items, so a list of ${k} cannot be ranked: choose a whole K from 1 that it holds, or give more data.`,
    );
  checkFactors(factors);
  const rows: number[] = [];
  for (let row = 0; row < users; row++) {
    const wanted = rowOf(test, row);
    if (wanted.length > 0) rows.push(row);
    for (const item of wanted)
      if (holds(train, row, item))
        throw new InputError(
          `User ${quote(factors.userIds[row])} has item ${quote(factors.itemIds[item])} in train and in test: a held-out pair must not be fitted on, so split again.`,
        );
  }
  requireInput(
    rows.length > 0,
    "No user has a held-out item, so there is nothing to rank: hold more out or give more data.",
  );
  return Int32Array.from(rows);
}

/** Hits among the first k of a ranked list, and their discounted gain against the best that `wanted` items allow. */
function listOfUser(ranked: Int32Array, held: Uint8Array, wanted: number, k: number): { ndcg: number; hits: number } {
  let [gain, ideal, hits] = [0, 0, 0];
  for (let rank = 0; rank < k; rank++) {
    const discount = 1 / Math.log2(rank + 2);
    if (rank < wanted) ideal += discount;
    if (rank >= ranked.length || held[ranked[rank]] === 0) continue;
    hits++;
    gain += discount;
  }
  return { ndcg: gain / ideal, hits };
}

/** The users of a sampled AUC, in the order that they had. */
function drawRows(rows: Int32Array, seed: number): Int32Array {
  return seededRandom(seed, "ranking/auc").shuffle(rows.slice()).slice(0, AUC_SAMPLE).sort();
}

async function intervalOf(
  values: Float64Array,
  seed: number,
  onProgress?: OnProgress,
): Promise<{ low: number; high: number }> {
  const { low, high } = await bootstrapMean(values, { seed, name: "ranking/auc", onProgress });
  return { low, high };
}

function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
