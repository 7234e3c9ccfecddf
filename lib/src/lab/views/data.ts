import { requireData } from "../../base/errors";
import { median } from "../../base/quantiles";
import { type CategoryRow, categoryBars } from "../../charts/category-bars";
import { categoryTreeChart } from "../../charts/category-tree";
import { countHistogram } from "../../charts/count-histogram";
import type { Figure } from "../../charts/figure";
import { lorenzCurves } from "../../charts/lorenz-curves";
import { inclusionTree } from "../../data/category-tree";
import { countsOfCounts, gini, lorenz, topShare } from "../../metrics/concentration";
import type { CategoryTree } from "../../records/category-tree";
import type { Dataset } from "../../records/dataset";
import { columnCounts, rowCounts } from "../../records/interactions";
import type { SplitResult } from "../../stages/split";
import { PUBLISHED } from "../published";

/** The size of the data after each step; the paper's counts stand beside the last one and, where anything was pruned, the first. */
export function funnelTable({ funnel }: Dataset): Record<string, unknown>[] {
  const published = (index: number): Record<string, unknown> => {
    const size = index === funnel.length - 1 ? PUBLISHED.data : index === 0 ? PUBLISHED.rawData : undefined;
    return {
      "published users": size?.users,
      "published items": size?.items,
      "published interactions": size?.interactions,
      "published density": size && size.interactions / (size.users * size.items),
    };
  };
  return funnel.map(({ step, users, items, interactions, density, note }, index) => ({
    step,
    users,
    items,
    interactions,
    density,
    ...published(index),
    note,
  }));
}

/** Interactions per user and per item beside the published ones: mean, median, least, most. */
export function countTable({ interactions }: Dataset): Record<string, unknown>[] {
  return (
    [
      ["interactions per user", rowCounts(interactions.csr), PUBLISHED.perUser],
      ["interactions per item", columnCounts(interactions.csr), PUBLISHED.perItem],
    ] as const
  ).map(([what, counts, published]) => {
    return {
      what,
      mean: interactions.csr.indices.length / counts.length,
      median: median(counts),
      least: counts.reduce((least, count) => Math.min(least, count)),
      most: counts.reduce((most, count) => Math.max(most, count)),
      "published mean, after pruning": published.meanPruned,
      "published mean, raw": published.mean,
      "published median, raw": published.median,
      "published most, raw": published.max,
    };
  });
}

/** How many items and interactions each category has, most frequent first. */
export function categoryRows({ items, interactions }: Dataset): CategoryRow[] {
  const perItem = columnCounts(interactions.csr);
  const { indptr, indices } = items.categories;
  const carried = new Int32Array(items.categoryNames.length);
  const bought = new Float64Array(items.categoryNames.length);
  for (let row = 0; row < items.ids.length; row++)
    for (let p = indptr[row]; p < indptr[row + 1]; p++) {
      carried[indices[p]]++;
      bought[indices[p]] += perItem[row];
    }
  const total = interactions.csr.indices.length;
  return items.categoryNames
    .map((category, column) => ({
      category,
      items: carried[column],
      itemShare: carried[column] / items.ids.length,
      interactions: bought[column],
      interactionShare: bought[column] / total,
    }))
    .sort((a, b) => b.items - a.items);
}

/** The most frequent categories (the paper's figure 1), at most 60 to choose from. */
export function categoryFigure(data: Dataset): Figure {
  requireData(
    data.items.categoryNames.length > 0,
    "The data has no categories, so there are none to draw: give item metadata with categories.",
  );
  return categoryBars(categoryRows(data).slice(0, 60), data.items.categoryNames.length);
}

/** Interactions per user or per item on log axes, with a threshold to move (the paper's figures 2 and 3). */
export function countFigure({ interactions }: Dataset, of: "user" | "item"): Figure {
  const counts = of === "user" ? rowCounts(interactions.csr) : columnCounts(interactions.csr);
  return countHistogram({ of, counts: countsOfCounts(counts) });
}

