import { sortedOrder } from "../base/sort";

/** Activations of some latents, a row each: [to − from, items], over the items that count. */
export type Columns = (from: number, to: number) => Float32Array;

/** Parts of the histogram. */
export const BINS = 24;
/** Parts of the items that fire a latent. */
const FIFTHS = 5;

/** How many items of a latent are shown. */
export interface Shown {
  strongest: number;
  /** Of each fifth of those that fire it. */
  each: number;
}

/** What one latent's activations look like. */
export interface Profile {
  /** Items that fire it. */
  active: number;
  most: number;
  /** [BINS] items in each of so many equal parts from 0 to `most` */
  histogram: number[];
  /** Places of the strongest items, strongest first, ties by place. */
  strongest: number[];
  /** The same from each fifth of those that fire it, evenly by rank, the strongest fifth first. */
  fifths: number[][];
}

/** Columns of activations [n, k] over some rows. */
export function columnsOf(values: Float32Array, k: number, rows: Int32Array): Columns {
  return (from, to) => {
    const out = new Float32Array((to - from) * rows.length);
    for (let index = 0; index < rows.length; index++)
      for (let latent = from, offset = rows[index] * k; latent < to; latent++)
        out[(latent - from) * rows.length + index] = values[offset + latent];
    return out;
  };
}

/** The latents of an autoencoder, ascending. */
export const allLatents = (k: number): number[] => Array.from({ length: k }, (_, latent) => latent);

/** How many items fire a latent. @param column [items] its activations */
export function activeItems(column: Float32Array): number {
  let active = 0;
  for (let index = 0; index < column.length; index++) if (column[index] > 0) active++;
  return active;
}

/** Latents whose columns are read at once: activations lie by item, so that reading one column alone passes over all of them. */
const AT_ONCE = 64;

/**
 * Latents in turn, each with its activations [items], which are good until the next block is read.
 *
 * @param latents ascending
 */
export function* eachColumn(
  columns: Columns,
  latents: readonly number[],
): Generator<[latent: number, column: Float32Array]> {
  for (let from = 0; from < latents.length; from += AT_ONCE) {
    const some = latents.slice(from, from + AT_ONCE);
    const [first, end] = [some[0], some[some.length - 1] + 1];
    const block = columns(first, end);
    const items = block.length / (end - first);
    for (const latent of some) yield [latent, block.subarray((latent - first) * items, (latent - first + 1) * items)];
  }
}

/** The profile of a latent. @param column [items] its activations */
export function profile(column: Float32Array, { strongest, each }: Shown): Profile {
  const active = activeItems(column);
  const places = new Int32Array(active);
  for (let index = 0, to = 0; index < column.length; index++) if (column[index] > 0) places[to++] = index;
  const order = sortedOrder(Float64Array.from(places, (place) => -column[place]));
  const ranked = order.map((index) => places[index]);
  const most = active === 0 ? 0 : column[ranked[0]];
  const histogram = new Array<number>(BINS).fill(0);
  for (const place of places) histogram[Math.min(BINS - 1, Math.floor((BINS * column[place]) / most))]++;
  return {
    ...{ active, most, histogram, strongest: Array.from(ranked.subarray(0, strongest)) },
    fifths: Array.from({ length: FIFTHS }, (_, part) => {
      const cut = (index: number): number => Math.round((index * active) / FIFTHS);
      return evenly(ranked.subarray(cut(part), cut(part + 1)), each);
    }),
  };
}

/** Some of the rows, at equal distances from the first on. */
export function evenly<T>(ranked: ArrayLike<T>, count: number): T[] {
  if (ranked.length <= count) return Array.from(ranked);
  return Array.from({ length: count }, (_, index) => ranked[Math.floor((index * ranked.length) / count)]);
}
