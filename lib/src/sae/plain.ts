import type * as Tf from "@tensorflow/tfjs";
import { requireInput } from "../errors";
import type { Architecture, TrainingConfig } from "./architecture";
import { innerProductLoss, klDivergence } from "./losses";
import { initialRows, MSAE_DEFAULTS, validateLoss, validateTraining } from "./msae";

/** Settings of the plain sparse autoencoder, the paper's baseline (arXiv 2606.29341, section 5.1). */
export interface PlainSaeConfig extends TrainingConfig {
  wMse: number;
  wL1: number;
  wKl: number;
  /** Target mean activation of a latent. */
  rho: number;
  /** Weight of the inner-product term, the same in every epoch. */
  wInner: number;
}

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

/**
 * The plain sparse autoencoder: tied weights, no biases, no layer norm, z = ReLU(W x), nothing nested. The
 * factorization's biases stand on both sides of its inner-product term and cancel. Its epoch runs over all users and
 * cycles the items, so that it takes more than twice the steps of the MSAE on the paper's data.
 */
export const plainSae: Architecture<PlainSaeConfig> = {
  name: "plain",
  terms: ["mse", "l1", "kl", "inner"],
  epochEnds: "users",
  validate(config) {
    validateTraining(config);
    const { wMse, wL1, wKl, rho, wInner } = config;
    validateLoss({ wMse, wL1, wKl, rho, wInner });
    requireInput(
      config.prefixes.length === 1,
      `sae.prefixes is [${config.prefixes}]: the plain autoencoder nests nothing.`,
    );
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
