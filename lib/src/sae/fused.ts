import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { onOneThreadToo } from "../kernels/guard";
import { type FusedPlan, MOST_STEPS, planFused } from "../kernels/msae-plan";
import { Pace } from "../kernels/pace";
import { Kernel } from "../kernels/pool";
import { threadCount } from "../kernels/threads";
import type { AdamState, Parameters } from "./adam";
import type { Architecture, FusedForm, TrainingConfig } from "./architecture";
import { FUSED } from "./backend";
import type { Engine, EpochOrder } from "./engine";
import { type Checkpoint, type TrainedSae, type TrainingRows, type TrainOptions, trainOn } from "./train";

/** Steps on several threads, the first of a training, that are made on one as well and compared. */
const GUARDED_STEPS = 8;

/** The terms that the kernel computes, in its order. */
const FUSED_TERMS = ["mse", "l1", "kl", "inner"] as const;

/**
 * `trainSae` on the fused kernel, for an architecture that has a fused form: the same batches, history, checkpoints and errors.
 * Losses and gradients equal those of tfjs to single precision; the bytes are the same on any number of threads.
 *
 * @param options.threads at most this many; default: `MSAE_THREADS`, else as many as the machine has
 * @throws InputError and Error as `trainSae`
 */
export function trainFused<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  options: TrainOptions & { threads?: number } = {},
): Promise<TrainedSae> {
  return trainOn(architecture, rows, config, options, async (state) =>
    openFused(architecture, rows, config, state, options),
  );
}

/** Optional parts of {@link openFused}. */
export interface FusedOptions {
  /** At most this many; default: {@link threadCount}. */
  threads?: number;
  /** Rows of a step by side; default: the configuration's batch of each. */
  batch?: { users: number; items: number };
}

/**
 * The fused kernel over these rows, its parameters and moments those of `state`.
 *
 * @throws InputError when the architecture has no fused form
 */
