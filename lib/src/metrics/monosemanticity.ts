import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { ranges, unitRow } from "../records/activations";
import type { Matrix } from "../records/matrix";

/** Which items a score is taken over. */
export interface ScoreOptions {
  /** Rows of the sample; default: all items that are not exactly zero. */
  rows?: Int32Array;
}

/**
 * Monosemanticity score of every latent (Pach et al. 2025, arXiv 2504.02821; arXiv 2606.29341, section 4.3): the cosine
 * between two items, averaged over pairs weighted by both activations, min–max normalised over the items used.
 * 1 = all its items point the same way, 0 = they are unrelated. A latent whose activation never varies, or that fires on one item only, has no score.
 *
 * No n × n matrix: with C the items scaled to length 1, the numerator is ‖Cᵀa‖² − Σ a², the denominator (Σ a)² − Σ a².
 *
 * @param latents [n, k] activations @param items [n, d] the vectors that cosines are taken of
 * @returns [k], NaN for a latent without a score
 * @throws InputError when the shapes do not agree
 */
export function monosemanticity(
  latents: Matrix,
  k: number,
  items: Matrix,
  d: number,
  options: ScoreOptions = {},
): Float64Array {
  const sums = openSums(latents, k, items, d, options);
  addRows(sums, 0, sums.rows.length);
  return scoresOf(sums);
}

/** {@link monosemanticity} of many items, a part at a time, each of them reported. */
export async function monosemanticityAll(
  latents: Matrix,
  k: number,
  items: Matrix,
  d: number,
  onProgress?: OnProgress,
): Promise<Float64Array> {
  const sums = openSums(latents, k, items, d, {});
  const total = sums.rows.length;
  for (let from = 0; from < total; from += ROWS_A_REPORT) {
    const done = Math.min(total, from + ROWS_A_REPORT);
    await onProgress?.({ phase: "score", done: from, total, unit: "items" });
    addRows(sums, from, done);
  }
  return scoresOf(sums);
}

/** Items that are added between two reports of progress. */
const ROWS_A_REPORT = 40_000;

/** What a score is made of: by latent Σ a C, Σ a and Σ a² over the rows that were added. */
interface Sums {
  latents: Matrix;
  k: number;
  items: Matrix;
  d: number;
  rows: Int32Array;
  low: Float64Array;
  span: Float64Array;
  directions: Float64Array;
  sums: Float64Array;
  squares: Float64Array;
}

function openSums(latents: Matrix, k: number, items: Matrix, d: number, options: ScoreOptions): Sums {
  const n = items.length / d;
  requireInput(
    latents.length === n * k,
    `There are ${latents.length} activations for ${n} items and ${k} latents: expected ${n * k}.`,
  );
  const rows = options.rows ?? usableRows(items, d);
  const zeros = { directions: new Float64Array(k * d), sums: new Float64Array(k), squares: new Float64Array(k) };
  return { latents, k, items, d, rows, ...ranges(latents, k, rows), ...zeros };
}

function addRows(
  { latents, k, items, d, rows, low, span, directions, sums, squares }: Sums,
  start: number,
  end: number,
): void {
  const unit = new Float64Array(d);
  for (let index = start; index < end; index++) {
    unitRow(items, d, rows[index], unit, 0);
    for (let latent = 0, from = rows[index] * k; latent < k; latent++) {
      const value = latents[from + latent];
      if (value === low[latent]) continue;
      const weight = (value - low[latent]) / span[latent];
      sums[latent] += weight;
      squares[latent] += weight * weight;
      for (let f = 0, to = latent * d; f < d; f++) directions[to + f] += weight * unit[f];
    }
  }
}

function scoresOf({ d, span, directions, sums, squares }: Sums): Float64Array {
  return sums.map((sum, latent) =>
    span[latent] > 0
      ? pairMean(squareNorm(directions.subarray(latent * d, (latent + 1) * d)), squares[latent], sum)
      : Number.NaN,
  );
}

/** The mean over latents that have a score; NaN when none has. */
export function meanScore(scores: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let latent = 0; latent < scores.length; latent++) {
    if (Number.isNaN(scores[latent])) continue;
    sum += scores[latent];
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Rows that are not exactly zero: an item without a train interaction has no direction, and is left out of scores. */
export function usableRows(items: Matrix, d: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < items.length / d; row++) {
    let any = false;
    for (let f = 0; f < d && !any; f++) any = items[row * d + f] !== 0;
    if (any) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** `size` of `n` rows drawn without replacement, ascending; all of them where n is no larger. The paper draws 5,000. */
export function sampleRows(n: number, size: number, seed: number): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  return n <= size ? rows : seededRandom(seed, "score/sample").shuffle(rows).slice(0, size).sort();
}

/** ‖v‖² */
export function squareNorm(vector: Float64Array): number {
  let square = 0;
  for (const value of vector) square += value * value;
  return square;
}

/** Weighted mean over pairs; a latent that fires on a single item has no pair, and so no score. */
export function pairMean(norm: number, squares: number, sum: number): number {
  const pairs = sum * sum - squares;
  return pairs > 1e-12 * squares ? (norm - squares) / pairs : Number.NaN;
}
