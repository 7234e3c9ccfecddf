/** Added to the deviation before dividing (arXiv 2606.29341, section 2.4). */
export const NORM_EPSILON = 1e-5;

/** Rows scaled to mean 0 and deviation 1, with what is needed to go back. */
export interface NormedRows {
  /** [n, d] (x − mean)/(std + 1e-5) */
  normed: Float32Array;
  /** [n] */
  mean: Float32Array;
  /** [n] sample standard deviation, n − 1 in the denominator; 0 where d is 1 */
  std: Float32Array;
}

/** Layer-normalise every row of [n, d]. */
export function layerNorm(rows: Float32Array, d: number): NormedRows {
  const n = rows.length / d;
  const normed = new Float32Array(rows.length);
  const mean = new Float32Array(n);
  const std = new Float32Array(n);
  for (let row = 0; row < n; row++) {
    const offset = row * d;
    let sum = 0;
    for (let f = 0; f < d; f++) sum += rows[offset + f];
    const center = sum / d;
    let square = 0;
    for (let f = 0; f < d; f++) square += (rows[offset + f] - center) ** 2;
    const deviation = d > 1 ? Math.sqrt(square / (d - 1)) : 0;
    mean[row] = center;
    std[row] = deviation;
    for (let f = 0; f < d; f++) normed[offset + f] = (rows[offset + f] - center) / (deviation + NORM_EPSILON);
  }
  return { normed, mean, std };
}

/** Rows as they are, for an architecture that does not normalise. */
export function asTheyAre(rows: Float32Array, d: number): NormedRows {
  const n = rows.length / d;
  return { normed: rows, mean: new Float32Array(n), std: new Float32Array(n).fill(1) };
}
