import { requireInput } from "../base/errors";
import { products } from "../base/products";
import { begin, type OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { nthSmallest } from "../base/sort";
import { kMeans } from "./k-means";

/** Directions and data that a floor of the alignment is made from. */
export interface FloorInput {
  /** [n, d] layer-normed item rows, as the encoder sees them */
  rows: Float32Array;
  d: number;
  k: number;
  /** Mean active latents per item of the trained encoder: the floor is made as sparse. */
  l0: number;
  seed: number;
}

/** k random directions of length 1, [k, d]. */
export function randomDirections({ d, k, seed }: Pick<FloorInput, "d" | "k" | "seed">): Float32Array {
  const random = seededRandom(seed, "floor/directions");
  const rows = Float32Array.from({ length: k * d }, () => random.normal());
  return normalizeRows(rows, d);
}

/** k items drawn without replacement, as directions of length 1, [k, d]. */
export function randomItems({ rows, d, k, seed }: Pick<FloorInput, "rows" | "d" | "k" | "seed">): Float32Array {
  const n = rows.length / d;
  requireInput(n >= k, `There are ${n} items, fewer than the ${k} latents: ask for fewer latents with --k.`);
  const drawn = seededRandom(seed, "floor/items")
    .shuffle(Int32Array.from({ length: n }, (_, row) => row))
    .slice(0, k);
  const out = new Float32Array(k * d);
  drawn.forEach((row, index) => {
    out.set(rows.subarray(row * d, (row + 1) * d), index * d);
  });
  return normalizeRows(out, d);
}

/** The centres of k clusters of the items, as directions of length 1, [k, d]: what grouping the items gives without an autoencoder. */
export async function kMeansCentres(
  { rows, d, k, seed }: Pick<FloorInput, "rows" | "d" | "k" | "seed">,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const { centres } = await kMeans(rows, d, { k, seed, onProgress });
  return normalizeRows(centres, d);
}

/**
 * Activations of plain directions: z = max(0, ⟨row, direction⟩ − t), with one threshold t for all, chosen so that an
 * item activates `l0` latents on average, as many as in the encoder it is compared with.
 *
 * @param directions [k, d] @returns [n, k]
 */
export async function sparseProjections(
  input: FloorInput,
  directions: Float32Array,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const { rows, d, k, l0 } = input;
  requireInput(directions.length === k * d, `There are ${directions.length / d} directions for ${k} latents.`);
  const n = rows.length / d;
  const out = products(rows, directions, d);
  await begin(onProgress, "floor");
  const active = Math.min(out.length, Math.max(1, Math.round(l0 * n)));
  const threshold = nthSmallest(out, Math.max(0, out.length - active - 1));
  for (let index = 0; index < out.length; index++) out[index] = Math.max(0, out[index] - threshold);
  return out;
}

function normalizeRows(rows: Float32Array, d: number): Float32Array {
  for (let offset = 0; offset < rows.length; offset += d) {
    let square = 0;
    for (let f = 0; f < d; f++) square += rows[offset + f] ** 2;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let f = 0; f < d; f++) rows[offset + f] *= scale;
  }
  return rows;
}
