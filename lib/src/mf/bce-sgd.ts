import type { Csr, Interactions } from "../data/interactions";
import { csrFromPairs } from "../data/interactions";
import { requireInput } from "../errors";
import type { OnProgress } from "../progress";
import { seededRandom } from "../random";
import type { Factors } from "./factors";
import { drawNegative } from "./negatives";

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

/**
 * Fit logistic factors, score = b_u + b_i + P_u·Q_i, by binary cross-entropy and plain SGD as the paper does: one
 * negative a positive, pairs shuffled, every row's update of a batch added, not averaged. Negatives are drawn anew each
 * epoch; the paper does not say whether it keeps its first draw.
 *
 * @param train the train split
 */
export async function fitBceSgd(train: Interactions, config: BceSgdConfig, onProgress?: OnProgress): Promise<Factors> {
  const { d, lr, reg, epochs, batch, initScale, seed } = config;
  const { csr } = train;
  requireInput(csr.indices.length > 0, "The train split has no interaction: give more data.");
  const init = seededRandom(seed, "bce-sgd/init");
  const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => initScale * init.normal());
  const state: BceSgdState = {
    d,
    P: normals(csr.rows * d),
    Q: normals(csr.cols * d),
    bu: new Float64Array(csr.rows),
    bi: new Float64Array(csr.cols),
  };
  const work = batchBuffers(batch, d);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pairs = epochPairs(csr, seed, epoch);
    const n = pairs.labels.length;
    for (let from = 0, step = 0; from < n; from += batch, step++) {
      const to = Math.min(n, from + batch);
      const users = pairs.users.subarray(from, to);
      const items = pairs.items.subarray(from, to);
      const logLoss = sgdBatch(state, users, items, pairs.labels.subarray(from, to), lr, reg, work);
      if (!Number.isFinite(logLoss))
        throw new Error(`BCE SGD diverged in epoch ${epoch + 1}, step ${step + 1}: lower mf.lr (now ${lr}).`);
      if (step % 16 === 0)
        await onProgress?.({
          phase: "BCE SGD",
          done: epoch * n + to,
          total: epochs * n,
          unit: "pairs",
          metrics: { logLoss },
        });
    }
  }
  const [P, Q] = [Float32Array.from(state.P), Float32Array.from(state.Q)];
  if (!P.every(Number.isFinite) || !Q.every(Number.isFinite))
    throw new Error(`BCE SGD diverged: the factors no longer fit single precision, so lower mf.lr (now ${lr}).`);
  return {
    d,
    users: P,
    items: Q,
    userBias: Float32Array.from(state.bu),
    itemBias: Float32Array.from(state.bi),
    userIds: train.users,
    itemIds: train.items,
    config: { kind: "bce-sgd", ...config },
  };
}

interface Pairs {
  users: Int32Array;
  items: Int32Array;
  labels: Uint8Array;
}

/** All positives and as many drawn negatives, shuffled together. */
function epochPairs(csr: Csr, seed: number, epoch: number): Pairs {
  const random = seededRandom(seed, `bce-sgd/epoch/${epoch}`);
  const n = csr.indices.length;
  const users = new Int32Array(2 * n);
  const items = new Int32Array(2 * n);
  const labels = new Uint8Array(2 * n);
  const order = random.shuffle(Int32Array.from({ length: 2 * n }, (_, at) => at));
  for (let user = 0; user < csr.rows; user++)
    for (let p = csr.indptr[user]; p < csr.indptr[user + 1]; p++) {
      const [positive, negative] = [order[2 * p], order[2 * p + 1]];
      users[positive] = user;
      items[positive] = csr.indices[p];
      labels[positive] = 1;
      users[negative] = user;
      items[negative] = drawNegative(csr, user, random);
    }
  return { users, items, labels };
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

/**
 * At most `max` users, drawn without replacement; the catalogue stays whole. The paper draws 400,000 with seed 42.
 *
 * @returns the same record where there are no more users than that
 */
export function sampleUsers(interactions: Interactions, max: number, seed: number): Interactions {
  const { users, items, csr } = interactions;
  if (users.length <= max) return interactions;
  const drawn = seededRandom(seed, "sample-users")
    .shuffle(Int32Array.from({ length: users.length }, (_, row) => row))
    .slice(0, max)
    .sort();
  const rowOf: number[] = [];
  const colOf: number[] = [];
  drawn.forEach((row, at) => {
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) {
      rowOf.push(at);
      colOf.push(csr.indices[p]);
    }
  });
  return { users: Array.from(drawn, (row) => users[row]), items, csr: csrFromPairs(max, items.length, rowOf, colOf) };
}
