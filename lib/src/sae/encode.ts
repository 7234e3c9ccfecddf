import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import type { Factors } from "../records/factors";
import type { Latents, SaeWeights } from "../records/sae-weights";
import type { Architecture, EncodedRows, TrainingConfig } from "./architecture";
import type { NormedRows } from "./layer-norm";
import { architectureOf } from "./registry";

export type { EncodedRows } from "./architecture";

/** Rows as the encoder sees them, and what is needed to go back. @param rows [n, d] factors */
export function encoderInput(weights: Pick<SaeWeights, "architecture" | "d">, rows: Float32Array): NormedRows {
  return architectureOf(weights.architecture).normalise(rows, weights.d);
}

/**
 * Activations of every row, as the architecture of the weights computes them.
 *
 * @param rows [n, d] factors @returns [n, k]
 * @throws InputError when the architecture is unknown or the rows have another width
 */
export function encode(weights: SaeWeights, rows: Float32Array): Float32Array {
  return encodeRows(weights, rows).latents;
}

/** {@link encode}, and what is needed to go back. */
export function encodeRows(weights: SaeWeights, rows: Float32Array): EncodedRows {
  const input = encoderInput(weights, checkedRows(weights, rows));
  return { ...input, latents: architectureOf(weights.architecture).encode(weights, input) };
}

/**
 * Rows rebuilt from their own latents: decode, then each row's deviation and mean added back.
 *
 * @param prefix use the first `prefix` latents only; default all
 * @returns [n, d]
 */
export function reconstruct(weights: SaeWeights, rows: Float32Array, prefix: number = weights.k): Float32Array {
  return decodeRows(weights, encodeRows(weights, rows), prefix);
}

/** Rows that are encoded or rebuilt between two reports of progress. */
const ROWS_A_REPORT = 20_000;

/** {@link encode} of many rows, a part at a time, each of them reported. */
export const encodeAll = (weights: SaeWeights, rows: Float32Array, onProgress?: OnProgress): Promise<Float32Array> =>
  inParts(rows, weights.d, weights.k, (part) => encode(weights, part), onProgress);

/** {@link reconstruct} of many rows from all latents, a part at a time, each of them reported. */
export const reconstructAll = (
  weights: SaeWeights,
  rows: Float32Array,
  onProgress?: OnProgress,
): Promise<Float32Array> => inParts(rows, weights.d, weights.d, (part) => reconstruct(weights, part), onProgress);

async function inParts(
  rows: Float32Array,
  d: number,
  width: number,
  turn: (part: Float32Array) => Float32Array,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const total = rows.length / d;
  const out = new Float32Array(total * width);
  for (let from = 0; from < total; from += ROWS_A_REPORT) {
    out.set(turn(rows.subarray(from * d, (from + ROWS_A_REPORT) * d)), from * width);
    const done = Math.min(total, from + ROWS_A_REPORT);
    await onProgress?.({ phase: "autoencoder", done, total, unit: "rows" });
  }
  return out;
}

/** {@link reconstruct} of rows that were encoded already. */
export function decodeRows(weights: SaeWeights, encoded: EncodedRows, prefix: number = weights.k): Float32Array {
  requireInput(
    Number.isInteger(prefix) && prefix >= 0 && prefix <= weights.k,
    `The prefix is ${prefix}: this autoencoder has ${weights.k} latents, so give 0 to ${weights.k}.`,
  );
  return decodeScaled(weights, encoded, new Float32Array(prefix).fill(1));
}

/**
 * Rows rebuilt after every latent j is multiplied by `scale[j]` (arXiv 2606.29341, section 5.3).
 *
 * @param scale [k], 1 leaves a latent as it is, 0 removes it
 * @returns [n, d]
 */
export function reconstructScaled(weights: SaeWeights, rows: Float32Array, scale: Float32Array): Float32Array {
  const { k } = weights;
  requireInput(scale.length === k, `There are ${scale.length} scales for ${k} latents.`);
  return decodeScaled(weights, encodeRows(weights, rows), scale);
}

/** {@link reconstructScaled} of rows that were encoded already; latents beyond the scales given are left out. */
export function decodeScaled(weights: SaeWeights, encoded: EncodedRows, scale: Float32Array): Float32Array {
  return architectureOf(weights.architecture).decode(weights, encoded, scale);
}

/** Activations of every item of a factorization; the ids travel with them. */
export async function itemLatents(
  weights: SaeWeights,
  { items, itemIds }: Pick<Factors, "items" | "itemIds">,
  onProgress?: OnProgress,
): Promise<Latents> {
  return { k: weights.k, values: await encodeAll(weights, items, onProgress), itemIds };
}

/** The same autoencoder with the weights that its training started from: the `untrained` null. @throws InputError when its architecture is unknown */
export function untrainedWeights({
  architecture,
  config,
  d,
}: Pick<SaeWeights, "architecture" | "config" | "d">): SaeWeights {
  const known = architectureOf(architecture);
  return initialWeights(known, config as unknown as TrainingConfig, d);
}

/** What a training of this architecture starts from, at width d. */
export function initialWeights<C extends TrainingConfig>(
  architecture: Architecture<C>,
  config: C,
  d: number,
): SaeWeights {
  return architecture.weights(architecture.init(config, d), config, d);
}

function checkedRows(weights: SaeWeights, rows: Float32Array): Float32Array {
  requireInput(
    rows.length % weights.d === 0,
    `${rows.length} values are no rows of width ${weights.d}: this autoencoder was trained on factors of width ${weights.d}.`,
  );
  return rows;
}
