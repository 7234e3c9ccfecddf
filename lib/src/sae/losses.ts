import type * as Tf from "@tensorflow/tfjs";

/** Keeps the sparsity term's logarithms finite (arXiv 2606.29341, section 4.2). */
const KL_EPSILON = 1e-6;

/**
 * Bernoulli KL(ρ‖ρ̂) summed over latents, ρ̂_j = mean activation of latent j over the batch, clamped to
 * [1e-6, 1 − 1e-6], with 1e-6 added inside both logarithms. Where the clamp is active its gradient is 0.
 *
 * @param z [rows, k] activations @param rho target mean activation
 */
export function klDivergence(tf: typeof Tf, z: Tf.Tensor2D, rho: number): Tf.Scalar {
  const mean = z.mean(0);
  const clamped = (side: Tf.Tensor): Tf.Tensor => side.clipByValue(KL_EPSILON, 1 - KL_EPSILON).add(KL_EPSILON);
  // 1 − ρ̂ is clamped by itself: taken from a clamped ρ̂ near 1, single precision would lose most of it.
  const on = clamped(mean).log().mul(rho);
  const off = clamped(tf.sub(1, mean))
    .log()
    .mul(1 - rho);
  const constant = rho * Math.log(rho + KL_EPSILON) + (1 - rho) * Math.log(1 - rho + KL_EPSILON);
  return tf.sub(constant * z.shape[1], on.add(off).sum()) as Tf.Scalar;
}

/** Mean absolute activation over users plus that over items: each row weighs 1/(its side's rows · k). */
export function l1(z: Tf.Tensor2D, rowWeights: Tf.Tensor2D): Tf.Scalar {
  return z.abs().mul(rowWeights).sum().div(z.shape[1]) as Tf.Scalar;
}

/** Mean squared difference between the inner products of rebuilt and of original users and items. */
export function innerProductLoss(
  tf: typeof Tf,
  rebuilt: { users: Tf.Tensor2D; items: Tf.Tensor2D },
  original: { users: Tf.Tensor2D; items: Tf.Tensor2D },
): Tf.Scalar {
  const after = tf.matMul(rebuilt.users, rebuilt.items, false, true);
  const before = tf.matMul(original.users, original.items, false, true);
  return after.sub(before).square().mean() as Tf.Scalar;
}
