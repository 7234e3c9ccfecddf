import type * as Tf from "@tensorflow/tfjs";
import { median } from "../base/quantiles";
import { seededRandom } from "../base/random";
import { adamStep, initAdam } from "./adam";
import { type BackendName, choose } from "./backend";
import { openFused } from "./fused";
import { MSAE_DEFAULTS, type MsaeConfig, msae } from "./msae";
import { lossAndGradients } from "./tfjs-engine";

/** Shape of a training step: `batch` user rows and as many item rows of width d, k latents. */
export interface StepShape {
  d: number;
  k: number;
  prefixes: number[];
  batch: number;
}

/**
 * A function that takes one training step of the MSAE after the other on random rows, all four losses and Adam, in the
 * tfjs form, and returns the loss: what a step costs, without the rest of a training.
 */
export function msaeStepper(tf: typeof Tf, shape: StepShape): () => number {
  const { d, batch } = shape;
  const config: MsaeConfig = { ...MSAE_DEFAULTS, ...shape };
  const random = seededRandom(config.seed, "stepper/rows");
  const rows = (): Float32Array => Float32Array.from({ length: batch * d }, () => 0.1 * random.normal());
  const both = { users: rows(), items: rows() };
  const parameters = msae.init(config, d);
  const shapes = msae.shapes(config, d);
  const adam = initAdam(parameters);
  // The last epoch, in which the inner-product term counts.
  const epoch = config.epochs - 1;
  return () => {
    const { terms, gradients } = lossAndGradients(tf, msae, parameters, shapes, both, d, config, epoch);
    adamStep(parameters, gradients, adam, config);
    return terms.reduce((sum, term) => sum + term, 0);
  };
}

/**
 * Milliseconds of a training step in the tfjs form on one engine: the median of as many as fit into `budgetMs` after one to
 * warm up, which counts itself where it takes as long. The engine stays chosen.
 *
 * @throws InputError when the engine does not work here
 */
export async function stepMilliseconds(backend: BackendName, shape: StepShape, budgetMs: number): Promise<number> {
  const { tf } = await choose(backend);
  const step = msaeStepper(tf, shape);
  const started = performance.now();
  step();
  const first = performance.now() - started;
  const times: number[] = [];
  while (performance.now() - started < budgetMs) {
    const before = performance.now();
    step();
    times.push(performance.now() - before);
  }
  return times.length === 0 ? first : median(times);
}

/** The same on the fused kernel: the median over calls of some 40 ms each. */
export async function fusedMilliseconds(shape: StepShape, budgetMs: number, threads?: number): Promise<number> {
  const { d, batch } = shape;
  const config: MsaeConfig = { ...MSAE_DEFAULTS, ...shape };
  const random = seededRandom(config.seed, "stepper/rows");
  const rows = (): Float32Array => Float32Array.from({ length: batch * d }, () => 0.1 * random.normal());
  const parameters = msae.init(config, d);
  const state = { parameters, adam: initAdam(parameters) };
  const engine = openFused(msae, { users: rows(), items: rows(), d }, config, state, { threads });
  const order = Int32Array.from({ length: batch }, (_, row) => row);
  const times: number[] = [];
  try {
    engine.begin(config.epochs - 1, { users: order, items: order });
    await engine.run(0, 1);
    // Steps past the end of the order begin again at its first row.
    for (const started = performance.now(); times.length === 0 || performance.now() - started < budgetMs; ) {
      const before = performance.now();
      const { length } = await engine.run(0, Number.MAX_SAFE_INTEGER);
      times.push((performance.now() - before) / length);
    }
  } finally {
    await engine.close();
  }
  return median(times);
}
