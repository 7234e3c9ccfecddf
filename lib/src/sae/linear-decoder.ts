import type { SaeWeights } from "../records/sae-weights";
import type { EncodedRows } from "./architecture";

/**
 * The decoder of most architectures: Σ_j scale_j z_j D_j + b_pre, then each row's deviation and mean, with sums in double precision.
 * D is `decoder`, or `W` where it is tied.
 *
 * @param scale [m] of the first m latents; those beyond are left out @returns [n, d]
 */
export function decodeLinear(weights: SaeWeights, encoded: EncodedRows, scale: Float32Array): Float32Array {
  const { d, k, bPre, decoder = weights.W } = weights;
  const { mean, std, latents } = encoded;
  const n = mean.length;
  const out = new Float32Array(n * d);
  const sum = new Float64Array(d);
  for (let row = 0; row < n; row++) {
    for (let f = 0; f < d; f++) sum[f] = bPre ? bPre[f] : 0;
    for (let latent = 0; latent < scale.length; latent++) {
      const value = latents[row * k + latent] * scale[latent];
      if (value === 0) continue;
      for (let f = 0, offset = latent * d; f < d; f++) sum[f] += value * decoder[offset + f];
    }
    for (let f = 0; f < d; f++) out[row * d + f] = sum[f] * std[row] + mean[row];
  }
  return out;
}
