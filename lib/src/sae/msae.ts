import type * as Tf from "@tensorflow/tfjs";
import { z } from "zod";
import { products } from "../base/products";
import { seededRandom } from "../base/random";
import { described, whole } from "../base/settings";
import type { Architecture, Batch } from "./architecture";
import { layerNorm, NORM_EPSILON } from "./layer-norm";
import { decodeLinear } from "./linear-decoder";
import { innerProductLoss, klDivergence, l1 } from "./losses";
import { prefixesGrow, type TrainingShape, targetActivation, trainingSettings, weight } from "./settings";

/** Settings of the Matryoshka sparse autoencoder, by name: `msae.schema` describes each. */
export type MsaeShape = TrainingShape & {
  wMse: z.ZodNumber;
  wL1: z.ZodNumber;
  wKl: z.ZodNumber;
  rho: z.ZodNumber;
  betaEnd: z.ZodNumber;
  betaWarmup: z.ZodInt;
  tied: z.ZodBoolean;
};

/** Settings of the Matryoshka sparse autoencoder (arXiv 2606.29341, sections 2.4 and 4.2). */
export type MsaeConfig = z.infer<z.ZodObject<MsaeShape>>;

/** Ten nested prefixes, round(j·k/10) for j = 1…10; fewer where k is below ten. */
export function defaultPrefixes(k: number): number[] {
  const prefixes = Array.from({ length: 10 }, (_, j) => Math.round(((j + 1) * k) / 10));
  return [...new Set(prefixes)].filter((prefix) => prefix >= 1);
}

/** The paper's settings. */
export const MSAE_DEFAULTS: MsaeConfig = {
  k: 50,
  prefixes: defaultPrefixes(50),
  wMse: 3.7183641805732095,
  wL1: 0.3,
  wKl: 0.003,
  rho: 0.1,
  betaEnd: 5,
  betaWarmup: 10,
  tied: true,
  lr: 1e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  epochs: 30,
  batch: 256,
  seed: 42,
};

const CALIBRATED = { lr: 2e-3 };

/** `paper` as published; `calibrated` differs in the learning rate alone, so that training comes to an end. */
export const MSAE_PRESETS: Readonly<Record<"paper" | "calibrated", MsaeConfig>> = {
  paper: MSAE_DEFAULTS,
  calibrated: { ...MSAE_DEFAULTS, ...CALIBRATED },
};

const PAPER = "arXiv 2606.29341, section 4.2";
const of = (name: keyof MsaeConfig): { default: unknown } => ({ default: MSAE_DEFAULTS[name] });

const shape: MsaeShape = {
  ...trainingSettings(MSAE_DEFAULTS),
  wMse: described(weight(), {
    ...{ meaning: "Weight of the reconstruction, summed over prefixes.", unit: "factor", ...of("wMse") },
    source: `${PAPER}, found by search`,
  }),
  wL1: described(weight(), {
    ...{ meaning: "Weight of the mean absolute activation.", unit: "factor", source: PAPER, ...of("wL1") },
  }),
  wKl: described(weight(), {
    ...{ meaning: "Weight of the KL divergence of mean activations from rho.", unit: "factor", ...of("wKl") },
    source: PAPER,
  }),
  rho: described(targetActivation(), {
    ...{ meaning: "Target mean activation of a latent.", unit: "activation", source: PAPER, ...of("rho") },
  }),
  betaEnd: described(weight(), {
    meaning:
      "Weight of the inner-product term in the epoch after the last: β(e) = max(0, betaEnd · (e − betaWarmup)/(epochs − betaWarmup)), e from 0.",
    ...{ unit: "factor", source: PAPER, ...of("betaEnd") },
  }),
  betaWarmup: described(whole(0, "give a whole number of epochs from 0."), {
    ...{ meaning: "Epochs during which the inner-product term is off.", unit: "epochs", ...of("betaWarmup") },
    source: PAPER,
  }),
  tied: described(z.boolean(), {
    meaning:
      "true: the decoder is the encoder's W, transposed. false: it has rows of its own, which start as the encoder's and are held to no length; a latent is read by its row of W and written by its row of the decoder.",
    ...{ unit: "yes or no", source: PAPER, ...of("tied") },
  }),
};

/** β for an epoch counted from 0: 0 while warming up, then a straight line towards `betaEnd`. */
export function betaAt(
  epoch: number,
  { epochs, betaEnd, betaWarmup }: Pick<MsaeConfig, "epochs" | "betaEnd" | "betaWarmup">,
): number {
  return Math.max(0, (betaEnd * (epoch - betaWarmup)) / Math.max(1, epochs - betaWarmup));
}

/** Uniform on ±1/√d, [k, d]: the starting rows of an encoder, and of its decoder. */
export function initialRows(k: number, d: number, seed: number): Float32Array {
  const random = seededRandom(seed, "sae/init");
  const bound = 1 / Math.sqrt(d);
  return Float32Array.from({ length: k * d }, () => (2 * random.uniform() - 1) * bound);
}

/**
 * The Matryoshka sparse autoencoder: tied weights unless the configuration says otherwise, row layer norm, z = ReLU(W (x' − b_pre)
 * + b_lat), and one reconstruction for every prefix of the latents.
 */
