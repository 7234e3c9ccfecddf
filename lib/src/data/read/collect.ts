import type { CategoryTree } from "../../records/category-tree";
import type { TimedCsr } from "../../records/interactions";
import { columnCounts, csrFromPairs, type Interactions } from "../../records/interactions";
import type { Items } from "../../records/items";
import { pathsOf, treeOfPaths } from "../category-order";
import type { Duck } from "./duck";

/** The pruned matrix as interactions, and which items they are. */
export interface Collected {
  interactions: Interactions;
  /** [items of the database] row among the kept items, or -1. */
  rowOfItem: Int32Array;
}

/** The matrix without its empty rows and columns; both stay in the byte order of their ids. */
export function collectInteractions(
  matrix: TimedCsr,
  userIds: readonly string[],
  itemIds: readonly string[],
): Collected {
  const perItem = columnCounts(matrix);
  const rowOfItem = new Int32Array(itemIds.length).fill(-1);
  const items: string[] = [];
  for (let item = 0; item < itemIds.length; item++)
    if (perItem[item] > 0) rowOfItem[item] = items.push(itemIds[item]) - 1;
  const users: string[] = [];
  const indptr = [0];
  for (let user = 0; user < userIds.length; user++) {
    const end = matrix.indptr[user + 1];
    if (end === matrix.indptr[user]) continue;
    users.push(userIds[user]);
    indptr.push(end);
  }
  const indices = matrix.indices.map((item) => rowOfItem[item]);
  const csr = { rows: users.length, cols: items.length, indptr: Int32Array.from(indptr), indices };
  return { interactions: { users, items, csr, ...(matrix.times && { times: matrix.times }) }, rowOfItem };
}

/** Items by id only, for ratings that came without metadata. */
export function bareItems(ids: string[]): Items {
  return { ids: [...ids], categoryNames: [], categories: csrFromPairs(ids.length, 0, [], []) };
}

/**
 * Metadata of the kept items, in their order, and the category tree where the lists are ordered paths. Category columns run from
 * the most frequent name to the rarest (ties by name), so that the names of a row read from broad to narrow.
 *
 * @param options attributes: columns of the metadata that were kept beside the usual ones; columns: how many held category names
 */
export async function collectItems(
  duck: Duck,
  ids: string[],
  rowOfItem: Int32Array,
  { attributes = [], columns = 1 }: { attributes?: readonly string[]; columns?: number } = {},
): Promise<{ items: Items; tree?: CategoryTree }> {
  await duck.run(
    `CREATE TABLE category_numbers AS SELECT (row_number() OVER (ORDER BY name) - 1)::INTEGER AS c, name
     FROM (SELECT DISTINCT name FROM kept_categories)`,
    "collecting item metadata",
  );
  const names = await duck.strings("SELECT name FROM category_numbers ORDER BY c");
  const from = "FROM kept_categories JOIN items USING (id) JOIN category_numbers USING (name)";
  const [[count]] = await duck.rows(`SELECT count(*) ${from}`);
  const [item, name, place] = [0, 1, 2].map(() => new Int32Array(Number(count)));
  await duck.numbers(`SELECT items.n, c, place::INTEGER ${from}`, [item, name, place]);
  const links = Int32Array.from(item.keys()).filter((index) => rowOfItem[item[index]] >= 0);
  const frequency = new Int32Array(names.length);
  for (const index of links) frequency[name[index]]++;
  const order = Array.from(names.keys())
    .filter((index) => frequency[index] > 0)
    .sort((a, b) => frequency[b] - frequency[a] || a - b);
  const column = new Int32Array(names.length);
  order.forEach((index, rank) => {
    column[index] = rank;
  });
  const categoryNames = order.map((index) => names[index]);
  const rowOf = links.map((index) => rowOfItem[item[index]]);
  const colOf = links.map((index) => column[name[index]]);
  const titles = await texts(duck, "title", rowOfItem, ids.length);
  const stores = await texts(duck, "store", rowOfItem, ids.length);
  const found: [string, string[]][] = [];
  for (const [index, attribute] of attributes.entries())
    found.push([attribute, (await texts(duck, `attribute${index}`, rowOfItem, ids.length)) ?? ids.map(() => "")]);
  const paths = pathsOf(
    ids.length,
    rowOf,
    colOf,
    links.map((index) => place[index]),
  );
  // The order of several columns is ours, and no evidence of a path.
  const tree = columns > 1 ? undefined : treeOfPaths(paths, categoryNames);
  return {
    items: {
      ids: [...ids],
      ...(titles && { titles }),
      ...(stores && { stores }),
      ...(found.length > 0 && { attributes: Object.fromEntries(found) }),
      categoryNames,
      categories: csrFromPairs(ids.length, order.length, rowOf, colOf),
    },
    ...(tree && { tree }),
  };
}

async function texts(duck: Duck, column: string, rowOfItem: Int32Array, items: number): Promise<string[] | undefined> {
  const [[known]] = await duck.rows(`SELECT count(${column}) FROM metadata JOIN items USING (id)`);
  if (known === 0) return undefined;
  const all = await duck.strings(`SELECT ${column} FROM items LEFT JOIN metadata USING (id) ORDER BY n`);
  const found: string[] = new Array(items);
  rowOfItem.forEach((row, item) => {
    if (row >= 0) found[row] = all[item];
  });
  return found;
}
