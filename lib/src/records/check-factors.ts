import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import type { Factors } from "./factors";

/**
 * Check that every array of `factors` has the length that d and the ids ask for and that every value is finite.
 *
 * @throws InputError naming the array, and the user or item of the first value that is not finite
 */
export function checkFactors({ d, users, items, userBias, itemBias, userIds, itemIds }: Factors): void {
  requireInput(Number.isInteger(d) && d >= 0, `The factors have d = ${d}: the width is a whole number from 0.`);
  const parts: [name: string, values: Float32Array | undefined, ids: string[], width: number][] = [
    ["users", users, userIds, d],
    ["items", items, itemIds, d],
    ["userBias", userBias, userIds, 1],
    ["itemBias", itemBias, itemIds, 1],
  ];
  for (const [name, values, ids, width] of parts) {
    if (values === undefined) continue;
    requireInput(
      values.length === ids.length * width,
      `The factors' ${name} hold ${values.length} values, but ${ids.length} ids at width ${width} need ${ids.length * width}: give each id its row.`,
    );
    const bad = firstNotFinite(values);
    requireInput(
      bad < 0,
      `The factors' ${name} hold ${values[bad]} in the row of ${quote(ids[Math.floor(bad / width)])}: expected finite numbers, so fit them again, with a lower learning rate if they diverged.`,
    );
  }
}

function firstNotFinite(values: Float32Array): number {
  // x − x is 0 for a finite x and NaN for any other.
  for (let index = 0; index < values.length; index++) if (values[index] - values[index] !== 0) return index;
  return -1;
}
