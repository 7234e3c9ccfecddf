// The training step of the Matryoshka autoencoder, fused: one decode for all prefixes, losses, gradients and Adam, with
// nothing allocated. Its readable twin is `lib/src/sae/msae.ts`. Work is cut into chunks of rows and blocks of latents that
// do not depend on the number of threads, and every sum is taken in one order, so that the bytes do not either.
import { barrier } from "./common/sync";
import { backward } from "./msae/backward";
import {
  beta,
  between,
  gramsOf,
  innerTerm,
  klTerm,
  l1Term,
  partialGrams,
  reconstructionTerm,
  setWeights,
} from "./msae/batch-sums";
import { forward } from "./msae/forward";
import * as p from "./msae/plan";
import { biases, latents, partialGradients, setAdam } from "./msae/update";

/** Read the plan and the constants of a training: once on every thread. */
export function setUp(plan: usize, beta1: f64, beta2: f64, epsilon: f64, thread: i32, _threads: i32): void {
  p.readPlan(plan, thread);
  setAdam(beta1, beta2, epsilon);
}

/**
 * `steps` steps of an epoch, the first of them step `from`; on every thread at once.
 *
 * @param update 0: leave the parameters as they are, for looking at gradients
 */
export function train(
  from: i32,
  steps: i32,
  update: i32,
  wMse: f64,
  wL1: f64,
  wKl: f64,
  rho: f64,
  inner: f64,
  thread: i32,
  threads: i32,
): void {
  setWeights(wMse, wL1, wKl, rho, inner);
  // Chunks, and blocks, side by side stay with one thread: what a core reads ahead at their ends is mostly its own.
  const first = (p.chunks * thread) / threads;
  const last = (p.chunks * (thread + 1)) / threads;
  const firstBlock = (p.blocks * thread) / threads;
  const lastBlock = (p.blocks * (thread + 1)) / threads;
  for (let step = 0; step < steps; step++) {
    const losses = p.losses + ((<usize>step) << 5);
    for (let chunk = first; chunk < last; chunk++) {
      forward(chunk, from + step);
      if (beta > 0 && p.apart) partialGrams(chunk);
    }
    if (barrier(threads)) return;
    if (beta > 0 && !p.apart) {
      for (let task = thread; task < p.width >> 1; task += threads) gramsOf(task);
      if (barrier(threads)) return;
    }
    // Small enough, every thread computes this for itself, which is quicker than to wait for one that does.
    if (p.apart || thread == 0) between();
    if (thread == 0) {
      store<f64>(losses, l1Term, 8);
      store<f64>(losses, klTerm, 16);
      store<f64>(losses, innerTerm, 24);
    }
    if (!p.apart && barrier(threads)) return;
    // The last chunk first, since its rows are those that the cache still holds.
    for (let chunk = last - 1; chunk >= first; chunk--) {
      backward(chunk);
      if (p.apart) partialGradients(chunk);
    }
    if (barrier(threads)) return;
    const mse = reconstructionTerm();
    if (thread == 0) store<f64>(losses, mse);
    if (!isFinite(mse + load<f64>(losses, 8) + load<f64>(losses, 16) + load<f64>(losses, 24))) {
      store<i32>(p.diverged, step);
      return;
    }
    const correct = p.corrections + ((<usize>step) << 4);
    const rate = update ? load<f64>(correct) : 0;
    for (let block = firstBlock; block < lastBlock; block++) latents(block, rate, load<f64>(correct, 8));
    if (p.normalise && thread == threads - 1) biases(rate, load<f64>(correct, 8));
    if (barrier(threads)) return;
  }
}