export function openFused<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  state: Pick<Checkpoint, "parameters" | "adam">,
  { threads = threadCount(), batch = { users: config.batch, items: config.batch } }: FusedOptions = {},
): Engine & { gradients(): Parameters; losses(epoch: number): Promise<number[]> } {
  const { d } = rows;
  const { k, prefixes } = config;
  const [users, items] = [rows.users.length / d, rows.items.length / d];
  const form = fusedForm(architecture);
  const { normalise } = form;
  const shapes = architecture.shapes(config, d);
  const untied = shapes.decoder !== undefined;
  const plan = planFused({ batch, d, k, prefixes, users, items, normalise, untied, threads });
  const kernel = new Kernel("msae", plan.layout, threads);
  const floats = (region: keyof FusedPlan): Float32Array => kernel.floats(plan[region] as never);
  kernel.integers(plan.plan).set(Object.values(plan.words));
  kernel.integers(plan.ends).set([0, ...prefixes]);
  kernel.integers(plan.diverged)[0] = -1;
  copyRows(rows.users, d, floats("userRows"), plan.width);
  copyRows(rows.items, d, floats("itemRows"), plan.width);
  if (!normalise) floats("deviation").fill(1);
  const places = placesOf(shapes, k, plan.width);
  const write = (from: Parameters, to: Float32Array): void => {
    for (const { name, offset, rows: n, step, size } of places)
      for (let row = 0; row < n; row++) to.set(from[name].subarray(row * size, (row + 1) * size), offset + row * step);
  };
  const read = (from: Float32Array): Parameters =>
    Object.fromEntries(
      places.map(({ name, offset, rows: n, step, size }) => {
        const values = new Float32Array(n * size);
        for (let row = 0; row < n; row++)
          values.set(from.subarray(offset + row * step, offset + row * step + size), row * size);
        return [name, values];
      }),
    );
  write(state.parameters, floats("parameters"));
  write(state.adam.m, floats("m"));
  write(state.adam.v, floats("v"));
  let taken = state.adam.step;
  let ready = false;
  let weights = form.weights(config, 0);
  let unguarded = GUARDED_STEPS;
  const pace = new Pace(threads, MOST_STEPS);
  const train = async (from: number, steps: number, update: boolean, used: number): Promise<number[][]> => {
    if (!ready) await kernel.together("setUp", [plan.plan.offset, config.beta1, config.beta2, config.epsilon]);
    ready = true;
    correct(kernel.doubles(plan.corrections), taken, steps, config);
    const { mse, l1, kl, rho, inner } = weights;
    await kernel.together("train", [from, steps, Number(update), mse, l1, kl, rho, inner], used);
    const diverged = kernel.integers(plan.diverged)[0];
    const made = diverged < 0 ? steps : diverged + 1;
    const losses = kernel.doubles(plan.losses);
    return Array.from({ length: made }, (_, step) => Array.from(losses.subarray(4 * step, 4 * step + 4)));
  };
  const written = [...(["parameters", "m", "v"] as const).map(floats), kernel.doubles(plan.losses)];
  return {
    name: FUSED,
    begin(epoch: number, order: EpochOrder): void {
      weights = form.weights(config, epoch);
      kernel.integers(plan.userOrder).set(order.users);
      kernel.integers(plan.itemOrder).set(order.items);
    },
    async run(from: number, most: number): Promise<number[][]> {
      const next = pace.next();
      const steps = Math.min(most, next.steps);
      let took = 0;
      const work = async (used: number): Promise<number[][]> => {
        const started = performance.now();
        const terms = await train(from, steps, true, used);
        if (used === next.threads) took = performance.now() - started;
        return terms;
      };
      const guarded = next.threads > 1 && unguarded > 0;
      if (guarded) unguarded -= steps;
      const terms = guarded ? await onOneThreadToo(kernel, "The first steps", written, work) : await work(next.threads);
      taken += steps;
      pace.took(took, steps);
      return terms;
    },
    state(): { parameters: Parameters; adam: AdamState } {
      return {
        parameters: read(floats("parameters")),
        adam: { step: taken, m: read(floats("m")), v: read(floats("v")) },
      };
    },
    gradients: () => read(floats("gradients")),
    async losses(epoch: number): Promise<number[]> {
      weights = form.weights(config, epoch);
      for (const [region, n] of [
        [plan.userOrder, users],
        [plan.itemOrder, items],
      ] as const)
        kernel.integers(region).set(Int32Array.from({ length: n }, (_, row) => row));
      return (await train(0, 1, false, threads))[0];
    },
    close: () => kernel.close(),
  };
}

function fusedForm<C extends TrainingConfig>({ name, terms, fused }: Architecture<C>): FusedForm<C> {
  requireInput(
    fused !== undefined,
    `The fused kernel does not know the architecture ${quote(name)}: train it with trainSae.`,
  );
  if (String(terms) !== String(FUSED_TERMS))
    throw new Error(`The fused kernel computes the terms ${FUSED_TERMS}, not those of "${name}": ${terms}.`);
  return fused;
}

function copyRows(from: Float32Array, d: number, to: Float32Array, width: number): void {
  if (d === width) to.set(from);
  else for (let row = 0; row * d < from.length; row++) to.set(from.subarray(row * d, (row + 1) * d), row * width);
}

/** Where each parameter lies in the kernel's one block: `rows` pieces of `size` values, `step` apart. */
function placesOf(
  shapes: Readonly<Record<string, number[]>>,
  k: number,
  width: number,
): { name: string; offset: number; rows: number; step: number; size: number }[] {
  const matrices = k * width * (shapes.decoder ? 2 : 1);
  const starts: Record<string, number> = { W: 0, decoder: k * width, bPre: matrices, bLat: matrices + width };
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    offset: starts[name],
    rows: shape.length === 2 ? shape[0] : 1,
    step: width,
    size: shape[shape.length - 1],
  }));
}

/** Adam's corrections of the next steps: lr / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
function correct(
  out: Float64Array,
  taken: number,
  steps: number,
  { lr, beta1, beta2 }: Pick<TrainingConfig, "lr" | "beta1" | "beta2">,
): void {
  for (let step = 0; step < steps; step++) {
    out[2 * step] = lr / (1 - beta1 ** (taken + step + 1));
    out[2 * step + 1] = 1 / (1 - beta2 ** (taken + step + 1));
  }
}
