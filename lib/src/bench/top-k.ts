import { sampleRows } from "../metrics/monosemanticity";
import { topK as topKOfUser, topLists } from "../metrics/top-k";
import { fitIals, IALS_DEFAULTS } from "../mf/ials";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import type { Benchmark, BenchSize, Outcome } from "./benchmark";
import { IALS_SIZES, sizeInWords } from "./ials";
import { powerLawInteractions } from "./power-law";

const K = 10;

/** Users whose lists ours makes in a round, and how many of them the peers do. */
const USERS: Readonly<Record<BenchSize, { all: number; sample: number }>> = {
  small: { all: 20_000, sample: 2_000 },
  full: { all: 400_000, sample: 10_000 },
};

/** Lists that are held against brute force. */
const COMPARED = 200;

/** Exact top-10 over the whole catalogue, train items masked, on trained factors: seconds for all users. */
export const topK: Benchmark = {
  name: "top-k",
  rounds: { small: 3, full: 3 },
  async prepare(size) {
    const train = powerLawInteractions({ ...IALS_SIZES[size], seed: 42 });
    const factors = await fitIals(train, { ...IALS_DEFAULTS, iterations: 5, tolerance: 0 });
    const { all, sample } = USERS[size];
    const rows = sampleRows(train.users.length, all, 42);
    const sampled = rows.filter((_, index) => index % (all / sample) === 0);
    const { d } = factors;
    let lists: Int32Array = new Int32Array(0);
    const unit = `${all.toLocaleString("en")} users`;
    return {
      what: `exact top-${K} of ${unit}, ${sizeInWords(train)}, d=${d}, factors of five iALS iterations`,
      unit,
      note: `implicit makes the lists of ${sample.toLocaleString("en")} of these users, and its time is scaled to all; ours makes all.`,
      ours: [
        {
          name: "ranking kernel",
          role: "ours",
          async round() {
            const started = performance.now();
            lists = (await topLists(factors, rows, K, train.csr)).items;
            return (performance.now() - started) / 1000;
          },
          async close() {},
        },
      ],
      peers: {
        module: "top_k",
        arrays: {
          users: { shape: [train.users.length, d], data: factors.users },
          items: { shape: [train.items.length, d], data: factors.items },
          indptr: { shape: [train.users.length + 1], data: train.csr.indptr },
          indices: { shape: [train.csr.indices.length], data: train.csr.indices },
          rows: { shape: [sample], data: sampled },
        },
        config: { d, k: K },
        scale: all / sample,
      },
      flops: 2 * all * train.items.length * d,
      bytes: 4 * (all * d + train.items.length * d),
      check(peer?: Outcome) {
        const own = (index: number): Int32Array =>
          lists.subarray(index * (all / sample) * K, (index * (all / sample) + 1) * K);
        const theirs = peer?.arrays.lists.data as Int32Array | undefined;
        const listOf = theirs ? (index: number) => theirs.subarray(index * K, (index + 1) * K) : own;
        const compared = Math.min(COMPARED, sample);
        return {
          what: `share of ${compared} lists equal to brute force`,
          value: shareEqual(listOf, factors, sampled.subarray(0, compared), train.csr),
        };
      },
    };
  },
};

/** Share of users whose list is the same, item by item, as a full scan's. */
function shareEqual(listOf: (index: number) => Int32Array, factors: Factors, rows: Int32Array, train: Csr): number {
  let equal = 0;
  rows.forEach((user, index) => {
    const taken = train.indices.subarray(train.indptr[user], train.indptr[user + 1]);
    const { items } = topKOfUser(factors, user, K, taken);
    if (items.every((item, rank) => item === listOf(index)[rank])) equal++;
  });
  return equal / rows.length;
}
