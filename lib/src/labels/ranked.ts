import { sortedOrder } from "../base/sort";
import type { Latents } from "../records/sae-weights";

/** Rows in ascending order of their items' ids, by code units: a row's place says how ties are broken. */
export function rowsById(rows: Int32Array, ids: readonly string[]): Int32Array {
  return Int32Array.from(Array.from(rows).sort((a, b) => (ids[a] < ids[b] ? -1 : ids[a] > ids[b] ? 1 : 0)));
}

/**
 * The rows on which a latent fires, highest activation first, ties in the order in which the rows are given.
 *
 * @param rows those that count, ordered by {@link rowsById}
 */
export function firingRows({ k, values }: Pick<Latents, "k" | "values">, latent: number, rows: Int32Array): Int32Array {
  const firing = rows.filter((row) => values[row * k + latent] > 0);
  const order = sortedOrder(Float64Array.from(firing, (row) => -values[row * k + latent]));
  return order.map((index) => firing[index]);
}
