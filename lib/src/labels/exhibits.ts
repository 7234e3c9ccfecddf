import { halfOf } from "../metrics/half-split";
import type { Exhibit, ItemText } from "../records/label";
import type { Latents } from "../records/sae-weights";
import { firingRows, rowsById } from "./ranked";

/** Items that a label is written from (arXiv 2606.29341, section 4.4). */
export const EXHIBITED = 25;

/** Rows of the half of the items that something is done on, in the order of their ids: labels are written from A, and tested on B. */
export const rowsOfHalf = (half: "A" | "B", rows: Int32Array, ids: readonly string[]): Int32Array =>
  rowsById(
    rows.filter((row) => halfOf(ids[row]) === half),
    ids,
  );

/**
 * What a labeller sees of each latent that fires on half A: its items there with the highest activations, highest first, ties by id.
 *
 * @param latents activations of every item @param rows items that count: see `scoredItems`
 * @param textOf what is seen of an item @param options.items at most so many of each latent
 */
export function exhibits(
  latents: Latents,
  rows: Int32Array,
  textOf: (id: string) => ItemText,
  options: { items?: number } = {},
): Exhibit[] {
  const inA = rowsOfHalf("A", rows, latents.itemIds);
  const all: Exhibit[] = [];
  for (let latent = 0; latent < latents.k; latent++) {
    const strongest = firingRows(latents, latent, inA).subarray(0, options.items ?? EXHIBITED);
    if (strongest.length > 0) all.push({ latent, items: Array.from(strongest, (row) => textOf(latents.itemIds[row])) });
  }
  return all;
}
