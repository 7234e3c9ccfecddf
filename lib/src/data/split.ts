import { requireInput } from "../errors";
import { seededRandom } from "../random";
import type { Csr, Interactions } from "./interactions";

/** How positives are held out. */
export interface SplitConfig {
  kind: "random";
  /** Share of all positives that goes to train, in (0, 1); the paper's is .8. */
  trainShare: number;
  seed: number;
}

/** Two disjoint matrices of the full one's shape, rows and columns as in it. */
export interface Split {
  train: Csr;
  test: Csr;
}

/** What a split left where. */
export interface SplitSummary {
  /** Interactions in train. */
  train: number;
  /** Interactions in test. */
  test: number;
  /** Users without a train interaction: their factors stay zero. */
  usersWithoutTrain: number;
  /** Items without a train interaction. */
  itemsWithoutTrain: number;
  /** Users with a test interaction: those that ranking metrics average over. */
  usersWithTest: number;
}

/**
 * Hold positives out at random over all interactions, not per user (arXiv 2606.29341, section 4.1): exactly
 * floor(trainShare · n) go to train, each subset of that size being equally likely (Knuth's selection sampling).
 *
 * @throws InputError for a share outside (0, 1) or one that leaves a part empty
 */
export function splitInteractions(interactions: Interactions, config: SplitConfig): Split {
  const { csr } = interactions;
  const n = csr.indices.length;
  requireInput(
    config.trainShare > 0 && config.trainShare < 1,
    `split.trainShare is ${config.trainShare}: give a share between 0 and 1, such as 0.8.`,
  );
  let wanted = Math.floor(config.trainShare * n);
  requireInput(
    wanted > 0 && wanted < n,
    `A split of ${n} interactions at split.trainShare ${config.trainShare} leaves one part empty: give more interactions.`,
  );
  const random = seededRandom(config.seed, "split");
  const train = emptyLike(csr, wanted);
  const test = emptyLike(csr, n - wanted);
  let inTrain = 0;
  let inTest = 0;
  for (let row = 0; row < csr.rows; row++) {
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) {
      if (random.uniform() * (n - p) < wanted) {
        train.indices[inTrain++] = csr.indices[p];
        wanted--;
      } else test.indices[inTest++] = csr.indices[p];
    }
    train.indptr[row + 1] = inTrain;
    test.indptr[row + 1] = inTest;
  }
  return { train, test };
}

function emptyLike(csr: Csr, nonzeros: number): Csr {
  return {
    rows: csr.rows,
    cols: csr.cols,
    indptr: new Int32Array(csr.rows + 1),
    indices: new Int32Array(nonzeros),
  };
}

/** Count what a split left where. */
export function splitSummary({ train, test }: Split): SplitSummary {
  const seen = new Uint8Array(train.cols);
  for (const item of train.indices) seen[item] = 1;
  let itemsWithTrain = 0;
  for (const flag of seen) itemsWithTrain += flag;
  return {
    train: train.indices.length,
    test: test.indices.length,
    usersWithoutTrain: train.rows - rowsWithEntries(train),
    itemsWithoutTrain: train.cols - itemsWithTrain,
    usersWithTest: rowsWithEntries(test),
  };
}

function rowsWithEntries(csr: Csr): number {
  let rows = 0;
  for (let r = 0; r < csr.rows; r++) if (csr.indptr[r + 1] > csr.indptr[r]) rows++;
  return rows;
}
