import type * as Tf from "@tensorflow/tfjs";
import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import type { SaeWeights } from "../records/sae-weights";
import type { Parameters } from "./adam";
import type { Architecture, TrainingConfig } from "./architecture";
import { loadTf } from "./backend";
import { encode, encoderInput, reconstruct } from "./encode";
import { architectureOf } from "./registry";
import { lossAndGradients } from "./tfjs-engine";

/** One term of the loss on one batch, with the gradient of that term alone. */
export interface LossTerm {
  term: string;
  /** Weighted, as it stands in the sum. */
  loss: number;
  /** By parameter, row-major; the sum over terms is the gradient that training follows. */
  gradients: Parameters;
  /** ‖gradient‖₂ by parameter. */
  norms: Record<string, number>;
  /** Whether the weight that grows with the epochs, β, multiplies it. */
  byBeta: boolean;
}

/**
 * Every term of the loss on one batch, and what each term alone would do to each parameter: the terms of arXiv
 * 2606.29341, section 4.2, differentiated one at a time by the function that trains.
 *
 * @param batch rows of users and of items, [rows, d] row-major @param epoch counted from 0, for the weight of the last term
 * @throws InputError when the architecture is unknown or the rows have another width
 */
export async function lossTerms(
  weights: SaeWeights,
  batch: { users: Float32Array; items: Float32Array },
  epoch: number,
): Promise<LossTerm[]> {
  const architecture = architectureOf(weights.architecture);
  const { d } = weights;
  for (const [side, rows] of Object.entries(batch))
    requireInput(
      rows.length > 0 && rows.length % d === 0,
      `The batch has ${rows.length} values for its ${side}: give whole rows of width ${d}, at least one.`,
    );
  const config = weights.config as unknown as TrainingConfig;
  const shapes = architecture.shapes(config, d);
  const parameters = parametersOf(weights, Object.keys(shapes));
  const { tf } = await loadTf();
  return architecture.terms.map((term) => {
    const { terms, gradients } = lossAndGradients(
      tf,
      only(architecture, term),
      parameters,
      shapes,
      batch,
      d,
      config,
      epoch,
    );
    const norms = Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, norm(values)]));
    return { term, loss: terms[0], gradients, norms, byBeta: term === architecture.betaTerm };
  });
}

/** One row on its way through an autoencoder. */
export interface RowWalk {
  mean: number;
  /** Sample standard deviation; 1 where the architecture has no layer norm. */
  std: number;
  /** [d] what the encoder sees */
  normed: Float32Array;
  /** [k] */
  latents: Float32Array;
  /** The row rebuilt from the first m latents, and the share of its squared length that is missing. */
  prefixes: { prefix: number; rebuilt: Float32Array; missing: number }[];
}

/**
 * Follow one row through layer norm, encoder and the reconstruction of each prefix.
 *
 * @param row [d] @param prefixes numbers of latents; default: the autoencoder's own
 */
export function followRow(
  weights: SaeWeights,
  row: Float32Array,
  prefixes: readonly number[] = weights.prefixes,
): RowWalk {
  requireInput(row.length === weights.d, `The row has ${row.length} values: this autoencoder reads ${weights.d}.`);
  const { normed, mean, std } = encoderInput(weights, row);
  const squares = norm(row) ** 2;
  return {
    mean: mean[0],
    std: std[0],
    normed,
    latents: encode(weights, row),
    prefixes: prefixes.map((prefix) => {
      const rebuilt = reconstruct(weights, row, prefix);
      const missing = norm(rebuilt.map((value, f) => value - row[f])) ** 2;
      return { prefix, rebuilt, missing: squares === 0 ? Number.NaN : missing / squares };
    }),
  };
}

/**
 * The same autoencoder with its latents in another order: all of them together rebuild what they rebuilt before, a prefix
 * of them something else.
 *
 * @param order [k] the old index of each new latent
 */
export function reorderLatents(weights: SaeWeights, order: ArrayLike<number>): SaeWeights {
  const { k } = weights;
  const sorted = Array.from(order).sort((a, b) => a - b);
  requireInput(
    sorted.length === k && sorted.every((latent, index) => latent === index),
    `The order has to name each of the ${k} latents once, from 0 to ${k - 1}.`,
  );
  const { W, bLat, decoder, more } = weights;
  const rows = (values: Float32Array): Float32Array => {
    const side = values.length / k;
    const out = new Float32Array(values.length);
    for (let index = 0; index < k; index++)
      out.set(values.subarray(order[index] * side, (order[index] + 1) * side), index * side);
    return out;
  };
  return {
    ...weights,
    W: rows(W),
    ...(bLat ? { bLat: rows(bLat) } : {}),
    ...(decoder ? { decoder: rows(decoder) } : {}),
    ...(more ? { more: Object.fromEntries(Object.entries(more).map(([name, values]) => [name, rows(values)])) } : {}),
  };
}

/** The weights as the parameters that the architecture trains. */
function parametersOf(weights: SaeWeights, names: readonly string[]): Parameters {
  const { W, bPre, bLat, decoder, more } = weights;
  const all: Record<string, Float32Array | undefined> = { W, bPre, bLat, decoder, ...more };
  return Object.fromEntries(
    names.map((name) => {
      const values = all[name];
      requireInput(
        values !== undefined,
        `These weights have no ${name}, which the architecture ${quote(weights.architecture)} needs: take weights that it trained.`,
      );
      return [name, values];
    }),
  );
}

/** The architecture with a single term in its loss. */
function only(architecture: Architecture<TrainingConfig>, term: string): Architecture<TrainingConfig> {
  return {
    ...architecture,
    terms: [term],
    loss: (tf, parameters, batch, config, epoch) => {
      const loss = architecture.loss(tf, parameters, batch, config, epoch)[term];
      // A term whose weight is 0 in this epoch depends on no parameter, which tfjs refuses to differentiate.
      const nothing = Object.values(parameters).map((values) => values.sum().mul(0));
      return { [term]: tf.addN([loss, ...nothing]) as Tf.Scalar };
    },
  };
}

function norm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
