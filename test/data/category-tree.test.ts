import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { orderConsistency, pathsOf, treeOfPaths } from "../../lib/src/data/category-order";
import { inclusionTree } from "../../lib/src/data/category-tree";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";

/** Items from lists of names. */
function itemsOf(lists: readonly (readonly string[])[]): Items {
  const categoryNames = [...new Set(lists.flat())];
  const links = lists.flatMap((names, row) => names.map((name) => [row, categoryNames.indexOf(name)]));
  return {
    ids: lists.map((_, row) => `i${row}`),
    categoryNames,
    categories: csrFromPairs(
      lists.length,
      categoryNames.length,
      links.map(([row]) => row),
      links.map(([, column]) => column),
    ),
  };
}

const repeat = (times: number, list: string[]): string[][] => Array.from({ length: times }, () => list);

test("the parent is the smallest name that holds nearly all items of a name and is twice as large", () => {
  const tree = inclusionTree(
    itemsOf([
      ...repeat(40, ["Root", "Women", "Shoes"]),
      ...repeat(60, ["Root", "Women"]),
      ...repeat(99, ["Root", "Men"]),
      ["Root", "Men", "Shoes"],
    ]),
  );
  assert.is(tree.kind, "inclusion");
  const rows = tree.nodes.map(({ name, parent, depth, items }) => [name, tree.nodes[parent]?.name, depth, items]);
  assert.equal(rows, [
    ["Root", undefined, 1, 200],
    ["Women", "Root", 2, 100],
    ["Men", "Root", 2, 100],
    ["Shoes", "Women", 3, 41],
  ]);
  assert.ok(Math.abs(tree.nodes[3].support - 40 / 41) < 1e-12);
});

test("a name that crosses the tree hangs below what holds it, and a rare one is left out", () => {
  const { nodes } = inclusionTree(
    itemsOf([
      ...repeat(20, ["Root", "A", "Sale"]),
      ...repeat(20, ["Root", "B", "Sale"]),
      ...repeat(60, ["Root"]),
      ["Root", "Odd"],
    ]),
  );
  assert.equal(nodes.find(({ name }) => name === "Sale")?.parent, 0);
  assert.is(
    nodes.find(({ name }) => name === "Odd"),
    undefined,
  );
});

const paths = (lists: readonly (readonly number[])[]) =>
  pathsOf(
    lists.length,
    Int32Array.from(lists.flatMap((list, row) => list.map(() => row))),
    Int32Array.from(lists.flat()),
    Int32Array.from(lists.flatMap((list) => list.map((_, at) => at))),
  );

test("order is consistent in paths, and half so in lists that are turned round", () => {
  assert.is(
    orderConsistency(
      paths([
        [0, 1, 2],
        [0, 1, 2],
        [0, 2],
      ]),
      3,
    ),
    1,
  );
  assert.is(
    orderConsistency(
      paths([
        [0, 1],
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
      2,
    ),
    0.5,
  );
  assert.ok(Number.isNaN(orderConsistency(paths([[0], [1]]), 2)));
});

test("a tree of paths counts the items of every prefix, and sets without an order have none", () => {
  const tree = treeOfPaths(
    paths([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1],
      [0, 2],
    ]),
    ["Root", "Women", "Shoes"],
  );
  assert.equal(
    tree?.nodes.map(({ name, parent, depth, items }) => [name, parent, depth, items]),
    [
      ["Root", -1, 1, 4],
      ["Women", 0, 2, 3],
      ["Shoes", 1, 3, 2],
      ["Shoes", 0, 2, 1],
    ],
  );
  assert.is(
    treeOfPaths(
      paths([
        [0, 1],
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
      ["a", "b"],
    ),
    undefined,
  );
});

/** Lists of names as paths, with the names that they are made of. */
function named(lists: readonly (readonly string[])[]): [ReturnType<typeof paths>, string[]] {
  const names = [...new Set(lists.flat())].sort();
  return [paths(lists.map((list) => list.map((name) => names.indexOf(name)))), names];
}

const GENRES = ["Action", "Adventure", "Comedy", "Crime", "Drama", "Fantasy", "Horror", "Romance", "Sci-Fi", "War"];

test("sets that somebody sorted are no paths: by the alphabet, by any other order, in pairs, below one root", () => {
  const random = seededRandom(5, "sorted-sets");
  const sets = Array.from({ length: 600 }, () => GENRES.filter(() => random.uniform() < 0.25)).filter(
    (set) => set.length > 0,
  );
  const order = random.shuffle([...GENRES]);
  const pairs = GENRES.flatMap((one, at) => GENRES.slice(at + 1).map((other) => [one, other]));
  const cases = {
    alphabet: sets,
    "another order": sets.map((set) => order.filter((name) => set.includes(name))),
    pairs: [...pairs, ...pairs],
    "a root": sets.map((set) => ["Films", ...set]),
    "lower case": sets.map((set) => set.map((name, at) => (at % 2 ? name.toLowerCase() : name))),
  };
  for (const [name, lists] of Object.entries(cases)) assert.is(treeOfPaths(...named(lists)), undefined, name);
});

test("paths whose names happen to follow the alphabet stay paths", () => {
  const lists = ["Boys", "Girls", "Men", "Women"].flatMap((who) =>
    ["Shoes", "Tops"].flatMap((what) => Array(30).fill(["All", who, `X ${what}`, `Y ${who} ${what}`]) as string[][]),
  );
  assert.is(treeOfPaths(...named(lists))?.nodes.length, 1 + 4 + 8 + 8);
});

test.run();
