import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { requireSettings } from "../base/settings";
import type { SaeWeights } from "../records/sae-weights";
import { type AdamState, initAdam, type Parameters } from "./adam";
import type { Architecture, TrainingConfig } from "./architecture";
import type { EngineName } from "./backend";
import type { Engine, EpochOrder } from "./engine";
import { openTfjs } from "./tfjs-engine";

/** Mean loss per step of one epoch: the sum and each term, weighted as in it. */
export interface EpochLoss {
  /** Counted from 1. */
  epoch: number;
  steps: number;
  total: number;
  /** By the architecture's names, in its order. */
  terms: Record<string, number>;
  /** Weight in this epoch of the term that grows with them; 0 where there is none. */
  beta: number;
  /** The published reduction: Σ over steps of loss·batch, divided by the number of users. */
  published: number;
}

/** A finished training. */
export interface TrainedSae {
  weights: SaeWeights;
  history: EpochLoss[];
  backend: EngineName;
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
export function trainSae<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  options: TrainOptions = {},
): Promise<TrainedSae> {
  return trainOn(architecture, rows, config, options, (state) => openTfjs(architecture, rows, config, state));
}

/** {@link trainSae} on the engine that `open` gives for a state, which it may change and keep. */
export async function trainOn<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  options: TrainOptions,
  open: (state: Checkpoint) => Promise<Engine>,
): Promise<TrainedSae> {
  requireSettings("sae", architecture.schema, config);
  checkRows(rows);
  const { d } = rows;
  const [users, items] = [rows.users.length / d, rows.items.length / d];
  const smaller = Math.min(users, items);
  requireInput(
    smaller >= config.batch,
    `There are ${users} users and ${items} items, fewer than the ${config.batch} rows of a batch: lower sae.batch to ${smaller} or less.`,
  );
  const shapes = architecture.shapes(config, d);
  const state = restore(options.resume, shapes, config.epochs) ?? start(architecture.init(config, d));
  const steps = Math.floor((architecture.epochEnds === "shorter" ? smaller : users) / config.batch);
  const orderOf = (epoch: number): EpochOrder => epochOrder(users, items, config.seed, epoch);
  const engine = await open(state);
  try {
    let reported = Date.now();
    let order = orderOf(state.epoch);
    while (state.epoch < config.epochs) {
      const epoch = state.epoch;
      engine.begin(epoch, order);
      let drawn = epoch + 1 === config.epochs;
      const sums = architecture.terms.map(() => 0);
      let totals = 0;
      for (let step = 0; step < steps; ) {
        let total = 0;
        const running = engine.run(step, steps - step);
        // The next epoch's order is drawn while other threads are at work.
        if (!drawn) order = orderOf(epoch + 1);
        drawn = true;
        for (const terms of await running) {
          total = terms.reduce((sum, term) => sum + term, 0);
          for (let index = 0; index < sums.length; index++) sums[index] += terms[index];
          totals += total;
          step++;
        }
        // The last step's weights meet no further loss, so they are looked at themselves.
        const last = step === steps;
        if (
          !Number.isFinite(total) ||
          (last && Object.values(engine.state().parameters).some((w) => notNumber(w) >= 0))
        )
          throw new Error(
            `Training diverged in epoch ${epoch + 1}, step ${step} of ${steps} (loss ${total}): lower sae.lr (now ${config.lr}).`,
          );
        if (Date.now() - reported < REPORT_MS && !last) continue;
        await options.onProgress?.({
          phase: "training",
          done: epoch * steps + step,
          total: config.epochs * steps,
          unit: "steps",
          metrics: { loss: total },
        });
        reported = Date.now();
      }
      state.epoch++;
      state.history.push({
        ...{ epoch: epoch + 1, steps, total: totals / steps },
        terms: Object.fromEntries(architecture.terms.map((name, index) => [name, sums[index] / steps])),
        beta: architecture.beta(epoch, config),
        published: (totals * config.batch) / users,
      });
      if (options.onCheckpoint) await options.onCheckpoint(structuredClone({ ...state, ...engine.state() }));
    }
    const { parameters } = engine.state();
    return { weights: architecture.weights(parameters, config, d), history: state.history, backend: engine.name };
  } finally {
    await engine.close();
  }
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
  const extra = Object.keys(checkpoint.parameters).filter((name) => !(name in shapes));
  requireInput(
    extra.length === 0,
    `The checkpoint is of another training: it has ${extra.join(", ")}, which this configuration has not, so start without it.`,
  );
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
    const index = notNumber(values);
    requireInput(
      index < 0,
      `Row ${Math.floor(index / d)} of the ${side} (rows counted from 0) holds ${values[index]}: an autoencoder is trained on numbers, so fit the factorization again.`,
    );
  }
}

/** Place of the first value that is NaN or infinite, −1 if there is none. */
function notNumber(values: Float32Array): number {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return index;
  return -1;
}

/** Row orders of one epoch; where an epoch runs over the users, the items are repeated until they are through. */
function epochOrder(users: number, items: number, seed: number, epoch: number): EpochOrder {
  const shuffled = (n: number, side: string): Int32Array => {
    const order = new Int32Array(n);
    for (let row = 0; row < n; row++) order[row] = row;
    return seededRandom(seed, `sae/epoch/${epoch}/${side}`).shuffle(order);
  };
  return { users: shuffled(users, "users"), items: shuffled(items, "items") };
}
