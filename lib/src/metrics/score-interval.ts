import type { OnProgress } from "../base/progress";
import { percentileInterval } from "../base/quantiles";
import { resampledScores } from "../kernels/resampling";
import { stretchedActivations, unitRows } from "../records/activations";
import type { Matrix } from "../records/matrix";
import { meanScore, usableRows } from "./monosemanticity";

/** The mean score with its 95 % percentile interval. */
export interface ScoreInterval {
  low: number;
  high: number;
  /** [k] intervals of the single latents, NaN for one without a score */
  perLatentLow: Float64Array;
  perLatentHigh: Float64Array;
  /** [draws] mean score in each resample: of two encoders with the same seed and items the resamples are the same ones. */
  means: Float64Array;
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
  options: { seed: number; rows?: Int32Array; draws?: number; threads?: number; onProgress?: OnProgress },
): Promise<ScoreInterval> {
  const rows = options.rows ?? usableRows(items, d);
  const { seed, draws = 1000, threads, onProgress } = options;
  const activations = stretchedActivations(latents, k, rows);
  const scores = await resampledScores(
    { activations, k, unit: unitRows(items, d, rows), d },
    { seed, draws, threads },
    (done) => onProgress?.({ phase: "bootstrap of the score", done, total: draws, unit: "draws" }),
  );
  const means = Float64Array.from({ length: draws }, (_, draw) => meanScore(scores.subarray(draw * k, (draw + 1) * k)));
  const perLatent = Array.from({ length: k }, (_, latent) =>
    interval(Float64Array.from({ length: draws }, (_unused, draw) => scores[draw * k + latent])),
  );
  return {
    ...interval(means),
    means,
    perLatentLow: Float64Array.from(perLatent, ({ low }) => low),
    perLatentHigh: Float64Array.from(perLatent, ({ high }) => high),
  };
}

/** 95 % interval of the difference of two encoders' mean scores, paired by resample of the same items. */
export function pairedInterval(ours: ScoreInterval, other: ScoreInterval): [low: number, high: number] {
  const { low, high } = interval(ours.means.map((mean, draw) => mean - other.means[draw]));
  return [low, high];
}

/** A resample in which a latent meets fewer than two of its items has no score, and does not count. */
const interval = (values: Float64Array): { low: number; high: number } =>
  percentileInterval(values.filter((value) => !Number.isNaN(value)));
