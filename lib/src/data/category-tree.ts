import type { CategoryNode, CategoryTree } from "../records/category-tree";
import type { Items } from "../records/items";

/** How a tree is inferred from which items carry which names. */
export interface InclusionOptions {
  /** Least share of a name's items that must carry its parent as well. */
  inclusion?: number;
  /** Names on fewer items are left out: by chance alone, three items may lie within anything. */
  leastItems?: number;
}

/**
 * Infer a tree from flattened sets: the parent of a name is the smallest name that at least twice as many items carry, and that at
 * least `inclusion` of its items carry too. A name without such a parent is a root. The share is the node's support.
 *
 * @param items with their categories [items, names]
 */
export function inclusionTree(
  { categories, categoryNames }: Items,
  { inclusion = 0.95, leastItems = 10 }: InclusionOptions = {},
): CategoryTree {
  const names = categoryNames.length;
  const counts = new Int32Array(names);
  const together = new Map<number, number>();
  const { indptr, indices } = categories;
  for (let row = 0; row < categories.rows; row++)
    for (let a = indptr[row]; a < indptr[row + 1]; a++) {
      counts[indices[a]]++;
      for (let b = indptr[row]; b < indptr[row + 1]; b++) {
        if (a === b) continue;
        const key = indices[a] * names + indices[b];
        together.set(key, (together.get(key) ?? 0) + 1);
      }
    }
  const parents = new Int32Array(names).fill(-1);
  for (const [key, count] of together) {
    const [child, parent] = [Math.floor(key / names), key % names];
    if (counts[child] < leastItems || count < inclusion * counts[child] || counts[parent] < 2 * counts[child]) continue;
    const best = parents[child];
    if (best < 0 || counts[parent] < counts[best] || (counts[parent] === counts[best] && parent < best))
      parents[child] = parent;
  }
  // From many items to few, so that a parent, which has more, stands before its children.
  const order = Array.from(counts.keys())
    .filter((name) => counts[name] >= leastItems)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  const place = new Map(order.map((name, index) => [name, index]));
  const nodes: CategoryNode[] = [];
  for (const name of order) {
    const parent = parents[name] < 0 ? -1 : (place.get(parents[name]) as number);
    nodes.push({
      name: categoryNames[name],
      parent,
      depth: parent < 0 ? 1 : nodes[parent].depth + 1,
      items: counts[name],
      support: parent < 0 ? 1 : (together.get(name * names + parents[name]) as number) / counts[name],
    });
  }
  return { kind: "inclusion", nodes };
}
