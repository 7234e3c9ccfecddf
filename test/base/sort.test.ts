import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nthSmallest, sortedOrder } from "../../lib/src/base/sort";

/** Numbers of all sizes, many of them equal. */
const numbers = fc.array(
  fc.oneof(
    fc.constantFrom(0, -0, 1, -1, 1e-30, Number.POSITIVE_INFINITY),
    fc.double({ noNaN: true }),
    fc.float({ noNaN: true }),
  ),
  { minLength: 1, maxLength: 200 },
);

test("the order is that of a stable sort by value", () => {
  fc.assert(
    fc.property(numbers, (given) => {
      const values = Float64Array.from(given);
      const expected = [...values.keys()].sort((a, b) =>
        values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b,
      );
      assert.equal([...sortedOrder(values)], expected);
    }),
  );
});

test("the n-th smallest is what a sort puts there", () => {
  fc.assert(
    fc.property(numbers, (given) => {
      const values = Float32Array.from(given);
      const sorted = values.slice().sort();
      for (let n = 0; n < values.length; n++) assert.ok(nthSmallest(values, n) === sorted[n], `${n} of ${values}`);
    }),
  );
});

test("the n-th smallest of a part of an array looks at that part alone", () => {
  const all = Float32Array.of(9, 5, 3, 4, -9);
  assert.is(nthSmallest(all.subarray(1, 4), 0), 3);
  assert.is(nthSmallest(all.subarray(1, 4), 2), 5);
});

test.run();
