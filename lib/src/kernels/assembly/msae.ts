// The training step of the Matryoshka autoencoder, fused: one decode for all prefixes, losses, gradients and Adam, with
// nothing allocated. Its readable twin is `lib/src/sae/msae.ts`. Work is cut into chunks of rows and blocks of latents that
// do not depend on the number of threads, and every sum is taken in one order, so that the bytes do not either.
import { barrier } from "./common/sync";
import { backward } from "./msae/backward";
import { beta, between, gramsOf, reconstructionTerm, setWeights } from "./msae/between";
import { forward } from "./msae/forward";
import * as p from "./msae/plan";
import { biases, latents, setAdam } from "./msae/update";

/** Read the plan and the constants of a training: once on every thread. */
export function setUp(plan: usize, beta1: f64, beta2: f64, epsilon: f64, _thread: i32, _threads: i32): void {
  p.readPlan(plan);
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
  for (let step = 0; step < steps; step++) {
    const losses = p.losses + ((<usize>step) << 5);
    for (let chunk = thread; chunk < p.chunks; chunk += threads) forward(chunk, from + step);
    barrier(p.gate, threads);
    if (beta > 0) {
      for (let task = thread; task < p.width >> 1; task += threads) gramsOf(task);
      barrier(p.gate, threads);
    }
    // Every thread computes this and stores the same bytes, which is quicker than to wait for one that does.
    between(losses);
    for (let chunk = thread; chunk < p.chunks; chunk += threads) backward(chunk, thread);
    barrier(p.gate, threads);
    reconstructionTerm(losses);
    if (!finite(losses)) {
      store<i32>(p.diverged, step);
      return;
    }
    const correct = p.corrections + ((<usize>step) << 4);
    const rate = update ? load<f64>(correct) : 0;
    for (let block = thread; block < p.blocks; block += threads) latents(block, rate, load<f64>(correct, 8));
    if (p.normalise && p.blocks % threads == thread) biases(rate, load<f64>(correct, 8));
    barrier(p.gate, threads);
  }
}

function finite(losses: usize): bool {
  return isFinite(load<f64>(losses) + load<f64>(losses, 8) + load<f64>(losses, 16) + load<f64>(losses, 24));
}
