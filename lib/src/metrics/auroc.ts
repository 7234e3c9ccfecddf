import { requireInput } from "../base/errors";
import { sortedOrder } from "../base/sort";

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties half. 1 = every positive above
 * every negative, 0.5 = luck. By rank sums with midranks: both kinds are sorted apart and merged, O(n log n).
 *
 * @param scores [n] @param labels [n], 1 for a positive, 0 for a negative
 * @returns NaN when one of the two kinds is missing
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  requireInput(scores.length === labels.length, `There are ${scores.length} scores for ${labels.length} labels.`);
  const [positives, negatives] = [1, 0].map((kind) => {
    const own = new Float64Array(scores.length);
    let size = 0;
    for (let index = 0; index < labels.length; index++)
      if ((labels[index] === 1 ? 1 : 0) === kind) own[size++] = scores[index];
    return own.subarray(0, size).sort();
  });
  let [rankSum, below, notAbove] = [0, 0, 0];
  for (let start = 0; start < positives.length; ) {
    const score = positives[start];
    let end = start + 1;
    while (end < positives.length && positives[end] === score) end++;
    while (below < negatives.length && negatives[below] < score) below++;
    notAbove = Math.max(notAbove, below);
    while (notAbove < negatives.length && negatives[notAbove] === score) notAbove++;
    rankSum += ((end - start) * (start + below + 1 + end + notAbove)) / 2;
    start = end;
  }
  return aurocOfRankSum(rankSum, positives.length, labels.length);
}

/** AUROC from the sum of the positives' midranks (counted from 1, lowest score first). */
export function aurocOfRankSum(rankSum: number, positives: number, n: number): number {
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A column of values, ranked once so that every category can be scored from its own items alone. */
export interface RankedColumn {
  /** [n] midranks, counted from 1, lowest value first */
  midranks: Float64Array;
  /** [n] number of values that are at least as high as this one: where its tie group ends from the top */
  fromTop: Int32Array;
}

/** Rank the values of one latent over the items. */
export function rankColumn(values: Float64Array): RankedColumn {
  const n = values.length;
  const order = sortedOrder(values);
  const midranks = new Float64Array(n);
  const fromTop = new Int32Array(n);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && values[order[end]] === values[order[start]]) end++;
    for (let index = start; index < end; index++) {
      midranks[order[index]] = (start + 1 + end) / 2;
      fromTop[order[index]] = n - start;
    }
    start = end;
  }
  return { midranks, fromTop };
}
