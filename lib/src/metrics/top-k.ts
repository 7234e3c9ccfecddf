import { InputError, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { quote } from "../base/quote";
import { rankedLists } from "../kernels/ranking";
import { checkFactors } from "../records/check-factors";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";

/** A list of items, best first. */
export interface TopList {
  /** Item rows. */
  items: Int32Array;
  scores: Float32Array;
}

/** The lists of many users. */
export interface TopLists {
  k: number;
  /** [users, k] item rows, best first; −1 where a user's mask leaves fewer */
  items: Int32Array;
  /** [users, k], −∞ there */
  scores: Float32Array;
}

/** Scores of every item for one user, [items], in the order of `factors.itemIds`. */
export function scoreItems(factors: Factors, user: number, out: Float32Array): Float32Array {
  const { d, users, items, itemBias } = factors;
  const n = factors.itemIds.length;
  const row = users.subarray(user * d, (user + 1) * d);
  for (let item = 0, offset = 0; item < n; item++) {
    let score = itemBias ? itemBias[item] : 0;
    for (let f = 0; f < d; f++) score += row[f] * items[offset++];
    out[item] = score;
  }
  if (factors.userBias) for (let item = 0; item < n; item++) out[item] += factors.userBias[user];
  return out;
}

/** @throws InputError when a score is not a number; else as {@link scoreItems} */
export function numericScores(factors: Factors, user: number, out: Float32Array): Float32Array {
  const bad = scoreItems(factors, user, out).findIndex(Number.isNaN);
  requireInput(
    bad < 0,
    `The score of item ${quote(factors.itemIds[bad])} for user ${quote(factors.userIds[user])} is not a number: the factors must be finite, so fit them again.`,
  );
  return out;
}

/**
 * The k items with the highest scores for one user, best first; equal scores go by item row, lowest first.
 *
 * @param mask item rows that may not be on the list (ascending or not), usually the user's train items
 * @returns fewer than k items where the mask leaves fewer
 * @throws InputError when k is beyond the catalogue, there is no such user or masked item, or a score is not a number
 */
export function topK(factors: Factors, user: number, k: number, mask: ArrayLike<number> = []): TopList {
  const n = factors.itemIds.length;
  checkQuestion(factors, [user], k);
  const scores = numericScores(factors, user, new Float32Array(n));
  for (let index = 0; index < mask.length; index++) {
    if (!(mask[index] >= 0 && mask[index] < n))
      throw new InputError(
        `Item row ${mask[index]} cannot be masked: the factors hold ${n} items, so the mask must come from the same data.`,
      );
    scores[mask[index]] = Number.NEGATIVE_INFINITY;
  }
  return topOfScores(scores, k);
}

/**
 * The lists of {@link topK} for many users at once, bit for bit, on as many threads as the machine has: most items need no
 * score, since their bound ‖u‖·‖q‖ + b (Cauchy–Schwarz) lies below what is already on the list.
 *
 * @param users user rows @param mask items by user row that may not be listed, usually the train split
 * @throws InputError when k is beyond the catalogue, there is no such user, or a factor is not finite
 */
export async function topLists(
  factors: Factors,
  users: ArrayLike<number>,
  k: number,
  mask?: Csr,
  options: { onProgress?: OnProgress; threads?: number } = {},
): Promise<TopLists> {
  checkQuestion(factors, users, k);
  checkFactors(factors);
  if (mask) checkMask(factors, mask);
  const rows = Int32Array.from(users);
  const items = new Int32Array(rows.length * k).fill(-1);
  const scores = new Float32Array(rows.length * k).fill(Number.NEGATIVE_INFINITY);
  await rankedLists(
    factors,
    { rows, mask, threads: options.threads },
    k,
    (from, to, lists) => {
      for (let index = 0; index < to - from; index++) {
        const end = index * k + lists.sizes[index];
        items.set(lists.items.subarray(index * k, end), (from + index) * k);
        scores.set(lists.scores.subarray(index * k, end), (from + index) * k);
      }
    },
    (done) => options.onProgress?.({ phase: "lists", done, total: rows.length, unit: "users" }),
  );
  return { k, items, scores };
}

function checkQuestion(factors: Factors, users: ArrayLike<number>, k: number): void {
  const n = factors.itemIds.length;
  requireInput(
    Number.isInteger(k) && k >= 1 && k <= n,
    `K is ${k}, but the catalogue has ${n} items: choose K between 1 and ${n}.`,
  );
  for (let index = 0; index < users.length; index++)
    if (!(Number.isInteger(users[index]) && users[index] >= 0 && users[index] < factors.userIds.length))
      throw new InputError(
        `There is no user row ${users[index]}: the factors hold ${factors.userIds.length} users, counted from 0.`,
      );
}

function checkMask({ userIds, itemIds }: Factors, { rows, cols }: Csr): void {
  requireInput(
    rows === userIds.length && cols === itemIds.length,
    `The mask is ${rows} × ${cols}, the factors are ${userIds.length} × ${itemIds.length}: both must come from the same data.`,
  );
}

/** The k highest of `scores`, best first, ties by index; entries of −∞ are never listed. */
export function topOfScores(scores: Float32Array, k: number): TopList {
  const items = new Int32Array(k);
  const best = new Float32Array(k).fill(Number.NEGATIVE_INFINITY);
  let size = 0;
  let worst = Number.NEGATIVE_INFINITY;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item];
    // Strictly greater: of equal scores the earlier item stays.
    if (!(score > worst)) continue;
    let index = size < k ? size++ : k - 1;
    while (index > 0 && best[index - 1] < score) {
      best[index] = best[index - 1];
      items[index] = items[index - 1];
      index--;
    }
    best[index] = score;
    items[index] = item;
    if (size === k) worst = best[k - 1];
  }
  return { items: items.slice(0, size), scores: best.slice(0, size) };
}