export const msae: Architecture<MsaeConfig> = {
  name: "msae",
  title: "MSAE",
  schema: z.object(shape).superRefine(prefixesGrow),
  defaults: MSAE_DEFAULTS,
  calibrated: CALIBRATED,
  prefixes: defaultPrefixes,
  stretched: ({ betaWarmup }, factor) => ({ betaWarmup: Math.round(betaWarmup * factor) }),
  terms: ["mse", "l1", "kl", "inner"],
  betaTerm: "inner",
  epochEnds: "shorter",
  normalise: layerNorm,
  encode: ({ W, d, bPre, bLat }, { normed }) => products(normed, W, d, { center: bPre, start: bLat, rectify: true }),
  decode: decodeLinear,
  fused: {
    normalise: true,
    weights: (config, epoch) => {
      const { wMse, wL1, wKl, rho } = config;
      return { mse: wMse, l1: wL1, kl: wKl, rho, inner: betaAt(epoch, config) };
    },
  },
  init(config, d) {
    const W = initialRows(config.k, d, config.seed);
    const biases = { bPre: new Float32Array(d), bLat: new Float32Array(config.k) };
    return { W, ...biases, ...(config.tied === false ? { decoder: W.slice() } : {}) };
  },
  shapes: ({ k, tied }, d) => ({ W: [k, d], bPre: [d], bLat: [k], ...(tied === false ? { decoder: [k, d] } : {}) }),
  beta: betaAt,
  loss(tf, { W, bPre, bLat, decoder = W }, batch, config, epoch) {
    const [u, i] = [batch.users.shape[0], batch.items.shape[0]];
    const d = batch.users.shape[1];
    const x = tf.concat([batch.users, batch.items]);
    const mean = x.mean(1, true);
    const centered = x.sub(mean);
    const std = centered
      .square()
      .sum(1, true)
      .div(Math.max(1, d - 1))
      .sqrt();
    const normed = centered.div(std.add(NORM_EPSILON));
    const z = normed
      .sub(bPre)
      .matMul(W as Tf.Tensor2D, false, true)
      .add(bLat)
      .relu() as Tf.Tensor2D;
    // Each side counts by its own mean: a row weighs one over its side's rows.
    const rowWeights = tf.concat([tf.fill([u, 1], 1 / u), tf.fill([i, 1], 1 / i)]) as Tf.Tensor2D;
    const rebuilt = decodePrefixes(tf, z, decoder as Tf.Tensor2D, config.prefixes)
      .add(bPre)
      .mul(std);
    const mse = rebuilt.sub(centered).square().sum(0).mul(rowWeights).sum().div(d);
    const [zUsers, zItems] = tf.split(z, [u, i]) as Tf.Tensor2D[];
    const kl = klDivergence(tf, zUsers, config.rho).add(klDivergence(tf, zItems, config.rho));
    const beta = betaAt(epoch, config);
    return {
      mse: mse.mul(config.wMse) as Tf.Scalar,
      l1: l1(z, rowWeights).mul(config.wL1) as Tf.Scalar,
      kl: kl.mul(config.wKl) as Tf.Scalar,
      inner: beta === 0 ? tf.scalar(0) : (inner(tf, rebuilt, mean, batch).mul(beta) as Tf.Scalar),
    };
  },
  weights: ({ W, bPre, bLat, decoder }, config, d) => ({
    architecture: "msae",
    d,
    k: config.k,
    W: W.slice(),
    bPre: bPre.slice(),
    bLat: bLat.slice(),
    ...(decoder ? { decoder: decoder.slice() } : {}),
    prefixes: [...config.prefixes],
    config: { ...config },
  }),
};

/**
 * Σ_{j<m} z_j D_j for every prefix m, D the decoder's rows, [prefixes, rows, d], by one batched product: each block of latents between two
 * prefixes is decoded once, and a running sum over blocks gives every prefix.
 */
function decodePrefixes(tf: typeof Tf, z: Tf.Tensor2D, decoder: Tf.Tensor2D, prefixes: readonly number[]): Tf.Tensor3D {
  const sizes = prefixes.map((prefix, index) => prefix - (index === 0 ? 0 : prefixes[index - 1]));
  const widest = Math.max(...sizes);
  // Blocks of one size stand side by side in a third dimension; shorter ones are filled up with zeros.
  const blocks = (matrix: Tf.Tensor2D): Tf.Tensor3D => {
    if (sizes.every((size) => size === widest)) return matrix.reshape([-1, sizes.length, widest]);
    const parts = tf.split(matrix, sizes, 1).map((part, index) =>
      part.pad([
        [0, 0],
        [0, widest - sizes[index]],
      ]),
    );
    return tf.stack(parts, 1) as Tf.Tensor3D;
  };
  const latents = blocks(z).transpose([1, 0, 2]);
  const rows = blocks(decoder.transpose() as Tf.Tensor2D).transpose([1, 2, 0]);
  const decoded = tf.matMul(latents, rows);
  // The running sum as a product with a triangle of ones: the gradient of tfjs's own cumsum is wrong off the last axis.
  const P = sizes.length;
  const triangle = tf.linalg.bandPart(tf.ones([P, P]), -1, 0) as Tf.Tensor2D;
  return triangle.matMul(decoded.reshape([P, -1])).reshape(decoded.shape) as Tf.Tensor3D;
}

function inner(tf: typeof Tf, rebuilt: Tf.Tensor, mean: Tf.Tensor, batch: Batch): Tf.Scalar {
  const [users, items] = [batch.users.shape[0], batch.items.shape[0]];
  const [prefixes, rows, d] = rebuilt.shape;
  const full = rebuilt
    .slice([prefixes - 1, 0, 0], [1, rows, d])
    .reshape([rows, d])
    .add(mean) as Tf.Tensor2D;
  const [fullUsers, fullItems] = tf.split(full, [users, items]) as Tf.Tensor2D[];
  return innerProductLoss(tf, { users: fullUsers, items: fullItems }, batch);
}
