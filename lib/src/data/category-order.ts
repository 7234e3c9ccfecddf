import type { CategoryNode, CategoryTree } from "../records/category-tree";

/** The places of names in the items' lists, grouped by item: entries `starts[i] … starts[i+1]` are item i's names in their order. */
export interface CategoryPaths {
  starts: Int32Array;
  /** Column of each name. */
  names: Int32Array;
}

/** Lists count as ordered paths from this share of pairs on: real paths have a few misplaced names. */
const ORDERED = 0.98;
/** Names of paths stand at one depth: names of flat sets stand anywhere, however each set is sorted. Below this share they are sets. */
const AT_ONE_DEPTH = 0.75;
/** Where every pair of names is in the order of the alphabet, the order says nothing, and depth has to say more. */
const AT_ONE_DEPTH_BY_ALPHABET = 0.95;
/** A name on a greater share of the items is the root, which says nothing about depth. */
const ROOT = 0.9;
/** Items that the order is judged by. */
const JUDGED = 20_000;

/**
 * Group links of item, name and place by item, in the order of the places.
 *
 * @param item row of each link @param name column of each link @param place where the name stood in the item's list
 */
export function pathsOf(items: number, item: Int32Array, name: Int32Array, place: Int32Array): CategoryPaths {
  const starts = new Int32Array(items + 1);
  for (const row of item) starts[row + 1]++;
  for (let row = 0; row < items; row++) starts[row + 1] += starts[row];
  const next = starts.slice(0, items);
  const order = new Int32Array(item.length);
  for (let index = 0; index < item.length; index++) order[next[item[index]]++] = index;
  for (let row = 0; row < items; row++) {
    const links = order.subarray(starts[row], starts[row + 1]);
    if (links.length > 1) links.sort((a, b) => place[a] - place[b] || name[a] - name[b]);
  }
  return { starts, names: order.map((index) => name[index]) };
}

/**
 * How consistently names that meet in several lists are ordered: 1 = a name that stands before another does so everywhere,
 * as in paths; lists without an order come near .5 for pairs that meet often. NaN when no two names meet twice.
 */
export function orderConsistency({ starts, names }: CategoryPaths, categories: number): number {
  const before = new Map<number, number>();
  const items = starts.length - 1;
  const step = Math.max(1, Math.floor(items / JUDGED));
  for (let row = 0; row < items; row += step)
    for (let a = starts[row]; a < starts[row + 1]; a++)
      for (let b = a + 1; b < starts[row + 1]; b++) {
        const key = names[a] * categories + names[b];
        before.set(key, (before.get(key) ?? 0) + 1);
      }
  let [same, all] = [0, 0];
  for (const [key, count] of before) {
    const [a, b] = [Math.floor(key / categories), key % categories];
    const reverse = before.get(b * categories + a) ?? 0;
    if (count + reverse < 2 || (reverse > 0 && a > b)) continue;
    same += Math.max(count, reverse);
    all += count + reverse;
  }
  return all > 0 ? same / all : Number.NaN;
}

/**
 * How constantly a name stands at one depth: the share of its occurrences at its most frequent place in the lists, over all names but
 * the root. 1 in a tree whose names occur once; about .5 in sorted sets. NaN where no name is left.
 */
export function depthConstancy({ starts, names }: CategoryPaths, categories: number): number {
  const items = starts.length - 1;
  const places = Array.from({ length: categories }, () => new Map<number, number>());
  for (let row = 0; row < items; row++)
    for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
      const depths = places[names[entry]];
      depths.set(entry - starts[row], (depths.get(entry - starts[row]) ?? 0) + 1);
    }
  let [constant, all] = [0, 0];
  for (const depths of places) {
    const counts = [...depths.values()];
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0 || total > ROOT * items) continue;
    constant += counts.reduce((most, count) => Math.max(most, count));
    all += total;
  }
  return all > 0 ? constant / all : Number.NaN;
}

/** Whether names that meet always stand in the order of the alphabet, upper and lower case alike; the root aside. */
function inAlphabet({ starts, names }: CategoryPaths, categoryNames: readonly string[]): boolean {
  const items = starts.length - 1;
  const carried = new Int32Array(categoryNames.length);
  for (const name of names) carried[name]++;
  const lower = categoryNames.map((name) => name.toLowerCase());
  let [pairs, sorted] = [0, 0];
  for (let row = 0; row < items; row++) {
    const own = Array.from(names.subarray(starts[row], starts[row + 1])).filter(
      (name) => carried[name] <= ROOT * items,
    );
    for (let index = 1; index < own.length; index++) {
      pairs++;
      if (lower[own[index - 1]] < lower[own[index]]) sorted++;
    }
  }
  return pairs > 0 && sorted >= ORDERED * pairs;
}

/**
 * The tree of ordered paths: one node a prefix, so that "Clothing" below Women and below Men are two.
 *
 * @returns undefined when the lists are not ordered, or ordered as sets are that somebody sorted, such as "Action|Comedy|Drama"
 */
export function treeOfPaths(paths: CategoryPaths, categoryNames: readonly string[]): CategoryTree | undefined {
  const consistency = orderConsistency(paths, categoryNames.length);
  if (!(consistency >= ORDERED)) return undefined;
  const least = inAlphabet(paths, categoryNames) ? AT_ONE_DEPTH_BY_ALPHABET : AT_ONE_DEPTH;
  if (depthConstancy(paths, categoryNames.length) < least) return undefined;
  const places = new Map<number, number>();
  const nodes: CategoryNode[] = [];
  const width = categoryNames.length;
  for (let row = 0; row + 1 < paths.starts.length; row++) {
    let parent = -1;
    for (let entry = paths.starts[row]; entry < paths.starts[row + 1]; entry++) {
      const key = (parent + 1) * width + paths.names[entry];
      let node = places.get(key);
      if (node === undefined) {
        node = nodes.length;
        places.set(key, node);
        const depth = parent < 0 ? 1 : nodes[parent].depth + 1;
        nodes.push({ name: categoryNames[paths.names[entry]], parent, depth, items: 0, support: 1 });
      }
      nodes[node].items++;
      parent = node;
    }
  }
  return { kind: "paths", consistency, nodes };
}
