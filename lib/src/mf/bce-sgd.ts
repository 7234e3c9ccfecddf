import { z } from "zod";
import { InputError, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { quote } from "../base/quote";
import { type Random, seededRandom } from "../base/random";
import {
  described,
  notNegative,
  positive,
  requireSettings,
  type SettingText,
  seedSetting,
  whole,
  word,
} from "../base/settings";
import { BceSgdKernel, type BceSgdParameters } from "../kernels/bce-sgd";
import type { Factors } from "../records/factors";
import { type Interactions, rowOf } from "../records/interactions";

export { sampleUsers } from "../data/sample-users";

/** Settings of {@link fitBceSgd}, by name: {@link bceSgdSettings} describes each. */
export type BceSgdShape = {
  d: z.ZodInt;
  lr: z.ZodNumber;
  reg: z.ZodNumber;
  epochs: z.ZodInt;
  batch: z.ZodInt;
  schedule: z.ZodEnum<{ batches: "batches"; blocks: "blocks" }>;
  initScale: z.ZodNumber;
  seed: z.ZodInt;
};

/** Settings of {@link fitBceSgd}; the defaults are the paper's (arXiv 2606.29341, section 4.1). */
export type BceSgdConfig = z.infer<z.ZodObject<BceSgdShape>>;

/** The paper's settings. */
export const BCE_SGD_DEFAULTS: BceSgdConfig = {
  d: 20,
  lr: 0.005,
  reg: 0.01,
  epochs: 10,
  batch: 1024,
  schedule: "batches",
  initScale: 0.1,
  seed: 42,
};

const PAPER = "arXiv 2606.29341, section 4.1";
const of = (key: keyof BceSgdConfig, meaning: string, unit: string, source: string = PAPER): SettingText => ({
  ...{ meaning, unit, source, default: BCE_SGD_DEFAULTS[key] },
});

/** Each setting of BCE SGD. */
export const bceSgdSettings: z.ZodObject<BceSgdShape> = z.object({
  d: described(
    whole(1, "the width of the factorization is a whole number from 1."),
    of("d", "Width of the factorization: numbers in a factor.", "count"),
  ),
  lr: described(
    positive("the learning rate is a positive number."),
    of("lr", "Learning rate: how far a unit of gradient moves a parameter.", "factor"),
  ),
  reg: described(
    notNegative(),
    of("reg", "L2 penalty on factors and biases, applied with every row's update.", "factor"),
  ),
  epochs: described(whole(1), of("epochs", "Passes over all pairs.", "count")),
  batch: described(
    whole(1),
    of("batch", "Pairs whose updates are computed from the same factors and then added up.", "pairs"),
  ),
  schedule: described(
    word("batches", "blocks"),
    of(
      "schedule",
      "`batches`: over all pairs in random order, one batch after another, as the paper. `blocks`: a sixteenth of the users with a sixteenth of the items at a time, in batches of these, sixteen such blocks at once on as many threads as there are; the parts are drawn anew each epoch.",
      "name",
    ),
  ),
  initScale: described(
    notNegative(),
    of(
      "initScale",
      "Standard deviation of the normal start of both factor matrices; biases start at 0. From a start of 0 the factors never move.",
      "factor",
      "the published code",
    ),
  ),
  seed: seedSetting("Seed of the start, the negatives and each epoch's order."),
});

/** The parameters of the readable form, in double precision. */
export interface BceSgdState {
  d: number;
  /** [users, d] */
  P: Float64Array;
  /** [items, d] */
  Q: Float64Array;
  /** [users] */
  bu: Float64Array;
  /** [items] */
  bi: Float64Array;
}

/** The chance that a score stands for a positive. */
export const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

/** Plain random draws between two looks at the event loop. */
const DRAWS_PER_REPORT = 2 ** 19;

/**
 * Fit logistic factors, score = b_u + b_i + P_u·Q_i, by binary cross-entropy and plain SGD as the paper does
 * (arXiv 2606.29341, section 4.1): one negative a positive, pairs shuffled, every row's update of a batch added, not
 * averaged. Negatives are drawn anew each epoch; the paper does not say whether it keeps its first draw. In single
 * precision on the kernel, which {@link sgdBatch} states in a readable form.
 *
 * @param train the train split
 * @param onProgress is told the mean log loss of the pairs since the last report, as `loss`
 * @param onEpoch is given the factors of the random start (epoch 0) and after each epoch
 * @throws InputError when a setting is out of range, the split is empty or a user took every item
 */
export async function fitBceSgd(
  train: Interactions,
  config: BceSgdConfig,
  onProgress?: OnProgress,
  onEpoch?: (epoch: number, factors: Factors) => void,
): Promise<Factors> {
  requireSettings("mf", bceSgdSettings, config);
  const { d, lr, epochs, initScale, seed } = config;
  const { csr } = train;
  requireInput(csr.indices.length > 0, "The train split has no interaction: give more data.");
  for (let user = 0; user < csr.rows; user++)
    if (rowOf(csr, user).length >= csr.cols)
      throw new InputError(
        `User ${quote(train.users[user])} took all ${csr.cols} items, so it has no negative: drop this user or add items.`,
      );
  const n = 2 * csr.indices.length;
  const report = (done: number, metrics?: { loss: number }): void | Promise<void> =>
    onProgress?.({ phase: "BCE SGD", done, total: epochs * n, unit: "pairs", metrics });
  const init = seededRandom(seed, "bce-sgd/init");
  const P = await normals(csr.rows * d, initScale, init, () => report(0));
  const Q = await normals(csr.cols * d, initScale, init, () => report(0));
  const kernel = new BceSgdKernel(csr, config);
  const factors = (): Factors => ({
    ...fitted(kernel.parameters(), d),
    userIds: train.users,
    itemIds: train.items,
    config: { kind: "bce-sgd", ...config },
  });
  try {
    await kernel.start({ P, Q, bu: new Float32Array(csr.rows), bi: new Float32Array(csr.cols) });
    onEpoch?.(0, factors());
    for (let epoch = 0; epoch < epochs; epoch++) {
      await kernel.draw(seed, epoch, () => report(epoch * n));
      const step = await kernel.train((done, loss) => report(epoch * n + done, { loss }));
      // The last step's update meets no further loss, so what it left is looked at itself.
      if (step !== undefined || !kernel.finite())
        throw new Error(
          `BCE SGD diverged in epoch ${epoch + 1}, step ${step ?? Math.ceil(n / config.batch)}: lower mf.lr (now ${lr}).`,
        );
      onEpoch?.(epoch + 1, factors());
    }
    return factors();
  } finally {
    await kernel.close();
  }
}

/** n draws from N(0, scale²). */
async function normals(
  n: number,
  scale: number,
  random: Random,
  breathe: () => void | Promise<void>,
): Promise<Float32Array> {
  const values = new Float32Array(n);
  for (let index = 0; index < n; index++) {
    values[index] = scale * random.normal();
    if (index % DRAWS_PER_REPORT === 0) await breathe();
  }
  return values;
}

/** The trained parameters by the names that factors have for them. */
function fitted({ P, Q, bu, bi }: BceSgdParameters, d: number): Omit<Factors, "userIds" | "itemIds" | "config"> {
  return { d, users: P, items: Q, userBias: bu, itemBias: bi };
}

/** Space for a batch's updates, made once. */
export interface BatchBuffers {
  dP: Float64Array;
  dQ: Float64Array;
  error: Float64Array;
}

/** Buffers for batches of up to `batch` rows at width d. */
export function batchBuffers(batch: number, d: number): BatchBuffers {
  return { dP: new Float64Array(batch * d), dQ: new Float64Array(batch * d), error: new Float64Array(batch) };
}

/**
 * One batch: every row's update is computed from the factors as they were before the batch, then all are added. For a
 * row with error e = y − sigmoid(score): P_u += lr (e Q_i − reg P_u), Q_i += lr (e P_u − reg Q_i), b += lr (e − reg b).
 *
 * @param users @param items @param labels [rows]; users and items may repeat
 * @returns the batch's mean log loss before the update
 */
export function sgdBatch(
  state: BceSgdState,
  users: ArrayLike<number>,
  items: ArrayLike<number>,
  labels: ArrayLike<number>,
  lr: number,
  reg: number,
  work: BatchBuffers = batchBuffers(users.length, state.d),
): number {
  const { d, P, Q, bu, bi } = state;
  const { dP, dQ, error } = work;
  const n = users.length;
  let logLoss = 0;
  for (let row = 0; row < n; row++) {
    const [p, q] = [users[row] * d, items[row] * d];
    let score = bu[users[row]] + bi[items[row]];
    for (let f = 0; f < d; f++) score += P[p + f] * Q[q + f];
    const e = labels[row] - sigmoid(score);
    logLoss -= Math.log(Math.max(1e-15, 1 - Math.abs(e)));
    error[row] = e;
    for (let f = 0; f < d; f++) {
      dP[row * d + f] = e * Q[q + f] - reg * P[p + f];
      dQ[row * d + f] = e * P[p + f] - reg * Q[q + f];
    }
  }
  addBiases(bu, users, error, n, lr, reg);
  addBiases(bi, items, error, n, lr, reg);
  for (let row = 0; row < n; row++) {
    const [p, q] = [users[row] * d, items[row] * d];
    for (let f = 0; f < d; f++) {
      P[p + f] += lr * dP[row * d + f];
      Q[q + f] += lr * dQ[row * d + f];
    }
  }
  return n === 0 ? 0 : logLoss / n;
}

/** b += lr (e − reg b_before) for every row; a bias that repeats shrinks from its value before the batch each time. */
function addBiases(
  bias: Float64Array,
  of: ArrayLike<number>,
  error: Float64Array,
  n: number,
  lr: number,
  reg: number,
): void {
  const before = new Float64Array(n);
  for (let row = 0; row < n; row++) before[row] = bias[of[row]];
  for (let row = 0; row < n; row++) bias[of[row]] += lr * (error[row] - reg * before[row]);
}
