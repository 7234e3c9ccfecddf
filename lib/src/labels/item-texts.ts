import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { categoriesOf, itemsById } from "../data/items-table";
import type { CategoryTree } from "../records/category-tree";
import type { Items } from "../records/items";
import type { ItemText } from "../records/label";

/** Steps that the search for one item's path may take; a name below many parents could make it long. */
const MOST_STEPS = 2000;

/**
 * What labellers and judges see of an item, by its id. Categories come as the item's path where the data has ordered paths, else the
 * most frequent first.
 *
 * @param tree of the data, where it has one
 * @returns the text of an item; it throws InputError for an id that the metadata does not have
 */
export function itemTexts(items: Items, tree?: CategoryTree): (id: string) => ItemText {
  const rowOf = itemsById(items);
  const inOrder = tree?.kind === "paths" ? pathOrder(tree) : (names: string[]) => names;
  return (id) => {
    const row = rowOf.get(id);
    requireInput(row !== undefined, `Item ${quote(id)} has activations but no metadata: join both by id first.`);
    const [title, store] = [items.titles?.[row] ?? "", items.stores?.[row] ?? ""];
    return { id, title, store, categories: inOrder(categoriesOf(items, row)) };
  };
}

/** Puts an item's names in the order of its path: the way from a root of the tree that holds most of them, the others behind it. */
function pathOrder({ nodes }: CategoryTree): (names: string[]) => string[] {
  const below = new Map<number, Map<string, number>>();
  nodes.forEach(({ name, parent }, node) => {
    const own = below.get(parent) ?? new Map<string, number>();
    below.set(parent, own.set(name, node));
  });
  return (names) => {
    let longest: string[] = [];
    let steps = 0;
    const walk = (node: number, path: string[]): void => {
      if (path.length > longest.length) longest = path;
      const children = below.get(node);
      if (children === undefined) return;
      for (const name of names) {
        if (longest.length === names.length || steps++ > MOST_STEPS) return;
        const child = children.get(name);
        if (child !== undefined && !path.includes(name)) walk(child, [...path, name]);
      }
    };
    walk(-1, []);
    return [...longest, ...names.filter((name) => !longest.includes(name))];
  };
}
