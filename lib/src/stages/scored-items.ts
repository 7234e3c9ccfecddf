import type { Factors } from "../records/factors";
import { columnCounts } from "../records/interactions";
import type { SplitResult } from "./split";

/**
 * Rows of the items that scores, floors, L0 and alignment are over: those with an interaction in the train split, and a row that is not
 * exactly zero. Without one iALS leaves a row of zeros, BCE SGD its random start, which is no item's; given factors may lack a row.
 */
export function scoredItems(
  { items, d }: Pick<Factors, "items" | "d">,
  { train }: Pick<SplitResult, "train">,
): Int32Array {
  const rows: number[] = [];
  columnCounts(train).forEach((count, row) => {
    if (count > 0 && items.subarray(row * d, (row + 1) * d).some((value) => value !== 0)) rows.push(row);
  });
  return Int32Array.from(rows);
}
