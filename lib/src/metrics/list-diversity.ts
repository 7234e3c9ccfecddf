import { requireInput } from "../base/errors";
import { percentileInterval } from "../base/quantiles";
import { seededRandom } from "../base/random";

/** How alike the lists of different users are. */
export interface ListDiversity {
  users: number;
  /** Length of a list. */
  k: number;
  /** Mean share of a list that is also on another user's: 0 = nobody shares an item, 1 = everyone has the same list. */
  overlap: number;
  /** 95 % bootstrap interval of the overlap, over users. */
  low: number;
  high: number;
  /** Different items over all lists. */
  distinct: number;
}

/**
 * Overlap of the lists of every pair of users. No pair is formed: with c_i the lists that hold item i, the mean over pairs
 * is Σ c_i (c_i − 1) / (k n (n − 1)). In the bootstrap c_i counts a user as often as drawn, and a user drawn
 * twice is not compared with itself.
 *
 * @param lists item rows, one list a user, all as long
 * @throws InputError for fewer than two lists, or lists of different lengths
 */
export function listDiversity(
  lists: readonly ArrayLike<number>[],
  options: { seed: number; draws?: number },
): ListDiversity {
  requireInput(lists.length >= 2, `There is ${lists.length} list: lists are compared in pairs, so give two or more.`);
  const k = lists[0].length;
  const other = lists.find((list) => list.length !== k);
  requireInput(
    other === undefined && k > 0,
    `One list has ${k} items and another ${other?.length ?? 0}: compare lists of the same K.`,
  );
  const items = new Map<number, number>();
  const rows = lists.map((list) =>
    Int32Array.from(list, (item) => items.get(item) ?? items.set(item, items.size).size - 1),
  );
  const random = seededRandom(options.seed, "list-diversity");
  const weights = new Float64Array(lists.length);
  const drawn = Array.from({ length: options.draws ?? 1000 }, () => {
    weights.fill(0);
    for (let index = 0; index < lists.length; index++) weights[random.integer(lists.length)]++;
    return pairOverlap(rows, weights, items.size);
  });
  return {
    users: lists.length,
    k,
    overlap: pairOverlap(rows, weights.fill(1), items.size),
    ...percentileInterval(drawn.filter((value) => !Number.isNaN(value))),
    distinct: items.size,
  };
}

/** Mean overlap over pairs of users, each as often as its weight says; NaN when only one user was drawn. */
function pairOverlap(rows: readonly Int32Array[], weights: Float64Array, items: number): number {
  const counts = new Float64Array(items);
  let [sum, squares] = [0, 0];
  rows.forEach((list, user) => {
    sum += weights[user];
    squares += weights[user] ** 2;
    for (const item of list) counts[item] += weights[user];
  });
  const k = rows[0].length;
  let shared = -k * squares;
  for (const count of counts) shared += count * count;
  return shared / (k * (sum * sum - squares));
}
