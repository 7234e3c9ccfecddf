import type { GenderTag } from "../data/tags";
import { compareLists, type ListChange } from "../metrics/list-agreement";

/** What a user's list holds, in shares of those of its items that count; the three sum to 1, or are 0 where none counts. */
export interface TagShares {
  women: number;
  men: number;
  neutral: number;
}

/** How one user's list differs from the baseline list. */
export interface ListEffect extends ListChange {
  shares: TagShares;
}

/**
 * Shares of the three tags in a list of item rows.
 *
 * @param counted [items] 1 for an item that counts; default: all
 */
export function tagShares(list: ArrayLike<number>, tags: readonly GenderTag[], counted?: ArrayLike<number>): TagShares {
  const counts = { women: 0, men: 0, neutral: 0 };
  let own = 0;
  for (let at = 0; at < list.length; at++) {
    if (counted && counted[list[at]] !== 1) continue;
    counts[tags[list[at]]]++;
    own++;
  }
  const n = Math.max(1, own);
  return { women: counts.women / n, men: counts.men / n, neutral: counts.neutral / n };
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
  tags: readonly GenderTag[],
  counted?: ArrayLike<number>,
): ListEffect {
  return { shares: tagShares(list, tags, counted), ...compareLists(list, baseline) };
}
