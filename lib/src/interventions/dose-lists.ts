import { begin, type OnProgress } from "../base/progress";
import { numericScores, topOfScores } from "../metrics/top-k";
import { byLatent } from "../records/activations";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import type { SaeWeights } from "../records/sae-weights";
import { decodeRows, encodeRows } from "../sae/encode";

/**
 * Lists at any dose of any set of latents, without the items of each dose being built: a score is linear in α,
 * ⟨u, x̂_i⟩ + (α − 1)·s_i Σ_j z_ij ⟨u, D_j⟩ over the latents j of the set, s_i the row's deviation.
 */
export interface DoseLists {
  /** Mean over items of ‖ΔQ‖₂ when α grows by 1, as `latentDial(…).size`. */
  size(latents: readonly number[]): number;
  /** One user's lists at every α of every set, `[set][alpha]`, item rows, best first; `alphas[set]` belongs to `sets[set]`. */
  of(
    user: number,
    k: number,
    sets: readonly (readonly number[])[],
    alphas: readonly (readonly number[])[],
  ): Int32Array[][];
}

/**
 * @param train positives that are masked from every list
 * @throws InputError (from `of`) when a score is not a number
 */
export async function doseLists(
  weights: SaeWeights,
  factors: Factors,
  train: Csr,
  onProgress?: OnProgress,
): Promise<DoseLists> {
  const { d, users } = factors;
  const decoder = weights.decoder ?? weights.W;
  const n = factors.itemIds.length;
  const encoded = encodeRows(weights, factors.items);
  await begin(onProgress, "interventions");
  const { std } = encoded;
  const z = byLatent(encoded.latents, weights.k);
  const rebuilt = { ...factors, items: decodeRows(weights, encoded) };
  await begin(onProgress, "interventions");

  const size = (latents: readonly number[]): number => {
    // ‖Σ z_j D_j‖² = Σ z_j z_l ⟨D_j, D_l⟩: a few products an item, whatever d is.
    const gram = latents.map((one) => latents.map((other) => innerProduct(decoder, one * d, other * d, d)));
    const active = new Int32Array(latents.length);
    let sum = 0;
    for (let item = 0; item < n; item++) {
      let count = 0;
      for (let index = 0; index < latents.length; index++)
        if (z[latents[index] * n + item] !== 0) active[count++] = index;
      let square = 0;
      for (let a = 0; a < count; a++) {
        const [value, row] = [z[latents[active[a]] * n + item], gram[active[a]]];
        square += value * value * row[active[a]];
        for (let b = 0; b < a; b++) square += 2 * value * z[latents[active[b]] * n + item] * row[active[b]];
      }
      sum += std[item] * Math.sqrt(Math.max(0, square));
    }
    return n === 0 ? 0 : sum / n;
  };

  const base = new Float32Array(n);
  const shift = new Float64Array(n);
  const scores = new Float32Array(n);
  /** [n]: how the user's scores change when α of these latents grows by 1. */
  const shifted = (row: Float32Array, latents: readonly number[]): void => {
    shift.fill(0);
    for (const latent of latents) {
      let along = 0;
      for (let f = 0; f < d; f++) along += row[f] * decoder[latent * d + f];
      for (let item = 0, offset = latent * n; item < n; item++) shift[item] += along * z[offset++];
    }
    for (let item = 0; item < n; item++) shift[item] *= std[item];
  };

  return {
    size,
    of(user, k, sets, alphas) {
      numericScores(rebuilt, user, base);
      for (let entry = train.indptr[user]; entry < train.indptr[user + 1]; entry++)
        base[train.indices[entry]] = Number.NEGATIVE_INFINITY;
      const row = users.subarray(user * d, (user + 1) * d);
      return sets.map((set, index) => {
        shifted(row, set);
        return alphas[index].map((alpha) => {
          for (let item = 0; item < n; item++) scores[item] = base[item] + (alpha - 1) * shift[item];
          return topOfScores(scores, k).items;
        });
      });
    },
  };
}

function innerProduct(rows: Float32Array, one: number, other: number, d: number): number {
  let sum = 0;
  for (let f = 0; f < d; f++) sum += rows[one + f] * rows[other + f];
  return sum;
}
