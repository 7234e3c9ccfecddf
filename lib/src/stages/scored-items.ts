import type { Factors } from "../records/factors";
import { columnCounts, rowCounts } from "../records/interactions";
import type { SplitResult } from "./split";

/**
 * Rows of the items that scores, floors, L0 and alignment are over: those with an interaction in the train split, and a row that is not
 * exactly zero. Without one iALS leaves a row of zeros, BCE SGD its random start, which is no item's; given factors may lack a row.
 */
export const scoredItems = (
  { items, d }: Pick<Factors, "items" | "d">,
  { train }: Pick<SplitResult, "train">,
): Int32Array => rowsThatCount(items, d, columnCounts(train));

/** Rows of the users by the same rule. */
export const scoredUsers = (
  { users, d }: Pick<Factors, "users" | "d">,
  { train }: Pick<SplitResult, "train">,
): Int32Array => rowsThatCount(users, d, rowCounts(train));

function rowsThatCount(values: Float32Array, d: number, taken: Int32Array): Int32Array {
  const rows: number[] = [];
  taken.forEach((count, row) => {
    if (count > 0 && values.subarray(row * d, (row + 1) * d).some((value) => value !== 0)) rows.push(row);
  });
  return Int32Array.from(rows);
}
