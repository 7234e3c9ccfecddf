import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { percentileInterval } from "../base/quantiles";
import { seededRandom } from "../base/random";

/** A mean with its 95 % percentile interval. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** Values drawn between two reports of progress: some hundredths of a second. */
const DRAWN_A_REPORT = 2e6;

/**
 * Percentile bootstrap of a mean over units, users or items. For a difference give the units' differences: a difference
 * is claimed only where this paired interval excludes 0.
 *
 * @param values [units] @param options.name of the random stream
 */
export async function bootstrapMean(
  values: ArrayLike<number>,
  options: { seed: number; name: string; draws?: number; onProgress?: OnProgress },
): Promise<Interval> {
  const n = values.length;
  const draws = options.draws ?? 1000;
  requireInput(n > 0, "There is nothing to resample: an interval needs at least one unit.");
  const random = seededRandom(options.seed, `bootstrap/${options.name}`);
  let total = 0;
  for (let index = 0; index < n; index++) total += values[index];
  const means = new Float64Array(draws);
  const every = Math.ceil(DRAWN_A_REPORT / n);
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let index = 0; index < n; index++) sum += values[random.integer(n)];
    means[draw] = sum / n;
    if (draw % every === 0) await options.onProgress?.({ phase: "bootstrap", done: draw, total: draws, unit: "draws" });
  }
  return { mean: total / n, ...percentileInterval(means) };
}
