import type { Items } from "../records/items";

/** Two categories that tell items apart. */
export interface OfferedAxis {
  sides: [string, string];
  /** Items of each, and items of both. */
  items: [number, number];
  both: number;
}

/** Categories that are looked at, the largest first. */
const LOOKED_AT = 30;
/** A side that nobody named has at least this many items, so that each half of the items has some ten of them. */
export const LEAST_SIDE = 20;
/** A category on a greater share of the items tells nothing apart. */
const MOST = 0.9;
/** Two categories lie apart when no more than this share of the smaller one's items have the larger one too. */
const SHARED = 0.2;

/** Pairs of categories that lie apart, those with the largest smaller side first; each category stands in one pair. */
export function offeredAxes({ ids, categories, categoryNames }: Items, count = 5): OfferedAxis[] {
  const { indptr, indices } = categories;
  const sizes = new Int32Array(categoryNames.length);
  for (const category of indices) sizes[category]++;
  const looked = Array.from(sizes.keys())
    .filter((category) => sizes[category] >= LEAST_SIDE && sizes[category] <= MOST * ids.length)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, LOOKED_AT);
  const place = new Int32Array(categoryNames.length).fill(-1);
  looked.forEach((category, index) => {
    place[category] = index;
  });
  const both = new Int32Array(LOOKED_AT * LOOKED_AT);
  for (let row = 0; row < ids.length; row++) {
    const own = Array.from(indices.subarray(indptr[row], indptr[row + 1]), (category) => place[category]).filter(
      (index) => index >= 0,
    );
    for (const a of own) for (const b of own) both[a * LOOKED_AT + b]++;
  }
  const pairs: [a: number, b: number][] = [];
  looked.forEach((category, b) => {
    for (let a = 0; a < b; a++) if (both[a * LOOKED_AT + b] <= SHARED * sizes[category]) pairs.push([a, b]);
  });
  // The smaller side is the later one.
  pairs.sort((one, other) => one[1] - other[1] || one[0] - other[0]);
  const used = new Set<number>();
  const offered: OfferedAxis[] = [];
  for (const [a, b] of pairs) {
    if (offered.length === count || used.has(a) || used.has(b)) continue;
    used.add(a).add(b);
    const [one, other] = [looked[a], looked[b]];
    offered.push({
      sides: [categoryNames[one], categoryNames[other]],
      items: [sizes[one], sizes[other]],
      both: both[a * LOOKED_AT + b],
    });
  }
  return offered;
}
