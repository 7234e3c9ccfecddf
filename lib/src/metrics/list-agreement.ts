import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import { topK } from "./top-k";

/** How a list differs from a baseline list. */
export interface ListChange {
  /** Share of the list that is also in the baseline list. */
  overlap: number;
  /** Mean absolute change of rank over items on both lists; NaN when they share none. */
  rankShift: number;
}

/**
 * Compare a list with its baseline (arXiv 2606.29341, section 5.3).
 *
 * @param list @param baseline item rows, best first, of the same length
 * @throws InputError for lists of different lengths
 */
export function compareLists(list: ArrayLike<number>, baseline: ArrayLike<number>): ListChange {
  requireInput(
    list.length === baseline.length,
    `A list of ${list.length} items is compared with a baseline of ${baseline.length}: use the same K for both.`,
  );
  const rankBefore = new Map<number, number>();
  for (let rank = 0; rank < baseline.length; rank++) rankBefore.set(baseline[rank], rank);
  let shared = 0;
  let moved = 0;
  for (let rank = 0; rank < list.length; rank++) {
    const before = rankBefore.get(list[rank]);
    if (before === undefined) continue;
    shared++;
    moved += Math.abs(rank - before);
  }
  return {
    overlap: list.length === 0 ? 1 : shared / list.length,
    rankShift: shared === 0 ? Number.NaN : moved / shared,
  };
}

/** How alike two recommenders' lists are, means over users. */
export interface ListAgreement {
  users: number;
  /** Share of the first list that is also in the second. */
  overlap: number;
  /** Mean absolute difference of rank over shared items, over users who share one; NaN where none does. */
  rankShift: number;
}

/** Compare two recommenders' top-k lists for some users, train items masked (arXiv 2606.29341, Table 2: 20 users, k = 10). */
export async function listAgreement(
  a: Factors,
  b: Factors,
  train: Csr,
  users: ArrayLike<number>,
  k: number,
  onProgress?: OnProgress,
): Promise<ListAgreement> {
  const changes: ListChange[] = [];
  for (const user of Array.from(users)) {
    const mask = train.indices.subarray(train.indptr[user], train.indptr[user + 1]);
    changes.push(compareLists(topK(a, user, k, mask).items, topK(b, user, k, mask).items));
    await onProgress?.({ phase: "lists", done: changes.length, total: users.length, unit: "users" });
  }
  const shifts = changes.map(({ rankShift }) => rankShift).filter(Number.isFinite);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { users: users.length, overlap: mean(changes.map(({ overlap }) => overlap)), rankShift: mean(shifts) };
}
