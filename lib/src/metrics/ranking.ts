import type { Csr } from "../data/interactions";
import { requireInput } from "../errors";
import type { Factors } from "../mf/factors";
import type { OnProgress } from "../progress";
import { scoreItems, topOfScores } from "./top-k";

/** Full-ranking quality, means over users with a held-out item. */
export interface RankingMetrics {
  /** Users with a held-out item. */
  users: number;
  /** Of these, users without a train item: their list is whatever a zero vector gives. */
  usersWithoutTrain: number;
  ndcgAt10: number;
  precisionAt10: number;
  /** Hits in the first 10 divided by the user's held-out items. */
  recallAt10: number;
  recallAt20: number;
  /** Chance that a held-out item scores above one the user never took; ties count half. */
  auc: number;
  /** [users] in the order of their rows, for intervals over users. */
  perUser: { rows: Int32Array; ndcgAt10: Float32Array; recallAt20: Float32Array };
}

/** Length of the longest list that is looked at. */
const LONGEST = 20;

/**
 * Rank the whole catalogue for every user with a held-out item, train items masked, ties by item row. NDCG has
 * binary gains and the ideal list cut at 10.
 *
 * @param train @param test positives over the same users and items as `factors`
 * @throws InputError when the shapes do not agree or the catalogue is shorter than a list
 */
export async function evaluateRanking(
  factors: Factors,
  train: Csr,
  test: Csr,
  options: { onProgress?: OnProgress } = {},
): Promise<RankingMetrics> {
  const items = factors.itemIds.length;
  for (const [name, csr] of [
    ["train", train],
    ["test", test],
  ] as const)
    requireInput(
      csr.rows === factors.userIds.length && csr.cols === items,
      `The ${name} split is ${csr.rows} × ${csr.cols}, the factors are ${factors.userIds.length} × ${items}: both must come from the same data.`,
    );
  requireInput(
    items >= LONGEST,
    `The catalogue has ${items} items: ranking looks at lists of ${LONGEST}, so give more data.`,
  );
  const rows = Int32Array.from({ length: test.rows }, (_, row) => row).filter(
    (row) => test.indptr[row + 1] > test.indptr[row],
  );
  requireInput(
    rows.length > 0,
    "No user has a held-out item, so there is nothing to rank: hold more out or give more data.",
  );
  const ndcg = new Float32Array(rows.length);
  const recall20 = new Float32Array(rows.length);
  const sums = { precision: 0, recall10: 0, auc: 0, withoutTrain: 0 };
  const scores = new Float32Array(items);
  const held = new Uint8Array(items);
  for (let at = 0; at < rows.length; at++) {
    const user = rows[at];
    const seen = train.indices.subarray(train.indptr[user], train.indptr[user + 1]);
    const wanted = test.indices.subarray(test.indptr[user], test.indptr[user + 1]);
    scoreItems(factors, user, scores);
    for (const item of seen) scores[item] = Number.NEGATIVE_INFINITY;
    sums.auc += aucOfUser(scores, wanted, items - seen.length - wanted.length);
    for (const item of wanted) held[item] = 1;
    const list = topOfScores(scores, LONGEST).items;
    let hits10 = 0;
    let hits20 = 0;
    let gain = 0;
    for (let rank = 0; rank < list.length; rank++) {
      if (!held[list[rank]]) continue;
      hits20++;
      if (rank >= 10) continue;
      hits10++;
      gain += 1 / Math.log2(rank + 2);
    }
    for (const item of wanted) held[item] = 0;
    ndcg[at] = gain / idealGain(Math.min(10, wanted.length));
    recall20[at] = hits20 / wanted.length;
    sums.recall10 += hits10 / wanted.length;
    sums.precision += hits10 / 10;
    if (seen.length === 0) sums.withoutTrain++;
    if (at % 256 === 255)
      await options.onProgress?.({ phase: "ranking", done: at + 1, total: rows.length, unit: "users" });
  }
  const n = rows.length;
  return {
    users: n,
    usersWithoutTrain: sums.withoutTrain,
    ndcgAt10: mean(ndcg),
    precisionAt10: sums.precision / n,
    recallAt10: sums.recall10 / n,
    recallAt20: mean(recall20),
    auc: sums.auc / n,
    perUser: { rows, ndcgAt10: ndcg, recallAt20: recall20 },
  };
}

/** Mean over held-out items of the share of untaken items that score below (ties half). */
function aucOfUser(scores: Float32Array, wanted: Int32Array, negatives: number): number {
  if (negatives === 0) return 0.5;
  let sum = 0;
  for (const item of wanted) {
    const score = scores[item];
    let below = 0;
    let equal = 0;
    for (let other = 0; other < scores.length; other++) {
      const value = scores[other];
      if (value < score) below++;
      else if (value === score) equal++;
    }
    sum += below + equal / 2;
  }
  // Masked items (−∞) counted as below, and the held-out items counted against each other, are taken out again.
  let masked = 0;
  for (let other = 0; other < scores.length; other++) if (scores[other] === Number.NEGATIVE_INFINITY) masked++;
  const m = wanted.length;
  return (sum - m * masked - (m * m) / 2) / (m * negatives);
}

function idealGain(n: number): number {
  let gain = 0;
  for (let rank = 0; rank < n; rank++) gain += 1 / Math.log2(rank + 2);
  return gain;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
