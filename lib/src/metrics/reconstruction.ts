import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";

/** How well the items are rebuilt, and from how much. */
export interface ReconstructionMetrics {
  /** Fraction of variance unexplained with all latents: 0 = perfect, 1 = no better than the mean item. */
  fvu: number;
  /** The same with the first m latents only, for each prefix. */
  fvuPerPrefix: number[];
  prefixes: number[];
  /** Mean number of active latents per item. */
  l0: number;
  /** Latents that no item activates. */
  dead: number;
  /** [k] share of items that activate each latent */
  density: Float64Array;
}

/** What {@link reconstructionMetrics} reads. */
export interface ReconstructionInput {
  /** [n, d] item factors in their own space */
  rows: Float32Array;
  d: number;
  /** [n, k] */
  latents: Float32Array;
  k: number;
  prefixes: readonly number[];
  /** The rows rebuilt from the first m latents, [n, d], each row's mean and deviation added back. */
  reconstruct: (prefix: number) => Float32Array;
  onProgress?: OnProgress;
}

/** FVU by prefix, L0 and dead latents over items. */
export async function reconstructionMetrics(input: ReconstructionInput): Promise<ReconstructionMetrics> {
  const { rows, d, latents, k, prefixes, reconstruct, onProgress } = input;
  const n = rows.length / d;
  requireInput(latents.length === n * k, `There are ${latents.length} activations for ${n} items and ${k} latents.`);
  const density = new Float64Array(k);
  for (let index = 0; index < latents.length; index++) if (latents[index] > 0) density[index % k]++;
  let active = 0;
  for (const count of density) active += count;
  const fvuPerPrefix: number[] = [];
  for (const prefix of prefixes) {
    fvuPerPrefix.push(fvu(rows, reconstruct(prefix), d));
    const done = fvuPerPrefix.length;
    await onProgress?.({ phase: "reconstruction", done, total: prefixes.length, unit: "prefixes" });
  }
  return {
    fvu: fvuPerPrefix[fvuPerPrefix.length - 1],
    fvuPerPrefix,
    prefixes: [...prefixes],
    l0: active / n,
    dead: density.filter((count) => count === 0).length,
    density: density.map((count) => count / n),
  };
}

/** Fraction of variance unexplained, Σ‖x − x̂‖² / Σ‖x − x̄‖² with x̄ the mean row. */
export function fvu(rows: Float32Array, rebuilt: Float32Array, d: number): number {
  requireInput(rows.length === rebuilt.length, `${rows.length} values are compared with ${rebuilt.length}.`);
  const n = rows.length / d;
  const mean = new Float64Array(d);
  for (let index = 0; index < rows.length; index++) mean[index % d] += rows[index] / n;
  let unexplained = 0;
  let variance = 0;
  for (let index = 0; index < rows.length; index++) {
    unexplained += (rows[index] - rebuilt[index]) ** 2;
    variance += (rows[index] - mean[index % d]) ** 2;
  }
  return unexplained / variance;
}
