import type * as Tf from "@tensorflow/tfjs";
import { requireInput } from "../errors";
import type { OnProgress } from "../progress";
import { seededRandom } from "../random";
import { type AdamState, adamStep, initAdam, type Parameters } from "./adam";
import type { Architecture, Batch, TrainingConfig } from "./architecture";
import { type BackendName, loadTf } from "./backend";
import type { SaeWeights } from "./weights";

/** Mean loss per step of one epoch: `total` and each named term, weighted as in the sum. */
export interface EpochLoss {
  /** Counted from 1. */
  epoch: number;
  steps: number;
  total: number;
  mse: number;
  l1: number;
  kl: number;
  inner: number;
  /** Weight of the inner-product term in this epoch. */
  beta: number;
  /** The published reduction: Σ over steps of loss·batch, divided by the number of users. */
  published: number;
}

/** A finished training. */
export interface TrainedSae {
  weights: SaeWeights;
  history: EpochLoss[];
  backend: BackendName;
}

/** Everything that training needs to go on after an epoch with the same bytes. */
export interface Checkpoint {
  /** Epochs finished. */
  epoch: number;
  parameters: Parameters;
  adam: AdamState;
  history: EpochLoss[];
}

/** Rows to train on. */
export interface TrainingRows {
  /** [users, d] */
  users: Float32Array;
  /** [items, d] */
  items: Float32Array;
  d: number;
}

/** Optional parts of {@link trainSae}. */
export interface TrainOptions {
  onProgress?: OnProgress;
  resume?: Checkpoint;
  /** Called after every epoch; its arrays are copies. */
  onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
}

/** Milliseconds of training between two reports. */
const REPORT_MS = 100;

/**
 * Train any architecture on user and item factors together. Each epoch shuffles both sides by its own seeded stream and
 * zips them; the last partial batch is dropped. The readable form, by automatic differentiation in tfjs.
 *
 * @throws InputError when the configuration makes no sense, the rows are not whole rows of numbers, there are fewer of
 *   them than one batch, or the checkpoint is of another training
 * @throws Error when the loss or the weights are no longer numbers: with epoch, step and what to change
 */
export async function trainSae<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  options: TrainOptions = {},
): Promise<TrainedSae> {
  architecture.validate(config);
  checkRows(rows);
  const { d } = rows;
  const [users, items] = [rows.users.length / d, rows.items.length / d];
  const smaller = Math.min(users, items);
  requireInput(
    smaller >= config.batch,
    `There are ${users} users and ${items} items, fewer than the ${config.batch} rows of a batch: lower sae.batch to ${smaller} or less.`,
  );
  const { tf, backend } = await loadTf();
  const shapes = architecture.shapes(config, d);
  const state = restore(options.resume, shapes, config.epochs) ?? start(architecture.init(config, d));
  const steps = Math.floor((architecture.epochEnds === "shorter" ? smaller : users) / config.batch);
  let reported = Date.now();
  while (state.epoch < config.epochs) {
    const epoch = state.epoch;
    const order = epochOrder(users, items, config.seed, epoch);
    const sums: Record<string, number> = {};
    for (let step = 0; step < steps; step++) {
      const batch = {
        users: gather(rows.users, d, order.users, step * config.batch, config.batch),
        items: gather(rows.items, d, order.items, step * config.batch, config.batch),
      };
      const result = lossAndGradients(tf, architecture, state.parameters, shapes, batch, d, config, epoch);
      const total = result.terms.reduce((sum, term) => sum + term, 0);
      adamStep(state.parameters, result.gradients, state.adam, config);
      // The last step's weights meet no further loss, so they are looked at themselves.
      const last = step + 1 === steps;
      if (!Number.isFinite(total) || (last && Object.values(state.parameters).some((values) => notNumber(values) >= 0)))
        throw new Error(
          `Training diverged in epoch ${epoch + 1}, step ${step + 1} of ${steps} (loss ${total}): lower sae.lr (now ${config.lr}).`,
        );
      architecture.terms.forEach((name, at) => {
        sums[name] = (sums[name] ?? 0) + result.terms[at];
      });
      sums.total = (sums.total ?? 0) + total;
      if (Date.now() - reported < REPORT_MS && !last) continue;
      await options.onProgress?.({
        phase: "training",
        done: epoch * steps + step + 1,
        total: config.epochs * steps,
        unit: "steps",
        metrics: { loss: total },
      });
      reported = Date.now();
    }
    state.epoch++;
    state.history.push(epochLoss(epoch, steps, sums, architecture.beta(epoch, config), config.batch, users));
    await options.onCheckpoint?.(structuredClone(state));
  }
  return { weights: architecture.weights(state.parameters, config, d), history: state.history, backend };
}

