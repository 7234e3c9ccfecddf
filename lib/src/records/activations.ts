import type { Matrix } from "./matrix";

/** Activations stretched to [0, 1] over the rows used, each latent's lowest left out: what a score is made of. */
export interface StretchedActivations {
  /** [rows + 1] where each row's entries start */
  starts: Int32Array;
  /** [entries] ascending within a row */
  latents: Int32Array;
  /** [entries] in (0, 1] */
  values: Float64Array;
  /** [k] 1 for a latent whose activation varies */
  varies: Uint8Array;
}

/**
 * Stretch every latent min–max over `rows`.
 *
 * @param latents [n, k]
 */
export function stretchedActivations(latents: Matrix, k: number, rows: Int32Array): StretchedActivations {
  const { low, span } = ranges(latents, k, rows);
  const starts = new Int32Array(rows.length + 1);
  for (let index = 0; index < rows.length; index++) {
    let count = 0;
    for (let latent = 0, from = rows[index] * k; latent < k; latent++)
      if (latents[from + latent] !== low[latent]) count++;
    starts[index + 1] = starts[index] + count;
  }
  const entries = starts[rows.length];
  const [columns, values] = [new Int32Array(entries), new Float64Array(entries)];
  let to = 0;
  for (let index = 0; index < rows.length; index++)
    for (let latent = 0, from = rows[index] * k; latent < k; latent++) {
      const value = latents[from + latent];
      if (value === low[latent]) continue;
      columns[to] = latent;
      values[to++] = (value - low[latent]) / span[latent];
    }
  return { starts, latents: columns, values, varies: Uint8Array.from(span, (width) => (width > 0 ? 1 : 0)) };
}

/** Entries by latent, in the order of the rows. */
export function valuesByLatent({ latents, values }: StretchedActivations, k: number): Float64Array[] {
  const counts = new Int32Array(k);
  for (const latent of latents) counts[latent]++;
  const columns = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (let index = 0; index < latents.length; index++)
    columns[latents[index]][counts[latents[index]]++] = values[index];
  return columns;
}

/** Activations [n, k] by latent, [k, n]: a latent's are neighbours, so that reading them is one pass through memory. */
export function byLatent(latents: Float32Array, k: number): Float32Array {
  const n = latents.length / k;
  const out = new Float32Array(latents.length);
  for (let row = 0, offset = 0; row < n; row++)
    for (let latent = 0; latent < k; latent++) out[latent * n + row] = latents[offset++];
  return out;
}

/** Items scaled to length 1, [rows, d]; one that is exactly zero stays so. */
export function unitRows(items: Matrix, d: number, rows: Int32Array): Float64Array {
  const unit = new Float64Array(rows.length * d);
  for (let index = 0; index < rows.length; index++) unitRow(items, d, rows[index], unit, index * d);
  return unit;
}

/** One item scaled to length 1, written to `out` from `to` on. */
export function unitRow(items: Matrix, d: number, row: number, out: Float64Array, to: number): void {
  const from = row * d;
  let square = 0;
  for (let f = 0; f < d; f++) square += items[from + f] * items[from + f];
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  for (let f = 0; f < d; f++) out[to + f] = items[from + f] * scale;
}

/** [k] lowest activation of each latent over `rows`, and how far the highest is above it. */
export function ranges(latents: Matrix, k: number, rows: Int32Array): { low: Float64Array; span: Float64Array } {
  const low = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(k).fill(Number.NEGATIVE_INFINITY);
  for (let index = 0; index < rows.length; index++)
    for (let latent = 0, from = rows[index] * k; latent < k; latent++) {
      const value = latents[from + latent];
      if (value < low[latent]) low[latent] = value;
      if (value > high[latent]) high[latent] = value;
    }
  return { low, span: high.map((value, latent) => value - low[latent]) };
}
