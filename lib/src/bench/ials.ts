import { drawnItems, fitIals, IALS_DEFAULTS } from "../mf/ials";
import { ialsObjective } from "../mf/ials-reference";
import type { Interactions } from "../records/interactions";
import type { Benchmark, BenchSize, Outcome } from "./benchmark";
import { powerLawInteractions } from "./power-law";
import { paced } from "./throttled";

/** The paper's data after pruning, and one that takes seconds in all. */
export const IALS_SIZES: Readonly<Record<BenchSize, { users: number; items: number; interactions: number }>> = {
  small: { users: 20_000, items: 5_000, interactions: 200_000 },
  full: { users: 1_089_923, items: 182_207, interactions: 8_528_231 },
};

/** Implicit ALS, exact: seconds an iteration. */
export const ials: Benchmark = {
  name: "ials",
  rounds: { small: 3, full: 3 },
  prepare(size, rounds) {
    const { users, items, interactions } = IALS_SIZES[size];
    const train = powerLawInteractions({ users, items, interactions, seed: 42 });
    const config = { ...IALS_DEFAULTS, iterations: rounds, tolerance: 0 };
    const { d, alpha, reg } = config;
    const ours = paced("iALS, exact", "ours", (pause) =>
      fitIals(train, config, async ({ metrics }) => {
        // The objective comes at the end of an iteration.
        if (metrics?.loss !== undefined) await pause();
      }),
    );
    const objective = (P: ArrayLike<number>, Q: ArrayLike<number>): number =>
      ialsObjective(train.csr, Float64Array.from(P), Float64Array.from(Q), d, alpha, reg);
    return {
      what: `one iteration of implicit ALS, ${sizeInWords(train)}, d=${d}, alpha=${alpha}, reg=${reg}`,
      unit: "iteration",
      note: "Same start of the item factors and same confidence (our alpha 40 is implicit's 41); implicit's time is the one that it takes by itself, without transposing the matrix.",
      ours: [ours],
      peers: {
        module: "ials",
        arrays: {
          indptr: { shape: [users + 1], data: train.csr.indptr },
          indices: { shape: [train.csr.indices.length], data: train.csr.indices },
          start: { shape: [items, d], data: drawnItems(items, config) },
        },
        config: { d, alpha, reg },
      },
      flops: ialsFlops(users, items, train.csr.indices.length, d),
      bytes: 4 * (2 * train.csr.indices.length * (d + 1) + 3 * (users + items) * d),
      async check(peer?: Outcome) {
        const fitted = peer ? { users: peer.arrays.users.data, items: peer.arrays.items.data } : await ours.result();
        return { what: `objective after ${rounds} iterations`, value: objective(fitted.users, fitted.items) };
      },
    };
  },
};

/** Operations of an iteration: outer products and right-hand sides of every interaction from both sides, Gram matrices, Cholesky. */
export function ialsFlops(users: number, items: number, interactions: number, d: number): number {
  const perInteraction = d * (d + 1) + 2 * d;
  const perRow = d ** 3 / 3 + 2 * d * d + d * (d + 1);
  return 2 * interactions * perInteraction + (users + items) * perRow;
}

/** Sizes in words. */
export function sizeInWords({ csr }: Interactions): string {
  const [users, items, n] = [csr.rows, csr.cols, csr.indices.length].map((value) => value.toLocaleString("en"));
  return `${users} users × ${items} items, ${n} interactions`;
}
