import { seededRandom } from "../base/random";
import { splitInteractions } from "../data/split";
import { pairMetrics, validationPairs } from "../metrics/pairs";
import { BCE_SGD_DEFAULTS, type BceSgdConfig, fitBceSgd } from "../mf/bce-sgd";
import { drawNegative } from "../mf/negatives";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import type { Benchmark, BenchSize, Contender, Outcome, PeerWork } from "./benchmark";
import { sizeInWords } from "./ials";
import { powerLawInteractions } from "./power-law";
import { paced } from "./throttled";

/** Positives before 80 % of them are drawn for training: in full 2.5 million are left, 5.0 million pairs an epoch. */
const SIZES: Readonly<Record<BenchSize, { users: number; items: number; interactions: number }>> = {
  small: { users: 10_000, items: 5_000, interactions: 80_000 },
  full: { users: 400_000, items: 182_207, interactions: 3_133_692 },
};

/** The paper's factorization, its updates and its batches: seconds an epoch. */
export const bceSgd: Benchmark = {
  name: "bce-sgd",
  rounds: { small: 3, full: 3 },
  prepare(size, rounds) {
    const all = powerLawInteractions({ ...SIZES[size], seed: 42 });
    const split = splitInteractions(all, { kind: "random", trainShare: 0.8, seed: 42 });
    const train = { users: all.users, items: all.items, csr: split.train };
    const config = { ...BCE_SGD_DEFAULTS, epochs: rounds };
    const { d, batch } = config;
    const pairs = 2 * train.csr.indices.length;
    const contender = (name: string, role: Contender["role"], schedule: BceSgdConfig["schedule"]) =>
      paced(name, role, (pause) =>
        fitBceSgd(train, { ...config, schedule }, async ({ done, metrics }) => {
          // An epoch ends with a report of its loss, at a whole number of epochs.
          if (metrics !== undefined && done % pairs === 0) await pause();
        }),
      );
    const ours = contender("BCE SGD", "ours", "batches");
    const validation = validationPairs(split, 42);
    return {
      what: `one epoch of BCE SGD, ${sizeInWords(train)}, ${pairs.toLocaleString("en")} pairs, d=${d}, batches of ${batch} added up`,
      unit: "epoch",
      note: "Same start of the factors. Ours draws new negatives every epoch within its time; NumPy's were drawn once before, as published.",
      ours: [ours, contender("BCE SGD by blocks", "form", "blocks")],
      peers: { module: "bce_sgd", arrays: peerArrays(train.csr, config), config: { ...config } },
      flops: pairs * (10 * d + 10),
      bytes: pairs * 4 * 4 * (d + 1),
      async check(peer?: Outcome) {
        const factors = peer ? peerFactors(peer, train, d) : await ours.result();
        return {
          what: `log loss of held-out pairs after ${rounds} epochs`,
          value: pairMetrics(factors, validation).logLoss,
        };
      },
    };
  },
};

/** The start of {@link fitBceSgd}, drawn from the same stream, and pairs with negatives drawn once. */
function peerArrays(csr: Csr, { d, initScale, seed }: typeof BCE_SGD_DEFAULTS): PeerWork["arrays"] {
  const init = seededRandom(seed, "bce-sgd/init");
  const normals = (rows: number) => ({
    shape: [rows, d],
    data: Float32Array.from({ length: rows * d }, () => initScale * init.normal()),
  });
  const n = csr.indices.length;
  const [users, items, labels] = [new Int32Array(2 * n), new Int32Array(2 * n), new Uint8Array(2 * n)];
  const random = seededRandom(seed, "bench/bce-sgd/negatives");
  for (let user = 0; user < csr.rows; user++)
    for (let p = csr.indptr[user]; p < csr.indptr[user + 1]; p++) {
      users.fill(user, 2 * p, 2 * p + 2);
      items[2 * p] = csr.indices[p];
      items[2 * p + 1] = drawNegative(csr, user, random);
      labels[2 * p] = 1;
    }
  return {
    users_start: normals(csr.rows),
    items_start: normals(csr.cols),
    pair_users: { shape: [2 * n], data: users },
    pair_items: { shape: [2 * n], data: items },
    pair_labels: { shape: [2 * n], data: labels },
  };
}

function peerFactors({ arrays }: Outcome, train: { users: string[]; items: string[] }, d: number): Factors {
  return {
    d,
    users: arrays.users.data as Float32Array,
    items: arrays.items.data as Float32Array,
    userBias: arrays.user_bias.data as Float32Array,
    itemBias: arrays.item_bias.data as Float32Array,
    userIds: train.users,
    itemIds: train.items,
    config: { kind: "bce-sgd" },
  };
}
