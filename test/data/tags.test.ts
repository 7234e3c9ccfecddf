import { test } from "uvu";
import * as assert from "uvu/assert";
import { genderTags, tagItems } from "../../lib/src/data/tags";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";

/** One item for each list of names. */
function itemsOf(lists: readonly (readonly string[])[]): Items {
  const names = [...new Set(lists.flat())];
  const rows = lists.flatMap((list, row) => list.map(() => row));
  const columns = lists.flat().map((name) => names.indexOf(name));
  return {
    ids: lists.map((_, row) => `i${row}`),
    categoryNames: names,
    categories: csrFromPairs(lists.length, names.length, rows, columns),
  };
}

test("an item is women's if its names hold Women, else men's if they hold Men, else neutral", () => {
  const items = itemsOf([["Root", "Women"], ["Root", "Men"], ["Men", "Women"], ["Root"], []]);
  assert.equal(genderTags(items), ["women", "men", "women", "neutral", "neutral"]);
});

test("words are whole: Women does not hold Men, nor does Menswear", () => {
  const items = itemsOf([
    ["Women's Shoes"],
    ["Men's Athletic Watches"],
    ["Menswear"],
    ["Swimwomen"],
    ["Shoes for Men"],
    ["Men-Only"],
  ]);
  assert.equal(genderTags(items), ["women", "men", "neutral", "neutral", "men", "men"]);
});

test("other axes are tagged by their own words, the first that fits winning", () => {
  const items = itemsOf([["Girls"], ["Boys", "Girls"], ["Baby"]]);
  assert.equal(tagItems(items, { boys: "Boys", girls: "Girls" }), ["girls", "boys", "neutral"]);
});

test("a category matrix of other items is refused", () => {
  const items = itemsOf([["Women"], ["Men"]]);
  assert.throws(() => genderTags({ ...items, ids: ["i0"] }), /2 rows but there are 1 item ids/);
});

test.run();
