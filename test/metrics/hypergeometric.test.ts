import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { benjaminiHochberg } from "../../lib/src/metrics/fdr";
import { upperTail } from "../../lib/src/metrics/hypergeometric";

function choose(n: number, k: number): bigint {
  let product = 1n;
  for (let at = 0; at < k; at++) product = (product * BigInt(n - at)) / BigInt(at + 1);
  return k > n ? 0n : product;
}

/** The same in whole numbers, rounded once at the end. */
function exact(hits: number, population: number, marked: number, drawn: number): number {
  let ways = 0n;
  for (let count = hits; count <= Math.min(marked, drawn); count++)
    ways += choose(marked, count) * choose(population - marked, drawn - count);
  const digits = ((ways * 10n ** 420n) / choose(population, drawn)).toString();
  return Number(`${digits.slice(0, 18)}e${digits.length - Math.min(18, digits.length) - 420}`);
}

const near = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-12 * expected, `${found} and ${expected}`);

test("three of five drawn, of ten with four marked: (4·15 + 1·6) of 252", () => {
  near(upperTail(3, 10, 4, 5), 66 / 252);
  assert.is(upperTail(0, 10, 4, 5), 1);
  assert.is(upperTail(5, 10, 4, 5), 0);
});

test("the tail has all its digits down to where doubles end", () => {
  for (const [population, marked] of [
    [91000, 500],
    [91000, 60000],
    [1000000, 300000],
    [182000, 1],
    [26, 25],
  ])
    for (let hits = 1; hits <= Math.min(25, marked); hits++)
      near(upperTail(hits, population, marked, 25), exact(hits, population, marked, 25));
});

test("small populations agree with counting every draw", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), fc.nat(40), fc.nat(12), (population, a, b, hits) => {
      const [marked, drawn] = [a % (population + 1), b % (population + 1)];
      near(upperTail(hits, population, marked, drawn), exact(hits, population, marked, drawn));
    }),
  );
});

test("q-values of the smallest p-values are those of all, where the rest are 1", () => {
  const small = [1e-6, 0.002, 0.0005, 0.01];
  const all = benjaminiHochberg(Float64Array.from([...small, ...new Array(96).fill(1)]));
  assert.equal([...benjaminiHochberg(Float64Array.from(small), 100)], [...all.subarray(0, 4)]);
});

test.run();
