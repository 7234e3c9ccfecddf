import { sortedOrder } from "../base/sort";
import { type Csr, transposeCsr } from "../records/interactions";
import type { Items } from "../records/items";
import { aurocOfRankSum } from "./auroc";
import { chanceAp, normalizedAp } from "./average-precision";

/** Some items with their categories. */
export interface LabelledItems {
  /** Rows of the activations. */
  rows: Int32Array;
  /** Position within `rows` → categories. */
  categories: Csr;
  /** [categories] items of each */
  sizes: Int32Array;
}

/** The items of `rows`, with the categories of each. */
export function labelledItems({ categories: { indptr, indices, cols } }: Items, rows: Int32Array): LabelledItems {
  const starts = new Int32Array(rows.length + 1);
  for (let index = 0; index < rows.length; index++)
    starts[index + 1] = starts[index] + indptr[rows[index] + 1] - indptr[rows[index]];
  const own = new Int32Array(starts[rows.length]);
  const sizes = new Int32Array(cols);
  for (let index = 0; index < rows.length; index++)
    own.set(indices.subarray(indptr[rows[index]], indptr[rows[index] + 1]), starts[index]);
  for (const category of own) sizes[category]++;
  return { rows, categories: { rows: rows.length, cols, indptr: starts, indices: own }, sizes };
}

/** The same items with the named categories alone, numbered in that order. */
export function withCategories(items: LabelledItems, columns: readonly number[]): LabelledItems {
  const { rows, categories, sizes } = items;
  const byCategory = transposeCsr(categories);
  const indptr = new Int32Array(columns.length + 1);
  columns.forEach((category, index) => {
    indptr[index + 1] = indptr[index] + sizes[category];
  });
  const indices = new Int32Array(indptr[columns.length]);
  columns.forEach((category, index) => {
    indices.set(
      byCategory.indices.subarray(byCategory.indptr[category], byCategory.indptr[category + 1]),
      indptr[index],
    );
  });
  return {
    rows,
    categories: transposeCsr({ rows: columns.length, cols: rows.length, indptr, indices }),
    sizes: Int32Array.from(columns, (category) => sizes[category]),
  };
}

/** A latent's activations from the highest down; the lowest, which most items share, is not among them. */
export interface RankedActivations {
  n: number;
  /** Positions of the items above the lowest activation, highest first. */
  order: Int32Array;
  /** Their activations. */
  values: Float64Array;
  /** The lowest activation: that of the n − order.length other items. */
  lowest: number;
}

/** Rank the activations [n] of one latent. */
export function rankActivations(activations: Float64Array): RankedActivations {
  const n = activations.length;
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < n; index++) if (activations[index] < lowest) lowest = activations[index];
  let count = 0;
  for (let index = 0; index < n; index++) if (activations[index] > lowest) count++;
  const [positions, above] = [new Int32Array(count), new Float64Array(count)];
  for (let index = 0, to = 0; index < n; index++)
    if (activations[index] > lowest) {
      positions[to] = index;
      above[to++] = activations[index];
    }
  const order = sortedOrder(above).reverse();
  return {
    n,
    order: order.map((index) => positions[index]),
    values: Float64Array.from(order, (index) => above[index]),
    lowest,
  };
}

/** One latent against all categories. */
export interface CategoryScores {
  /** [categories] */
  auroc: Float64Array;
  averagePrecision: Float64Array;
  /** [categories] expected AP were the labels shuffled: where nAP is 0 */
  chance: Float64Array;
  nap: Float64Array;
  /** [categories] items of each that are above the lowest activation */
  hits: Int32Array;
  /** [categories] sum of their ranks among all that are, counted from 1, lowest first; within ties the lowest ranks: see `rankSumTest` */
  ranks: Float64Array;
}

/**
 * AUROC and average precision of one latent for every category at once: one walk from the highest activation down, in
 * which each item counts for the categories that it has. Equal to `auroc` and `averagePrecision` of each category.
 */
export function scoreCategories(ranked: RankedActivations, { categories, sizes }: LabelledItems): CategoryScores {
  const { n, order, values } = ranked;
  const { indptr, indices, cols } = categories;
  const [rankSums, ap, ranks] = [new Float64Array(cols), new Float64Array(cols), new Float64Array(cols)];
  const [hits, inGroup, touched] = [new Int32Array(cols), new Int32Array(cols), new Int32Array(cols)];
  let fromTop = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[end] === values[start]) end++;
    let count = 0;
    for (let index = start; index < end; index++)
      for (let p = indptr[order[index]]; p < indptr[order[index] + 1]; p++)
        if (inGroup[indices[p]]++ === 0) touched[count++] = indices[p];
    const midrank = n - (start + end - 1) / 2;
    for (let index = 0; index < count; index++) {
      const category = touched[index];
      hits[category] += inGroup[category];
      rankSums[category] += inGroup[category] * midrank;
      ranks[category] += inGroup[category] * (order.length - end + (inGroup[category] + 1) / 2);
      ap[category] += (inGroup[category] / sizes[category]) * (hits[category] / end);
      inGroup[category] = 0;
    }
    fromTop += (end - start) / end;
    start = end;
  }
  const tied = n - order.length;
  for (let category = 0; category < cols; category++) {
    const left = sizes[category] - hits[category];
    rankSums[category] += (left * (tied + 1)) / 2;
    if (left > 0) ap[category] += (left / sizes[category]) * (sizes[category] / n);
  }
  if (tied > 0) fromTop += tied / n;
  const chance = Float64Array.from(sizes, (size) => chanceAp(size, n, fromTop));
  return {
    auroc: rankSums.map((sum, category) => aurocOfRankSum(sum, sizes[category], n)),
    averagePrecision: ap,
    chance,
    nap: ap.map((value, category) => normalizedAp(value, chance[category])),
    hits,
    ranks,
  };
}

/** The activation above 0 at or above which calling an item a member gives the highest F1; infinite where none is above 0. */
export function bestThreshold(ranked: RankedActivations, items: LabelledItems, category: number): number {
  const { n, order, values, lowest } = ranked;
  const size = items.sizes[category];
  let [hits, best, threshold] = [0, -1, Number.POSITIVE_INFINITY];
  for (let index = 0; index < order.length && values[index] > 0; index++) {
    if (isIn(items, order[index], category)) hits++;
    if (index + 1 < order.length && values[index + 1] === values[index]) continue;
    const f1 = (2 * hits) / (index + 1 + size);
    if (f1 > best) [best, threshold] = [f1, values[index]];
  }
  return lowest > 0 && (2 * size) / (n + size) > best ? lowest : threshold;
}

/** F1 of calling the items at or above `threshold` members. */
export function f1At(ranked: RankedActivations, items: LabelledItems, category: number, threshold: number): number {
  const { n, order, values, lowest } = ranked;
  const size = items.sizes[category];
  if (lowest >= threshold) return (2 * size) / Math.max(1, n + size);
  let [called, hits] = [0, 0];
  for (; called < order.length && values[called] >= threshold; called++)
    if (isIn(items, order[called], category)) hits++;
  return (2 * hits) / Math.max(1, called + size);
}

function isIn({ categories: { indptr, indices } }: LabelledItems, position: number, category: number): boolean {
  for (let p = indptr[position]; p < indptr[position + 1]; p++) if (indices[p] === category) return true;
  return false;
}
