import { InputError } from "../base/errors";
import type { Random } from "../base/random";
import type { Csr } from "../records/interactions";

/** Whether row `row` of `csr` holds column `col`, by binary search. */
export function holds(csr: Csr, row: number, col: number): boolean {
  let low = csr.indptr[row];
  let high = csr.indptr[row + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = csr.indices[middle];
    if (found === col) return true;
    if (found < col) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/**
 * One item that is not among the user's positives of this split, uniform over the others by rejection
 * (arXiv 2606.29341, section 4.1).
 *
 * @throws InputError when the user took every item
 */
export function drawNegative(csr: Csr, user: number, random: Random): number {
  if (csr.indptr[user + 1] - csr.indptr[user] >= csr.cols)
    throw new InputError(
      `User row ${user} took all ${csr.cols} items, so it has no negative: drop this user or add items.`,
    );
  for (;;) {
    const item = random.integer(csr.cols);
    if (!holds(csr, user, item)) return item;
  }
}
