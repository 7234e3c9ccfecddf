import type { Csr } from "../data/interactions";
import { InputError, requireInput } from "../errors";
import { checkFactors } from "../mf/check-factors";
import type { Factors } from "../mf/factors";
import { holds } from "../mf/negatives";
import type { OnProgress } from "../progress";
import { scoreUsers, USERS_AT_ONCE } from "./score-users";
import { topOfScores } from "./top-k";

/** Quality of the first k of a list, means over users with a held-out item. */
export interface ListMetrics {
  k: number;
  ndcg: number;
  precision: number;
  recall: number;
}

/** Full-ranking quality, means over users with a held-out item. */
export interface RankingMetrics {
  /** Users with a held-out item. */
  users: number;
  /** Of these, users without a train item: their list is whatever a zero vector gives, by item row where all tie. */
  usersWithoutTrain: number;
  ndcgAt10: number;
  precisionAt10: number;
  /** Hits in the first 10 divided by the user's held-out items, however many these are. */
  recallAt10: number;
  recallAt20: number;
  /** Chance that a held-out item scores above one the user never took; ties count half. */
  auc: number;
  /** The same at other lengths, where `ks` asked for them. */
  lists?: ListMetrics[];
  /** [users] in the order of their rows, for intervals over users. */
  perUser: { rows: Int32Array; ndcgAt10: Float32Array; recallAt20: Float32Array };
}

/** What {@link evaluateRanking} may be asked for. */
export interface RankingOptions {
  /** Lengths of further lists, reported as `lists`. */
  ks?: readonly number[];
  onProgress?: OnProgress;
}

/** Multiply-adds between two reports of progress: some 30 ms. */
const WORK_PER_REPORT = 4e7;

/**
 * Rank the whole catalogue, exactly, for every user with a held-out item, train items masked, ties by item row (lowest
 * first). Every figure is computed per user and then averaged. NDCG has binary gains, discount 1/log2(rank + 1) and the
 * ideal list cut at K; recall is hits / held-out items (not / min(K, held-out items), which some libraries use); AUC is
 * over all pairs of a held-out item and one never taken. A user without a train item is ranked like any other and counted.
 *
 * @param train @param test positives over the same users and items as `factors`, no pair in both
 * @throws InputError when factors are not finite, shapes do not agree, the splits overlap or K is beyond the catalogue
 */
export async function evaluateRanking(
  factors: Factors,
  train: Csr,
  test: Csr,
  options: RankingOptions = {},
): Promise<RankingMetrics> {
  const lengths = [10, 20, ...(options.ks ?? [])];
  const rows = checkedRows(factors, train, test, lengths);
  const n = factors.itemIds.length;
  const perUser = { rows, ndcgAt10: new Float32Array(rows.length), recallAt20: new Float32Array(rows.length) };
  const lists = lengths.map((k): ListMetrics => ({ k, ndcg: 0, precision: 0, recall: 0 }));
  const longest = Math.max(...lengths);
  let [auc, usersWithoutTrain, work] = [0, 0, 0];
  const scores = new Float32Array(USERS_AT_ONCE * n);
  const held = new Uint8Array(n);
  for (let from = 0; from < rows.length; from += USERS_AT_ONCE) {
    const block = rows.subarray(from, from + USERS_AT_ONCE);
    scoreUsers(factors, block, scores);
    for (let at = 0; at < block.length; at++) {
      const [seen, wanted] = [rowOf(train, block[at]), rowOf(test, block[at])];
      const own = scores.subarray(at * n, (at + 1) * n);
      for (const item of seen) own[item] = Number.NEGATIVE_INFINITY;
      auc += aucOfUser(own, wanted, n - seen.length - wanted.length);
      if (seen.length === 0) usersWithoutTrain++;
      for (const item of wanted) held[item] = 1;
      const ranked = topOfScores(own, longest).items;
      for (const [which, list] of lists.entries()) {
        const { ndcg, hits } = listOfUser(ranked, held, wanted.length, list.k);
        list.ndcg += ndcg;
        list.precision += hits / list.k;
        list.recall += hits / wanted.length;
        if (which === 0) perUser.ndcgAt10[from + at] = ndcg;
        if (which === 1) perUser.recallAt20[from + at] = hits / wanted.length;
      }
      for (const item of wanted) held[item] = 0;
    }
    work += USERS_AT_ONCE * n * (factors.d + 8);
    if (work < WORK_PER_REPORT && from + USERS_AT_ONCE < rows.length) continue;
    work = 0;
    await options.onProgress?.({ phase: "ranking", done: from + block.length, total: rows.length, unit: "users" });
  }
  const means = lists.map(({ k, ndcg, precision, recall }) => ({
    k,
    ndcg: ndcg / rows.length,
    precision: precision / rows.length,
    recall: recall / rows.length,
  }));
  return {
    users: rows.length,
    usersWithoutTrain,
    ndcgAt10: mean(perUser.ndcgAt10),
    precisionAt10: means[0].precision,
    recallAt10: means[0].recall,
    recallAt20: mean(perUser.recallAt20),
    auc: auc / rows.length,
    ...(options.ks ? { lists: means.slice(2) } : {}),
    perUser,
  };
}

const rowOf = ({ indptr, indices }: Csr, row: number): Int32Array => indices.subarray(indptr[row], indptr[row + 1]);

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
          `User "${factors.userIds[row]}" has item "${factors.itemIds[item]}" in train and in test: a held-out pair must not be fitted on, so split again.`,
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

/**
 * Mean over held-out items of the share of untaken items that score below (ties half); ½ when the user took everything.
 *
 * @param scores [items], −∞ where masked
 */
function aucOfUser(scores: Float32Array, wanted: Int32Array, negatives: number): number {
  if (negatives === 0) return 0.5;
  const pairs = wanted.length * negatives;
  let lost = 0;
  for (const item of wanted) {
    const score = scores[item];
    let [above, atLeast] = [0, 0];
    // Number(…) rather than a branch, which would be guessed wrong half of the time.
    for (let other = 0; other < scores.length; other++) {
      const value = scores[other];
      above += Number(value > score);
      atLeast += Number(value >= score);
    }
    lost += (above + atLeast) / 2;
  }
  // Held-out items were counted against each other as well: every ordered pair, itself included, comes to ½.
  return (pairs - lost + wanted.length ** 2 / 2) / pairs;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
