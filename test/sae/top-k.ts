import type * as Tf from "@tensorflow/tfjs";
import { z } from "zod";
import { products } from "../../lib/src/base/products";
import { described, refuse, whole } from "../../lib/src/base/settings";
import type { Architecture } from "../../lib/src/sae/architecture";
import { asTheyAre } from "../../lib/src/sae/layer-norm";
import { decodeLinear } from "../../lib/src/sae/linear-decoder";
import { initialRows, MSAE_DEFAULTS } from "../../lib/src/sae/msae";
import { prefixesGrow, type TrainingShape, trainingSettings, weight } from "../../lib/src/sae/settings";

type TopKShape = TrainingShape & { active: z.ZodInt; wGain: z.ZodNumber };
export type TopKConfig = z.infer<z.ZodObject<TopKShape>>;

const {
  wMse: _mse,
  wL1: _l1,
  wKl: _kl,
  rho: _rho,
  betaEnd: _end,
  betaWarmup: _warm,
  tied: _tied,
  ...training
} = MSAE_DEFAULTS;
export const TOP_K_DEFAULTS: TopKConfig = { ...training, k: 24, prefixes: [24], active: 6, wGain: 0.01 };

const source = "made up for a test";
const shape: TopKShape = {
  ...trainingSettings(TOP_K_DEFAULTS),
  active: described(whole(1, "a row has a whole number of active latents from 1."), {
    ...{ meaning: "Most active latents of a row.", unit: "count", default: TOP_K_DEFAULTS.active, source },
  }),
  wGain: described(weight(), {
    ...{ meaning: "Weight of the gains' distance from 1.", unit: "factor", default: TOP_K_DEFAULTS.wGain, source },
  }),
};

/** [n, k] with all but each row's `active` greatest activations set to 0. */
function strongest(values: Float32Array, k: number, active: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += k) {
    const row = values.subarray(from, from + k);
    const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
    for (const latent of order.slice(0, active)) out[from + latent] = row[latent];
  }
  return out;
}

/**
 * A small architecture with everything that the library's own have not: no fused form, other loss terms, none of them growing with the
 * epochs, a parameter of its own (a gain by latent), a setting that only makes sense beside another. z = top-k(gain · ReLU(W x)).
 */
export const topK: Architecture<TopKConfig> = {
  name: "top-k",
  title: "top-k SAE",
  schema: z
    .object(shape)
    .superRefine(prefixesGrow)
    .superRefine(({ k, active }, context) => {
      if (active > k)
        refuse(context, "active", `sae.active is ${active}: there are ${k} latents, so give ${k} or less.`);
    }),
  defaults: TOP_K_DEFAULTS,
  calibrated: { lr: 5e-3 },
  terms: ["rebuilt", "gains"],
  epochEnds: "shorter",
  init: ({ k, seed }, d) => ({ W: initialRows(k, d, seed), gain: new Float32Array(k).fill(1) }),
  shapes: ({ k }, d) => ({ W: [k, d], gain: [k] }),
  beta: () => 0,
  loss(tf, { W, gain }, { users, items }, { k, active, wGain }) {
    const x = tf.concat([users, items]) as Tf.Tensor2D;
    const all = x
      .matMul(W as Tf.Tensor2D, false, true)
      .relu()
      .mul(gain) as Tf.Tensor2D;
    const chosen = strongest(all.dataSync() as Float32Array, k, active).map((value) => (value > 0 ? 1 : 0));
    const z = all.mul(tf.tensor2d(chosen, [x.shape[0], k])) as Tf.Tensor2D;
    return {
      rebuilt: z
        .matMul(W as Tf.Tensor2D)
        .sub(x)
        .square()
        .mean() as Tf.Scalar,
      gains: gain.sub(1).square().mean().mul(wGain) as Tf.Scalar,
    };
  },
  normalise: asTheyAre,
  encode({ W, d, k, more, config }, { normed }) {
    const z = products(normed, W, d, { rectify: true });
    for (let at = 0; at < z.length; at++) z[at] = Math.max(0, z[at] * (more?.gain[at % k] ?? Number.NaN));
    return strongest(z, k, Number(config.active));
  },
  decode: decodeLinear,
  weights: ({ W, gain }, config, d) => ({
    architecture: "top-k",
    d,
    k: config.k,
    W: W.slice(),
    more: { gain: gain.slice() },
    prefixes: [...config.prefixes],
    config: { ...config },
  }),
};
