import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { exhibits } from "../../lib/src/labels/exhibits";
import { itemTexts } from "../../lib/src/labels/item-texts";
import { firingRows, rowsById } from "../../lib/src/labels/ranked";
import { halfOf } from "../../lib/src/metrics/half-split";
import type { CategoryTree } from "../../lib/src/records/category-tree";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";

/** Items that have the named categories; names are numbered in order of appearance. */
function itemsWith(categories: Record<string, string[]>, more: Partial<Items> = {}): Items {
  const ids = Object.keys(categories);
  const categoryNames = [...new Set(Object.values(categories).flat())];
  const links = ids.flatMap((id, row) =>
    categories[id].map((name): [number, number] => [row, categoryNames.indexOf(name)]),
  );
  return {
    ids,
    categoryNames,
    categories: csrFromPairs(
      ids.length,
      categoryNames.length,
      links.map(([row]) => row),
      links.map(([, column]) => column),
    ),
    ...more,
  };
}

test("an item's text is found by its id, empty where the data has nothing", () => {
  const items = itemsWith({ b: ["Shoes"], a: [] }, { titles: ["Red sandal", ""] });
  const textOf = itemTexts(items);
  assert.equal(textOf("b"), { id: "b", title: "Red sandal", store: "", categories: ["Shoes"] });
  assert.equal(textOf("a"), { id: "a", title: "", store: "", categories: [] });
  assert.throws(() => textOf("c"), /Item "c" has activations but no metadata/);
});

test("where lists are ordered paths, an item's categories are its path, whatever the order of the columns", () => {
  const items = itemsWith({ x: ["Dresses"], y: ["Clothing", "Women", "Dresses", "Sale"], z: ["Clothing", "Men"] });
  const node = (name: string, parent: number): CategoryTree["nodes"][number] => ({
    ...{ name, parent, items: 1, support: 1, depth: 0 },
  });
  const nodes = [node("Men", -1), node("Clothing", 0), node("Women", -1), node("Clothing", 2), node("Dresses", 3)];
  const textOf = itemTexts(items, { kind: "paths", nodes });
  assert.equal(textOf("y").categories, ["Women", "Clothing", "Dresses", "Sale"]);
  assert.equal(textOf("z").categories, ["Men", "Clothing"]);
  assert.equal(itemTexts(items, { kind: "inclusion", nodes })("z").categories, ["Clothing", "Men"]);
});

test("rows that fire come from the highest activation down, ties by id", () => {
  const ids = ["i9", "i1", "i5", "i3"];
  const rows = rowsById(Int32Array.of(0, 1, 2, 3), ids);
  assert.equal([...rows], [1, 3, 2, 0]);
  // Two latents; the second one fires on three items, two of them alike.
  const latents = { k: 2, values: Float32Array.of(1, 0.5, 1, 0, 1, 0.5, 1, 2) };
  assert.equal([...firingRows(latents, 1, rows)], [3, 2, 0]);
});

test("a latent's exhibit holds its strongest items of half A alone, and only those that count", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 80 }),
      fc.integer({ min: 1, max: 9 }),
      (activations, most) => {
        const ids = activations.map((_, at) => `item ${(at * 37) % 101} ${at}`);
        const items = itemsWith(Object.fromEntries(ids.map((id) => [id, []])));
        const rows = Int32Array.from(ids.keys()).filter((row) => row % 5 !== 0);
        const latents = { k: 1, values: Float32Array.from(activations), itemIds: ids };
        const expected = [...rows]
          .filter((row) => halfOf(ids[row]) === "A" && activations[row] > 0)
          .sort((a, b) => activations[b] - activations[a] || (ids[a] < ids[b] ? -1 : 1))
          .slice(0, most)
          .map((row) => ids[row]);
        const found = exhibits(latents, rows, itemTexts(items), { items: most });
        assert.equal(found.length, expected.length > 0 ? 1 : 0);
        assert.equal(found[0]?.items.map(({ id }) => id) ?? [], expected);
      },
    ),
  );
});

test.run();
