import { requireInput } from "../errors";
import type { OnProgress } from "../progress";
import { seededRandom } from "../random";

type Matrix = Float32Array | Float64Array;

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
  const n = items.length / d;
  requireInput(
    latents.length === n * k,
    `There are ${latents.length} activations for ${n} items and ${k} latents: expected ${n * k}.`,
  );
  const rows = options.rows ?? usableRows(items, d);
  const unit = unitRows(items, d, rows);
  const scores = new Float64Array(k);
  for (let latent = 0; latent < k; latent++) {
    const a = normalizedColumn(latents, k, latent, rows);
    scores[latent] = a === undefined ? Number.NaN : scoreOf(a, unit, d);
  }
  return scores;
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

/** Items scaled to length 1, [rows, d]. */
function unitRows(items: Matrix, d: number, rows: Int32Array): Float64Array {
  const unit = new Float64Array(rows.length * d);
  rows.forEach((row, at) => {
    let square = 0;
    for (let f = 0; f < d; f++) square += items[row * d + f] ** 2;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let f = 0; f < d; f++) unit[at * d + f] = items[row * d + f] * scale;
  });
  return unit;
}

/** A latent's activations stretched to [0, 1], or undefined when they do not vary. */
function normalizedColumn(latents: Matrix, k: number, latent: number, rows: Int32Array): Float64Array | undefined {
  const a = Float64Array.from(rows, (row) => latents[row * k + latent]);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of a) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return undefined;
  return a.map((value) => (value - low) / (high - low));
}

function scoreOf(a: Float64Array, unit: Float64Array, d: number): number {
  const direction = new Float64Array(d);
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < a.length; row++) {
    const weight = a[row];
    if (weight === 0) continue;
    sum += weight;
    squares += weight * weight;
    for (let f = 0; f < d; f++) direction[f] += weight * unit[row * d + f];
  }
  let norm = 0;
  for (let f = 0; f < d; f++) norm += direction[f] ** 2;
  return pairMean(norm, squares, sum);
}

/** Weighted mean over pairs; a latent that fires on a single item has no pair, and so no score. */
function pairMean(norm: number, squares: number, sum: number): number {
  const pairs = sum * sum - squares;
  return pairs > 1e-12 * squares ? (norm - squares) / pairs : Number.NaN;
}

/** The mean score with its 95 % percentile interval. */
export interface ScoreInterval {
  low: number;
  high: number;
  /** [k] intervals of the single latents, NaN for one without a score */
  perLatentLow: Float64Array;
  perLatentHigh: Float64Array;
}

/**
 * Bootstrap over items: with draw counts w the numerator is ‖Σ w a C‖² − Σ w² a² and the denominator
 * (Σ w a)² − Σ w² a², so that an item drawn twice is not compared with itself.
 *
 * @param draws resamples; 1,000 unless told
 */
export async function scoreInterval(
  latents: Matrix,
  k: number,
  items: Matrix,
  d: number,
  options: { seed: number; rows?: Int32Array; draws?: number; onProgress?: OnProgress },
): Promise<ScoreInterval> {
  const rows = options.rows ?? usableRows(items, d);
  const draws = options.draws ?? 1000;
  const unit = unitRows(items, d, rows);
  const columns = Array.from({ length: k }, (_, latent) => sparse(normalizedColumn(latents, k, latent, rows)));
  const random = seededRandom(options.seed, "score/bootstrap");
  const counts = new Float64Array(rows.length);
  const means = new Float64Array(draws);
  const single = Array.from({ length: k }, () => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    counts.fill(0);
    for (let at = 0; at < rows.length; at++) counts[random.integer(rows.length)]++;
    columns.forEach((column, latent) => {
      single[latent][draw] = column === undefined ? Number.NaN : weightedScore(column, counts, unit, d);
    });
    means[draw] = meanScore(single.map((scores) => scores[draw]));
    if (draw % 10 === 9)
      await options.onProgress?.({ phase: "bootstrap of the score", done: draw + 1, total: draws, unit: "draws" });
  }
  const bounds = (values: Float64Array): [number, number] => {
    // A resample in which a latent meets fewer than two of its items has no score.
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    const n = sorted.length;
    return n === 0 ? [Number.NaN, Number.NaN] : [sorted[Math.floor(0.025 * n)], sorted[Math.ceil(0.975 * n) - 1]];
  };
  const [low, high] = bounds(means);
  const perLatent = single.map(bounds);
  return {
    low,
    high,
    perLatentLow: Float64Array.from(perLatent, ([lower]) => lower),
    perLatentHigh: Float64Array.from(perLatent, ([, upper]) => upper),
  };
}

interface SparseColumn {
  at: Int32Array;
  values: Float64Array;
}

function sparse(a: Float64Array | undefined): SparseColumn | undefined {
  if (a === undefined) return undefined;
  const at = Int32Array.from(a.keys()).filter((row) => a[row] !== 0);
  return { at, values: Float64Array.from(at, (row) => a[row]) };
}

function weightedScore(column: SparseColumn, counts: Float64Array, unit: Float64Array, d: number): number {
  const direction = new Float64Array(d);
  let sum = 0;
  let squares = 0;
  for (let p = 0; p < column.at.length; p++) {
    const row = column.at[p];
    const weight = counts[row] * column.values[p];
    if (weight === 0) continue;
    sum += weight;
    squares += weight * weight;
    for (let f = 0, from = row * d; f < d; f++) direction[f] += weight * unit[from + f];
  }
  let norm = 0;
  for (let f = 0; f < d; f++) norm += direction[f] ** 2;
  return pairMean(norm, squares, sum);
}
