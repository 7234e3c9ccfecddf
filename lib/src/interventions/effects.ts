import { compareLists, type ListChange } from "../metrics/list-agreement";
import { type Axis, bySide, NEUTRAL } from "../records/axis";

/** Shares of a list's items by tag, of those that count; they sum to 1, or are 0 where none counts. */
export type TagShares = Record<string, number>;

/** How one user's list differs from the baseline list. */
export interface ListEffect extends ListChange {
  shares: TagShares;
}

/** The sides of an axis, and the tag of each item row. */
export type Tagged = Pick<Axis, "sides" | "tags">;

/**
 * Shares of an axis' sides, and of items on none ("neutral"), in a list of item rows.
 *
 * @param axis its tags are by item row
 * @param counted [items] 1 for an item that counts; default: all
 */
export function tagShares(list: ArrayLike<number>, axis: Tagged, counted?: ArrayLike<number>): TagShares {
  const { sides, tags } = axis;
  const counts = new Float64Array(sides.length + 1);
  let own = 0;
  for (let rank = 0; rank < list.length; rank++) {
    if (counted && counted[list[rank]] !== 1) continue;
    const side = sides.indexOf(tags[list[rank]]);
    counts[side < 0 ? sides.length : side]++;
    own++;
  }
  const n = Math.max(1, own);
  return bySide(axis, (tag) => counts[tag === NEUTRAL ? sides.length : sides.indexOf(tag)] / n, { neutral: true });
}

/**
 * Compare a list with its baseline (arXiv 2606.29341, section 5.3).
 *
 * @param list @param baseline item rows, best first, of the same length
 * @param counted [items] 1 for an item that counts in the shares; default: all
 */
export function listEffect(
  list: ArrayLike<number>,
  baseline: ArrayLike<number>,
  axis: Tagged,
  counted?: ArrayLike<number>,
): ListEffect {
  return { shares: tagShares(list, axis, counted), ...compareLists(list, baseline) };
}
