import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { drift } from "../../lib/src/metrics/drift";
import { allClose } from "../oracle";

test("a matrix that did not move has cosine 1 and ratio 1", () => {
  const start = Float32Array.of(1, 2, -3, 0.5);
  assert.equal(drift(start, start, 2), { cosine: 1, normRatio: 1 });
});

test("rows that turned and grew equal a case worked by hand", () => {
  // One row turned by a right angle and twice as long, one turned round at its length.
  const { cosine, normRatio } = drift(Float32Array.of(1, 0, 3, 4), Float32Array.of(0, 2, -3, -4), 2);
  allClose([cosine, normRatio], [(0 - 1) / 2, Math.sqrt(29 / 26)], 1e-12);
});

test("rows of zeros have no direction, and only the others are averaged", () => {
  assert.is(drift(Float32Array.of(0, 0, 1, 1), Float32Array.of(1, 1, 2, 2), 2).cosine.toFixed(12), "1.000000000000");
  assert.ok(Number.isNaN(drift(new Float32Array(2), Float32Array.of(1, 1), 2).cosine));
});

test("matrices of two shapes are refused", () => {
  assert.throws(
    () => drift(new Float32Array(4), new Float32Array(6), 2),
    (error: unknown) => error instanceof InputError && /4 values and the matrix 6/.test((error as Error).message),
  );
});

test.run();
