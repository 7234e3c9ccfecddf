import { InputError, requireInput } from "../base/errors";
import type { Factors } from "../records/factors";
import type { SaeWeights } from "../records/sae-weights";
import { decodeRows, decodeScaled, encodeRows } from "../sae/encode";

/** Items as the autoencoder rebuilds them, and how they move when a set of latents is turned up. */
export interface LatentDial {
  latents: number[];
  /** [items, d]: the reconstruction, which is what α = 1 gives. */
  rebuilt: Float32Array;
  /** [items, d]: change of the reconstruction when α grows by 1. */
  shift: Float32Array;
  /** Mean over items of ‖shift‖₂: the size of a dose of 1. */
  size: number;
}

/**
 * Prepare to scale item latents, z' = α·z for the latents of a set, decode with the full dictionary and add
 * each row's mean and deviation back (arXiv 2606.29341, section 5.3). The reconstruction is linear in α, so
 * one dial serves every dose.
 *
 * @param latents indices in [0, k); an empty set leaves every dose at the reconstruction
 * @throws InputError when a latent does not exist or stands twice
 */
export function latentDial(weights: SaeWeights, factors: Factors, latents: readonly number[]): LatentDial {
  checkLatents(weights, latents);
  const encoded = encodeRows(weights, factors.items);
  const rebuilt = decodeRows(weights, encoded);
  const scale = new Float32Array(weights.k).fill(1);
  for (const latent of latents) scale[latent] = 2;
  const shift = latents.length === 0 ? new Float32Array(rebuilt.length) : decodeScaled(weights, encoded, scale);
  if (latents.length > 0) for (let index = 0; index < shift.length; index++) shift[index] -= rebuilt[index];
  return { latents: [...latents], rebuilt, shift, size: meanRowNorm(shift, factors.d) };
}

/**
 * The factors with items at dose α: `rebuilt + (α − 1)·shift`. α = 1 is the reconstruction exactly; users and
 * biases stay as they are.
 *
 * @throws InputError when α is not a finite number
 */
export function dose(dial: LatentDial, factors: Factors, alpha: number): Factors {
  if (!Number.isFinite(alpha)) throw new InputError(`α is ${alpha}: give a finite number, 1 for no intervention.`);
  const items = new Float32Array(dial.rebuilt.length);
  for (let index = 0; index < items.length; index++)
    items[index] = dial.rebuilt[index] + (alpha - 1) * dial.shift[index];
  return { ...factors, items };
}

/** @throws InputError when a latent does not exist or stands twice */
export function checkLatents(weights: SaeWeights, latents: readonly number[]): void {
  for (const latent of latents)
    requireInput(
      Number.isInteger(latent) && latent >= 0 && latent < weights.k,
      `There is no latent ${latent}: this autoencoder has latents 0 to ${weights.k - 1}.`,
    );
  requireInput(new Set(latents).size === latents.length, `A latent stands twice in [${latents}]: name each once.`);
}

function meanRowNorm(matrix: Float32Array, d: number): number {
  const rows = matrix.length / d;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let f = 0; f < d; f++) square += matrix[row * d + f] ** 2;
    sum += Math.sqrt(square);
  }
  return rows === 0 ? 0 : sum / rows;
}
