import { requireInput } from "../base/errors";
import { products } from "../base/products";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { gatherRows } from "../records/matrix";

/** What {@link kMeans} found. */
export interface KMeans {
  /** [k, d] */
  centres: Float32Array;
  /** [rows that it was fitted on] the centre of each */
  nearest: Int32Array;
  /** Mean squared distance of those rows to their centre, before the first step and after each. */
  distances: number[];
}

/** Settings of {@link kMeans}. */
export interface KMeansOptions {
  /** Number of centres. */
  k: number;
  seed: number;
  /** Steps of Lloyd's algorithm at most; it ends before where no row changes its centre. Default 50. */
  steps?: number;
  /** Rows that it is fitted on at most, drawn without replacement. Default 20,000, or 20 a centre. */
  sample?: number;
  onProgress?: OnProgress;
}

/** Rows whose distances are taken at once. */
const CHUNK = 4096;

/**
 * Centres of k clusters by Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii 2007): the first centre is a random row,
 * each other one a row drawn by its squared distance to the centres so far. A cluster that loses all its rows takes the row that
 * lies furthest from its own centre. The same seed gives the same bytes.
 *
 * @param rows [n, d]
 * @throws InputError when there are fewer rows than centres
 */
export async function kMeans(rows: Float32Array, d: number, options: KMeansOptions): Promise<KMeans> {
  const { k, seed, steps = 50, sample = Math.max(20_000, 20 * k), onProgress } = options;
  const random = seededRandom(seed, "k-means");
  const all = rows.length / d;
  requireInput(all >= k, `There are ${all} items, fewer than the ${k} latents: ask for fewer latents with --k.`);
  const drawn = Int32Array.from({ length: all }, (_, row) => row);
  const fitted = all <= sample ? rows : gatherRows(rows, d, random.shuffle(drawn).subarray(0, sample).sort());
  const n = fitted.length / d;
  const squares = new Float64Array(n);
  for (let index = 0; index < fitted.length; index++) squares[Math.floor(index / d)] += fitted[index] ** 2;

  const centres = new Float32Array(k * d);
  const gaps = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let one = 0; one < k; one++) {
    const row = one === 0 ? random.integer(n) : drawnBy(gaps, random.uniform());
    centres.set(fitted.subarray(row * d, (row + 1) * d), one * d);
    for (let index = 0; index < n; index++)
      gaps[index] = Math.min(gaps[index], squareDistance(fitted, index * d, centres, one * d, d));
    await onProgress?.({ phase: "k-means, first centres", done: one + 1, total: k, unit: "centres" });
  }

  const nearest = new Int32Array(n).fill(-1);
  const distances: number[] = [];
  for (let step = 0; ; step++) {
    const changed = await assign(fitted, d, centres, squares, nearest, gaps, onProgress);
    distances.push(gaps.reduce((sum, gap) => sum + gap, 0) / n);
    if (!changed || step === steps) return { centres, nearest, distances };
    move(fitted, d, centres, nearest, gaps);
  }
}

/** Give every row its nearest centre, the first of equals, and its squared distance; whether any changed. */
async function assign(
  rows: Float32Array,
  d: number,
  centres: Float32Array,
  squares: Float64Array,
  nearest: Int32Array,
  gaps: Float64Array,
  onProgress: OnProgress | undefined,
): Promise<boolean> {
  const [n, k] = [rows.length / d, centres.length / d];
  const start = new Float64Array(k);
  for (let index = 0; index < centres.length; index++) start[Math.floor(index / d)] -= centres[index] ** 2 / 2;
  let changed = false;
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(n, from + CHUNK);
    // ‖x − c‖² = ‖x‖² − 2 (⟨x, c⟩ − ‖c‖²/2): the nearest centre has the largest bracket.
    const brackets = products(rows.subarray(from * d, to * d), centres, d, { start });
    for (let row = from; row < to; row++) {
      const offset = (row - from) * k;
      let best = 0;
      for (let one = 1; one < k; one++) if (brackets[offset + one] > brackets[offset + best]) best = one;
      changed ||= nearest[row] !== best;
      nearest[row] = best;
      gaps[row] = Math.max(0, squares[row] - 2 * brackets[offset + best]);
    }
    await onProgress?.({ phase: "k-means", done: to, total: n, unit: "items" });
  }
  return changed;
}

/** Put every centre into the middle of its rows. */
function move(rows: Float32Array, d: number, centres: Float32Array, nearest: Int32Array, gaps: Float64Array): void {
  const k = centres.length / d;
  const [sums, sizes] = [new Float64Array(k * d), new Int32Array(k)];
  for (const centre of nearest) sizes[centre]++;
  for (let empty = 0; empty < k; empty++) {
    if (sizes[empty] > 0) continue;
    let furthest = -1;
    for (let row = 0; row < nearest.length; row++)
      if (sizes[nearest[row]] > 1 && (furthest < 0 || gaps[row] > gaps[furthest])) furthest = row;
    sizes[nearest[furthest]]--;
    nearest[furthest] = empty;
    sizes[empty] = 1;
    gaps[furthest] = 0;
  }
  for (let row = 0; row < nearest.length; row++)
    for (let f = 0, to = nearest[row] * d; f < d; f++) sums[to + f] += rows[row * d + f];
  for (let index = 0; index < centres.length; index++) centres[index] = sums[index] / sizes[Math.floor(index / d)];
}

/** The index at which the running sum of the weights passes `share` of all; the last one with a weight at the end; 0 where all weigh nothing. */
function drawnBy(weights: Float64Array, share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] === 0) continue;
    last = index;
    left -= weights[index];
    if (left < 0) break;
  }
  return last;
}

function squareDistance(a: Float32Array, fromA: number, b: Float32Array, fromB: number, d: number): number {
  let sum = 0;
  for (let f = 0; f < d; f++) sum += (a[fromA + f] - b[fromB + f]) ** 2;
  return sum;
}
