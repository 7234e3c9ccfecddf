import type { Csr, Interactions } from "../data/interactions";
import { requireInput } from "../errors";
import type { OnProgress } from "../progress";
import { type Random, seededRandom } from "../random";
import type { Factors } from "./factors";
import { drawNegative } from "./negatives";

export { sampleUsers } from "./sample-users";

/** Settings of {@link fitBceSgd}; the defaults are the paper's (arXiv 2606.29341, section 4.1). */
export interface BceSgdConfig {
  /** Embedding width. */
  d: number;
  lr: number;
  /** L2 penalty on factors and biases, applied with every row's update. */
  reg: number;
  epochs: number;
  /** Pairs whose updates are computed from the same factors and then added up. */
  batch: number;
  /** Standard deviation of the normal start of both factor matrices; biases start at 0. */
  initScale: number;
  seed: number;
}

/** The paper's settings. */
export const BCE_SGD_DEFAULTS: BceSgdConfig = {
  d: 20,
  lr: 0.005,
  reg: 0.01,
  epochs: 10,
  batch: 1024,
  initScale: 0.1,
  seed: 42,
};

/** The parameters while they are trained, in double precision. */
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

/** Pairs drawn or trained on between two reports of progress. */
const PAIRS_PER_REPORT = 2 ** 14;

/** Plain random draws between two looks at the event loop. */
const DRAWS_PER_REPORT = 2 ** 19;

/**
 * Fit logistic factors, score = b_u + b_i + P_u·Q_i, by binary cross-entropy and plain SGD as the paper does
 * (arXiv 2606.29341, section 4.1): one negative a positive, pairs shuffled, every row's update of a batch added, not
 * averaged. Negatives are drawn anew each epoch; the paper does not say whether it keeps its first draw.
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
  checkConfig(config);
  const { d, lr, epochs, initScale, seed } = config;
  const { csr } = train;
  requireInput(csr.indices.length > 0, "The train split has no interaction: give more data.");
  const n = 2 * csr.indices.length;
  const report = (done: number, metrics?: { loss: number }): void | Promise<void> =>
    onProgress?.({ phase: "BCE SGD", done, total: epochs * n, unit: "pairs", metrics });
  const init = seededRandom(seed, "bce-sgd/init");
  const state: BceSgdState = {
    d,
    P: await normals(csr.rows * d, initScale, init, () => report(0)),
    Q: await normals(csr.cols * d, initScale, init, () => report(0)),
    bu: new Float64Array(csr.rows),
    bi: new Float64Array(csr.cols),
  };
  const factors = (): Factors => ({
    ...single(state, lr),
    userIds: train.users,
    itemIds: train.items,
    config: { kind: "bce-sgd", ...config },
  });
  onEpoch?.(0, factors());
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pairs = await epochPairs(csr, seed, epoch, () => report(epoch * n));
    await trainEpoch(state, pairs, config, epoch, (done, metrics) => report(epoch * n + done, metrics));
    onEpoch?.(epoch + 1, factors());
  }
  return factors();
}

function checkConfig({ d, lr, reg, epochs, batch, initScale, seed }: BceSgdConfig): void {
  for (const [name, value] of Object.entries({ d, epochs, batch }))
    requireInput(Number.isInteger(value) && value >= 1, `mf.${name} is ${value}: give a whole number from 1.`);
  requireInput(lr > 0 && Number.isFinite(lr), `mf.lr is ${lr}: the learning rate is a positive number.`);
  for (const [name, value] of Object.entries({ reg, initScale }))
    requireInput(value >= 0 && Number.isFinite(value), `mf.${name} is ${value}: give 0 or a positive number.`);
  requireInput(Number.isInteger(seed), `The seed is ${seed}: give a whole number.`);
}

/** n draws from N(0, scale²). */
async function normals(
  n: number,
  scale: number,
  random: Random,
  breathe: () => void | Promise<void>,
): Promise<Float64Array> {
  const values = new Float64Array(n);
  for (let at = 0; at < n; at++) {
    values[at] = scale * random.normal();
    if (at % DRAWS_PER_REPORT === 0) await breathe();
  }
  return values;
}

/** One pass over the pairs in batches. */
async function trainEpoch(
  state: BceSgdState,
  { users, items, labels }: Pairs,
  { d, lr, reg, batch }: BceSgdConfig,
  epoch: number,
  report: (done: number, metrics: { loss: number }) => void | Promise<void>,
): Promise<void> {
  const work = batchBuffers(Math.min(batch, labels.length), d);
  let [sum, reported] = [0, 0];
  for (let from = 0, step = 1; from < labels.length; from += batch, step++) {
    const to = Math.min(labels.length, from + batch);
    const part = [users.subarray(from, to), items.subarray(from, to), labels.subarray(from, to)] as const;
    const logLoss = sgdBatch(state, ...part, lr, reg, work);
    if (!Number.isFinite(logLoss))
      throw new Error(`BCE SGD diverged in epoch ${epoch + 1}, step ${step}: lower mf.lr (now ${lr}).`);
    sum += logLoss * (to - from);
    if (to - reported < PAIRS_PER_REPORT && to < labels.length) continue;
    await report(to, { loss: sum / (to - reported) });
    [sum, reported] = [0, to];
  }
}

/** The trained parameters in single precision. */
function single({ d, P, Q, bu, bi }: BceSgdState, lr: number): Omit<Factors, "userIds" | "itemIds" | "config"> {
  const cast = (values: Float64Array): Float32Array => {
    const out = Float32Array.from(values);
    if (!out.every(Number.isFinite))
      throw new Error(`BCE SGD diverged: the factors no longer fit single precision, so lower mf.lr (now ${lr}).`);
    return out;
  };
  return { d, users: cast(P), items: cast(Q), userBias: cast(bu), itemBias: cast(bi) };
}

interface Pairs {
  users: Int32Array;
  items: Int32Array;
  labels: Uint8Array;
}

/** All positives and as many drawn negatives, shuffled together. */
async function epochPairs(csr: Csr, seed: number, epoch: number, breathe: () => void | Promise<void>): Promise<Pairs> {
  const random = seededRandom(seed, `bce-sgd/epoch/${epoch}`);
  const n = csr.indices.length;
  const users = new Int32Array(2 * n);
  const items = new Int32Array(2 * n);
  const labels = new Uint8Array(2 * n);
  const order = await shuffledOrder(2 * n, random, breathe);
  for (let user = 0, breath = 0; user < csr.rows; user++) {
    for (let p = csr.indptr[user]; p < csr.indptr[user + 1]; p++) {
      const [positive, negative] = [order[2 * p], order[2 * p + 1]];
      users[positive] = user;
      items[positive] = csr.indices[p];
      labels[positive] = 1;
      users[negative] = user;
      items[negative] = drawNegative(csr, user, random);
    }
    if (csr.indptr[user + 1] - breath < PAIRS_PER_REPORT) continue;
    await breathe();
    breath = csr.indptr[user + 1];
  }
  return { users, items, labels };
}

/** 0 … n − 1 in random order; `random.shuffle` in slices, since millions of pairs take longer than Interrupt may wait. */
async function shuffledOrder(n: number, random: Random, breathe: () => void | Promise<void>): Promise<Int32Array> {
  const order = new Int32Array(n);
  for (let at = 0; at < n; at++) order[at] = at;
  for (let at = n - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    const held = order[at];
    order[at] = order[other];
    order[other] = held;
    if (at % DRAWS_PER_REPORT === 0) await breathe();
  }
  return order;
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
