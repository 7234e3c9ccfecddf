import type { OnProgress } from "../base/progress";
import { byLatent } from "../records/activations";
import { rankColumn } from "./auroc";

/** Spearman's rank correlation, with midranks; NaN when one side does not vary. 0 = unrelated, ±1 = the same order. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(rankColumn(Float64Array.from(x)).midranks, rankColumn(Float64Array.from(y)).midranks);
}

/** Pearson's correlation; NaN when one side does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let [meanX, meanY] = [0, 0];
  for (let index = 0; index < n; index++) {
    meanX += x[index] / n;
    meanY += y[index] / n;
  }
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < n; index++) {
    xy += (x[index] - meanX) * (y[index] - meanY);
    xx += (x[index] - meanX) ** 2;
    yy += (y[index] - meanY) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/**
 * How far each latent follows popularity, the confounder of every alignment: Spearman with the items' interactions
 * (their logarithm has the same ranks).
 *
 * @param latents [n, k] @param counts [n] interactions of each item
 * @returns [k]
 */
export async function popularityCorrelation(
  latents: Float32Array,
  k: number,
  counts: ArrayLike<number>,
  onProgress?: OnProgress,
): Promise<Float64Array> {
  const popularity = rankColumn(Float64Array.from(counts)).midranks;
  const columns = byLatent(latents, k);
  const n = counts.length;
  const correlations = new Float64Array(k);
  for (let latent = 0; latent < k; latent++) {
    const column = Float64Array.from(columns.subarray(latent * n, (latent + 1) * n));
    correlations[latent] = pearson(rankColumn(column).midranks, popularity);
    await onProgress?.({ phase: "popularity", done: latent + 1, total: k, unit: "latents" });
  }
  return correlations;
}