/**
 * The loss terms of one batch, weighted, in the architecture's order, and the gradient of their sum.
 *
 * @param shapes of the parameters @param batch rows of users and of items, row-major
 */
export function lossAndGradients<C extends TrainingConfig>(
  tf: typeof Tf,
  architecture: Architecture<C>,
  parameters: Parameters,
  shapes: Readonly<Record<string, number[]>>,
  batch: { users: Float32Array; items: Float32Array },
  d: number,
  config: C,
  epoch: number,
): { terms: number[]; gradients: Parameters } {
  let result: { terms: number[]; gradients: Parameters } | undefined;
  tf.tidy(() => {
    const names = Object.keys(parameters);
    const tensors = names.map((name) => tf.tensor(parameters[name], shapes[name]));
    const onDevice: Batch = {
      users: tf.tensor2d(batch.users, [batch.users.length / d, d]),
      items: tf.tensor2d(batch.items, [batch.items.length / d, d]),
    };
    let terms: Tf.Tensor1D | undefined;
    const { grads } = tf.valueAndGrads((...values: Tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, at) => [name, values[at]]));
      const losses = architecture.loss(tf, named, onDevice, config, epoch);
      terms = tf.keep(tf.stack(architecture.terms.map((name) => losses[name]))) as Tf.Tensor1D;
      return terms.sum() as Tf.Scalar;
    })(tensors);
    const kept = terms as unknown as Tf.Tensor1D;
    const gradients = Object.fromEntries(names.map((name, at) => [name, grads[at].dataSync() as Float32Array]));
    const values = Array.from(kept.dataSync());
    kept.dispose();
    // Not returned through tidy, which looks into every value of what it returns for tensors to keep.
    result = { terms: values, gradients };
  });
  return result as unknown as { terms: number[]; gradients: Parameters };
}

function start(parameters: Parameters): Checkpoint {
  return { epoch: 0, parameters, adam: initAdam(parameters), history: [] };
}

function restore(
  checkpoint: Checkpoint | undefined,
  shapes: Readonly<Record<string, number[]>>,
  epochs: number,
): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  for (const [name, shape] of Object.entries(shapes)) {
    const [found, expected] = [checkpoint.parameters[name]?.length ?? 0, shape.reduce((size, side) => size * side, 1)];
    requireInput(
      found === expected,
      `The checkpoint is of another training: its ${name} has ${found} values where this configuration has ${expected}, so start without it.`,
    );
  }
  requireInput(
    checkpoint.epoch <= epochs,
    `The checkpoint has ${checkpoint.epoch} epochs, more than the ${epochs} asked for: start without it, or raise sae.epochs.`,
  );
  return structuredClone(checkpoint);
}

/** Refuse rows that would fail later as a divergence, which they are not. */
function checkRows(rows: TrainingRows): void {
  const { d } = rows;
  for (const side of ["users", "items"] as const) {
    const values = rows[side];
    requireInput(
      Number.isInteger(values.length / d),
      `The ${side} hold ${values.length} values, which are no whole rows of width ${d}: give factors and d of one factorization.`,
    );
    const at = notNumber(values);
    requireInput(
      at < 0,
      `Row ${Math.floor(at / d)} of the ${side} (rows counted from 0) holds ${values[at]}: an autoencoder is trained on numbers, so fit the factorization again.`,
    );
  }
}

/** Place of the first value that is NaN or infinite, −1 if there is none. */
function notNumber(values: Float32Array): number {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return at;
  return -1;
}

/** Row orders of one epoch; the shorter side of the plain autoencoder is repeated until the users are through. */
function epochOrder(
  users: number,
  items: number,
  seed: number,
  epoch: number,
): { users: Int32Array; items: Int32Array } {
  const shuffled = (n: number, side: string): Int32Array =>
    seededRandom(seed, `sae/epoch/${epoch}/${side}`).shuffle(Int32Array.from({ length: n }, (_, row) => row));
  return { users: shuffled(users, "users"), items: shuffled(items, "items") };
}

/** `count` rows from `from` on in the given order, which is cycled. */
function gather(rows: Float32Array, d: number, order: Int32Array, from: number, count: number): Float32Array {
  const out = new Float32Array(count * d);
  for (let at = 0; at < count; at++) {
    const row = order[(from + at) % order.length];
    out.set(rows.subarray(row * d, (row + 1) * d), at * d);
  }
  return out;
}

function epochLoss(
  epoch: number,
  steps: number,
  sums: Readonly<Record<string, number>>,
  beta: number,
  batch: number,
  users: number,
): EpochLoss {
  return {
    epoch: epoch + 1,
    steps,
    total: sums.total / steps,
    mse: sums.mse / steps,
    l1: sums.l1 / steps,
    kl: sums.kl / steps,
    inner: sums.inner / steps,
    beta,
    published: (sums.total * batch) / users,
  };
}
