import type * as Tf from "@tensorflow/tfjs";
import { z } from "zod";
import { products } from "../base/products";
import { described, refuse } from "../base/settings";
import type { Architecture } from "./architecture";
import { asTheyAre } from "./layer-norm";
import { decodeLinear } from "./linear-decoder";
import { innerProductLoss, klDivergence } from "./losses";
import { initialRows, MSAE_DEFAULTS, MSAE_PRESETS } from "./msae";
import { prefixesGrow, type TrainingShape, targetActivation, trainingSettings, weight } from "./settings";

/** Settings of the plain sparse autoencoder, by name: `plainSae.schema` describes each. */
export type PlainSaeShape = TrainingShape & {
  wMse: z.ZodNumber;
  wL1: z.ZodNumber;
  wKl: z.ZodNumber;
  rho: z.ZodNumber;
  wInner: z.ZodNumber;
};

/** Settings of the plain sparse autoencoder, the paper's baseline (arXiv 2606.29341, section 5.1). */
export type PlainSaeConfig = z.infer<z.ZodObject<PlainSaeShape>>;

/** The published code's settings; the width is the paper's 50. */
export const PLAIN_SAE_DEFAULTS: PlainSaeConfig = {
  k: 50,
  prefixes: [50],
  wMse: 2.6,
  wL1: 1e-5,
  wKl: 0.7,
  rho: 0.05,
  wInner: 10,
  lr: MSAE_DEFAULTS.lr,
  beta1: MSAE_DEFAULTS.beta1,
  beta2: MSAE_DEFAULTS.beta2,
  epsilon: MSAE_DEFAULTS.epsilon,
  epochs: 30,
  batch: 256,
  seed: 42,
};

const CODE = "the published code";
const of = (name: keyof PlainSaeConfig): { default: unknown } => ({ default: PLAIN_SAE_DEFAULTS[name] });

const shape: PlainSaeShape = {
  ...trainingSettings(PLAIN_SAE_DEFAULTS),
  wMse: described(weight(), {
    ...{ meaning: "Weight of the reconstruction.", unit: "factor", source: CODE, ...of("wMse") },
  }),
  wL1: described(weight(), {
    ...{ meaning: "Weight of the mean absolute activation.", unit: "factor", source: CODE, ...of("wL1") },
  }),
  wKl: described(weight(), {
    ...{ meaning: "Weight of the KL divergence of mean activations from rho.", unit: "factor", ...of("wKl") },
    source: CODE,
  }),
  rho: described(targetActivation(), {
    ...{ meaning: "Target mean activation of a latent.", unit: "activation", source: CODE, ...of("rho") },
  }),
  wInner: described(weight(), {
    ...{ meaning: "Weight of the inner-product term, the same in every epoch.", unit: "factor", ...of("wInner") },
    source: CODE,
  }),
};

/**
 * The plain sparse autoencoder: tied weights, no biases, no layer norm, z = ReLU(W x), nothing nested. The
 * factorization's biases stand on both sides of its inner-product term and cancel. Its epoch runs over all users and
 * cycles the items, so that it takes more than twice the steps of the MSAE on the paper's data.
 */
export const plainSae: Architecture<PlainSaeConfig> = {
  name: "plain",
  title: "plain SAE",
  schema: z
    .object(shape)
    .superRefine(prefixesGrow)
    .superRefine(({ prefixes }, context) => {
      if (prefixes.length !== 1)
        refuse(context, "prefixes", `sae.prefixes is [${prefixes}]: the plain autoencoder nests nothing.`);
    }),
  defaults: PLAIN_SAE_DEFAULTS,
  // The rate at which it is laid beside the MSAE.
  calibrated: { lr: MSAE_PRESETS.calibrated.lr },
  terms: ["mse", "l1", "kl", "inner"],
  betaTerm: "inner",
  epochEnds: "users",
  normalise: asTheyAre,
  encode: ({ W, d }, { normed }) => products(normed, W, d, { rectify: true }),
  decode: decodeLinear,
  fused: {
    normalise: false,
    weights: ({ wMse, wL1, wKl, rho, wInner }) => ({ mse: wMse, l1: wL1, kl: wKl, rho, inner: wInner }),
  },
  init: (config, d) => ({ W: initialRows(config.k, d, config.seed) }),
  shapes: ({ k }, d) => ({ W: [k, d] }),
  beta: (_epoch, { wInner }) => wInner,
  loss(tf, { W }, { users, items }, config) {
    const side = (x: Tf.Tensor2D): { z: Tf.Tensor2D; rebuilt: Tf.Tensor2D } => {
      const z = x.matMul(W as Tf.Tensor2D, false, true).relu() as Tf.Tensor2D;
      return { z, rebuilt: z.matMul(W as Tf.Tensor2D) as Tf.Tensor2D };
    };
    const [u, i] = [side(users), side(items)];
    const mse = tf.add(u.rebuilt.sub(users).square().mean(), i.rebuilt.sub(items).square().mean());
    const kl = klDivergence(tf, u.z, config.rho).add(klDivergence(tf, i.z, config.rho));
    const inner = innerProductLoss(tf, { users: u.rebuilt, items: i.rebuilt }, { users, items });
    return {
      mse: mse.mul(config.wMse) as Tf.Scalar,
      l1: tf.add(u.z.abs().mean(), i.z.abs().mean()).mul(config.wL1) as Tf.Scalar,
      kl: kl.mul(config.wKl) as Tf.Scalar,
      inner: inner.mul(config.wInner) as Tf.Scalar,
    };
  },
  weights: ({ W }, config, d) => ({
    architecture: "plain",
    d,
    k: config.k,
    W: W.slice(),
    prefixes: [...config.prefixes],
    config: { ...config },
  }),
};
