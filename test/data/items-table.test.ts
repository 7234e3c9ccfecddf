import { test } from "uvu";
import * as assert from "uvu/assert";
import { categoriesOf, itemsById, itemTable, searchItems } from "../../lib/src/data/items-table";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";

const items: Items = {
  ids: ["001", "002", "003"],
  titles: ["One", "", "Three"],
  stores: ["S", "S", "T"],
  categoryNames: ["Root", "Women", "Shoes"],
  categories: csrFromPairs(3, 3, [0, 0, 0, 1], [2, 0, 1, 0]),
};

test("the table has id, title, store and the category names, the most frequent first", async () => {
  const table = await itemTable(items);
  assert.equal(table.columns, ["id", "title", "store", "categories"]);
  assert.equal(table.values, [
    ["001", "One", "S", "Root · Women · Shoes"],
    ["002", "", "S", "Root"],
    ["003", "Three", "T", ""],
  ]);
});

test("rows are chosen in the order given, and absent metadata makes no column", async () => {
  const { titles: _titles, stores: _stores, ...bare } = items;
  const table = await itemTable(bare, [2, 0]);
  assert.equal(table.columns, ["id", "categories"]);
  assert.equal(
    table.values.map((row) => (row as unknown[])[0]),
    ["003", "001"],
  );
});

test("a row that is not there is refused", async () => {
  for (const row of [3, -1, 0.5])
    try {
      await itemTable(items, [row]);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /rows run from 0 to 2/);
    }
});

test("no rows make an empty table", async () => {
  assert.is((await itemTable(items, [])).shape[0], 0);
});

test("ids lead to rows and rows to category names", () => {
  const rows = itemsById(items);
  assert.is(rows.get("003"), 2);
  assert.is(rows.get("3"), undefined);
  assert.equal(categoriesOf(items, 0), ["Root", "Women", "Shoes"]);
  assert.equal(categoriesOf(items, 2), []);
});

test("a search finds text in any column, upper and lower case alike, and nothing is an empty table", async () => {
  const table = await itemTable(items);
  const ids = (text: string): unknown[] => searchItems(table, text).values.map((row) => (row as unknown[])[0]);
  assert.equal(ids("shoes"), ["001"]);
  assert.equal(ids("ROOT"), ["001", "002"]);
  assert.equal(ids("003"), ["003"]);
  assert.equal(ids("nowhere"), []);
});

test("200,000 items become a table, and a search finds every one that holds the words in its order", async () => {
  const count = 200_000;
  const many: Items = {
    ids: Array.from({ length: count }, (_, row) => `B${row}`),
    titles: Array.from({ length: count }, (_, row) => `Soft dress ${row}`),
    categoryNames: ["Root", "Women"],
    categories: csrFromPairs(
      count,
      2,
      Int32Array.from({ length: count }, (_, row) => row),
      new Int32Array(count),
    ),
  };
  const table = await itemTable(many);
  assert.is(table.shape[0], count);
  const found = searchItems(table, "dress 199");
  // 199, 1990 to 1999, 19900 to 19999, 199000 to 199999.
  assert.is(found.shape[0], 1 + 10 + 100 + 1000);
});

test.run();