/** How unequally interactions are spread over users, items and, where there are any, categories. */
export function concentrationFigure(data: Dataset): Figure {
  return lorenzCurves(spreads(data).map(({ name, counts }) => ({ name, gini: gini(counts), points: lorenz(counts) })));
}

/** Gini and the share that the top hundredth and tenth hold. */
export function concentrationTable(data: Dataset): Record<string, unknown>[] {
  return spreads(data).map(({ name, counts }) => ({
    "interactions over": name,
    Gini: gini(counts),
    "held by the top 1 %": topShare(counts, 0.01),
    "held by the top 10 %": topShare(counts, 0.1),
    "if all were equal": "Gini 0, 0.01, 0.1",
  }));
}

function spreads(data: Dataset): { name: string; counts: ArrayLike<number> }[] {
  const { csr } = data.interactions;
  return [
    { name: "users", counts: rowCounts(csr) },
    { name: "items", counts: columnCounts(csr) },
    ...(data.items.categoryNames.length > 0
      ? [{ name: "categories", counts: categoryRows(data).map(({ interactions }) => interactions) }]
      : []),
  ];
}

/**
 * How many users and items can be learned from at all: those with a train interaction, those that a ranking is averaged
 * over, and those with at least as many train interactions as their vector has numbers.
 *
 * @param d width of the factorization
 */
export function learnableTable({ train, test }: SplitResult, d: number): Record<string, unknown>[] {
  const perUser = rowCounts(train);
  const heldOut = rowCounts(test);
  const perItem = columnCounts(train);
  const total = train.indices.length;
  const row = (who: string, counts: Int32Array, keep: (index: number) => boolean): Record<string, unknown> => {
    let [kept, held] = [0, 0];
    for (let index = 0; index < counts.length; index++) {
      if (!keep(index)) continue;
      kept++;
      held += counts[index];
    }
    return { who, count: kept, share: kept / counts.length, "share of train interactions": held / total };
  };
  return [
    row("users in the split", perUser, () => true),
    row("… with a train interaction (the others' vectors stay zero)", perUser, (index) => perUser[index] > 0),
    row(
      "… and with a held-out one, so that a ranking can be judged",
      perUser,
      (index) => perUser[index] > 0 && heldOut[index] > 0,
    ),
    row("… with at least 5 train interactions", perUser, (index) => perUser[index] >= 5),
    row(`… with at least ${d}, as many as a vector has numbers`, perUser, (index) => perUser[index] >= d),
    row("items in the split", perItem, () => true),
    row("… with a train interaction", perItem, (index) => perItem[index] > 0),
    row(`… with at least ${d}, as many as a vector has numbers`, perItem, (index) => perItem[index] >= d),
  ];
}

/** The category tree: of the lists' own order where they are ordered paths, else inferred from which items carry which names. */
export function categoryTree(data: Dataset): CategoryTree {
  requireData(
    data.items.categoryNames.length > 0,
    "The data has no categories, so there is no tree: give item metadata with categories.",
  );
  return data.tree ?? inclusionTree(data.items);
}

/** The category tree to explore, root on top. */
export function categoryTreeFigure(data: Dataset): Figure {
  return categoryTreeChart(categoryTree(data));
}

/** Nodes of the tree by depth: how many, how large, how well supported. */
export function categoryTreeTable(data: Dataset): Record<string, unknown>[] {
  const { nodes } = categoryTree(data);
  const depths = [...new Set(nodes.map(({ depth }) => depth))].sort((a, b) => a - b);
  return depths.map((depth) => {
    const level = nodes.filter((node) => node.depth === depth);
    const largest = level.reduce((best, node) => (node.items > best.items ? node : best));
    return {
      depth,
      nodes: level.length,
      "mean items": level.reduce((sum, { items }) => sum + items, 0) / level.length,
      "least support": Math.min(...level.map(({ support }) => support)),
      largest: largest.name,
    };
  });
}
