import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";

/** A case with a known answer, made by an independent program: `test/fixtures/oracle/<name>.json`. */
export function oracle<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, "fixtures", "oracle", `${name}.json`), "utf8")) as T;
}

/** A matrix of rows as one row-major array of doubles. */
export const flat = (rows: readonly (readonly number[])[]): Float64Array => Float64Array.from(rows.flat());

/** Assert |a − b| ≤ rtol · max|b| for every entry, with the worst place in the message. */
export function allClose(actual: ArrayLike<number>, expected: ArrayLike<number>, rtol: number, what = "values"): void {
  assert.is(actual.length, expected.length, `${what}: ${actual.length} entries, expected ${expected.length}`);
  const scale = Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
  for (let at = 0; at < expected.length; at++) {
    const error = Math.abs(actual[at] - expected[at]);
    assert.ok(
      error <= rtol * scale,
      `${what}[${at}] is ${actual[at]}, expected ${expected[at]} within ${rtol} of ${scale}`,
    );
  }
}
