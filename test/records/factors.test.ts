import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { bySide, requireSides, tagsOf } from "../../lib/src/records/axis";
import { checkFactors } from "../../lib/src/records/check-factors";
import type { Factors } from "../../lib/src/records/factors";

const factors: Factors = {
  ...{ d: 2, users: Float32Array.of(1, 2), items: Float32Array.of(1, 2, 3, 4), itemBias: Float32Array.of(0, 1) },
  ...{ userIds: ["ann"], itemIds: ["pen", "cup"], config: { kind: "given" } },
};

const BAD: [string, Partial<Factors>, RegExp][] = [
  ["a width that is no whole number", { d: 1.5 }, /d = 1\.5/],
  ["a matrix of another size", { items: Float32Array.of(1, 2, 3) }, /items hold 3 values, but 2 ids at width 2 need 4/],
  ["a bias of another length", { userBias: Float32Array.of(1, 2) }, /userBias hold 2 values, but 1 ids/],
  ["a value that is no number", { items: Float32Array.of(1, 2, 3, Number.NaN) }, /items hold NaN in the row of "?cup/],
  ["an infinite bias", { itemBias: Float32Array.of(1, -1 / 0) }, /itemBias hold -Infinity in the row of "?cup/],
];

test("factors whose arrays fit their ids pass", () => {
  checkFactors(factors);
  checkFactors({ ...factors, d: 0, users: new Float32Array(0), items: new Float32Array(0) });
});

for (const [what, change, says] of BAD)
  test(`factors with ${what} are refused by name`, () => {
    assert.throws(
      () => checkFactors({ ...factors, ...change }),
      (error: Error) => error instanceof InputError && says.test(error.message),
    );
  });

const axis = {
  ...{ name: "use", sides: ["write", "drink"], names: { write: ["w"], drink: ["d"] } },
  ...{ itemIds: ["pen", "cup", "hat"], tags: ["write", "drink", "neutral"] },
};

test("tags follow ids, and an item that the axis does not know is named", () => {
  assert.equal(tagsOf(axis, ["hat", "pen"]), ["neutral", "write"]);
  assert.throws(() => tagsOf(axis, ["mug"]), /Item mug has a factor but no metadata/);
  assert.throws(() => requireSides({ ...axis, sides: [], missing: "No sides here." }), /No sides here\./);
});

test("a value a side, whatever its name, and for items on none where asked", () => {
  const odd = { sides: ["__proto__", "b"] };
  const values = bySide(odd, (side) => side.length, { neutral: true });
  assert.equal(Object.entries(values), [
    ["__proto__", 9],
    ["b", 1],
    ["neutral", 7],
  ]);
});

test.run();
