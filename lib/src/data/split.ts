import { z } from "zod";
import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { seededRandom } from "../base/random";
import { described, requireSettings, seedSetting, share, word } from "../base/settings";
import type { Csr, Interactions } from "../records/interactions";

/** Settings of the split, by name: {@link splitSettings} describes each. */
export type SplitShape = {
  kind: z.ZodEnum<{ random: "random"; "leave-last-out": "leave-last-out"; time: "time" }>;
  trainShare: z.ZodNumber;
  seed: z.ZodInt;
};

/** A split with its settings. */
export type SplitConfig = z.infer<z.ZodObject<SplitShape>>;

/** How positives are held out: at random over all (the paper), each user's last one, or whatever came after a moment. */
export type SplitKind = SplitConfig["kind"];

/** The paper's split. */
export const SPLIT_DEFAULTS: SplitConfig = { kind: "random", trainShare: 0.8, seed: 42 };

const PAPER = "arXiv 2606.29341, section 4.1";

/** Each setting of the split. */
export const splitSettings: z.ZodObject<SplitShape> = z.object({
  kind: described(word("random", "leave-last-out", "time"), {
    meaning:
      "Which positives are held out: at random over all (the paper), each user's last one, or the latest of all; the last two need times.",
    ...{ unit: "name", default: SPLIT_DEFAULTS.kind, source: PAPER },
  }),
  trainShare: described(share(), {
    meaning: "Share of the positives that is fitted on; the rest is held out. Of no meaning to leave-last-out.",
    ...{ unit: "share", default: SPLIT_DEFAULTS.trainShare, source: PAPER },
  }),
  seed: seedSetting("Seed of the random draw; the other kinds draw nothing."),
});

/** A file of held-out interactions, in place of a draw. */
export const heldOutSetting: z.ZodOptional<z.ZodString> = described(z.string().min(1), {
  meaning:
    "File of the interactions that are held out, in place of a draw; columns and filter are those of the ratings. What the ratings hold beside them is fitted on, and nothing is pruned unless data.prune is set.",
  ...{ unit: "file", default: undefined, source: "yours" },
}).optional();

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
 * Hold positives out. `random`: exactly floor(trainShare · n) over all interactions, not per user, go to train, each subset of that size
 * being equally likely (arXiv 2606.29341, section 4.1; Knuth's selection sampling). `time`: the earliest floor(trainShare · n) go to train.
 * `leave-last-out`: each user's latest is held out, unless it is the only one.
 *
 * @throws InputError for a share outside (0, 1), one that leaves a part empty, or a split by time of data without times
 */
export function splitInteractions(interactions: Interactions, config: SplitConfig): Split {
  const { csr, times } = interactions;
  const n = csr.indices.length;
  requireSettings("split", splitSettings, config);
  requireInput(
    config.kind === "random" || times !== undefined,
    `split.kind is ${quote(config.kind)} but the data has no times: name the ratings' time column with --columns time=…, or split at random.`,
  );
  const wanted = Math.floor(config.trainShare * n);
  const inTrain =
    config.kind === "random"
      ? drawn(n, wanted, config.seed)
      : config.kind === "time"
        ? earliest(times as Float64Array, wanted)
        : allButLast(csr, times as Float64Array);
  const split = parts(csr, inTrain);
  requireInput(
    split.train.indices.length > 0 && split.test.indices.length > 0,
    `A split of ${n} interactions by ${config.kind} at split.trainShare ${config.trainShare} leaves one part empty: give more interactions.`,
  );
  requireDisjoint(split, n);
  return split;
}

/** What {@link holdOut} gives beside the split. */
export interface HeldOut extends Split {
  /** Given pairs whose user or item the data does not have. */
  unknown: number;
  /** Given pairs of users who were not drawn. */
  undrawn: number;
}

/**
 * Hold given pairs out: those whose user and item the data has are the test part, and everything else of the data is train. A pair need
 * not stand among the interactions.
 *
 * @param all users that these were drawn from; default: there are no others
 * @throws InputError where that leaves a part empty
 */
export function holdOut(
  { users, items, csr }: Interactions,
  heldOut: Interactions,
  all: readonly string[] = users,
): HeldOut {
  const known = new Set(all);
  const rowOf = new Map(users.map((id, row) => [id, row]));
  const columnOf = new Map(items.map((id, column) => [id, column]));
  const columns = heldOut.items.map((id) => columnOf.get(id) ?? -1);
  const out: number[][] = users.map(() => []);
  let [unknown, undrawn] = [0, 0];
  heldOut.users.forEach((id, user) => {
    const row = rowOf.get(id);
    if (row === undefined && known.has(id)) {
      undrawn += heldOut.csr.indptr[user + 1] - heldOut.csr.indptr[user];
      return;
    }
    for (let entry = heldOut.csr.indptr[user]; entry < heldOut.csr.indptr[user + 1]; entry++) {
      const column = columns[heldOut.csr.indices[entry]];
      if (row === undefined || column < 0) unknown++;
      else out[row].push(column);
    }
  });
  const test = csrOf(csr, out);
  const train = csrOf(
    csr,
    out.map((held, row) => {
      const gone = new Set(held);
      return Array.from(csr.indices.subarray(csr.indptr[row], csr.indptr[row + 1])).filter((one) => !gone.has(one));
    }),
  );
  requireInput(
    train.indices.length > 0 && test.indices.length > 0,
    `Of the held-out interactions ${test.indices.length} are of users and items of the data, ${unknown + undrawn} are not, and ${train.indices.length} interactions are left to fit on: neither part may be empty; give a file with the ids of the ratings.`,
  );
  return { train, test, unknown, undrawn };
}

/** Rows of columns, in any order, as a matrix of the same shape. */
function csrOf({ rows, cols }: Csr, columns: readonly number[][]): Csr {
  const indptr = new Int32Array(rows + 1);
  columns.forEach((row, index) => {
    indptr[index + 1] = indptr[index] + row.length;
  });
  const indices = new Int32Array(indptr[rows]);
  columns.forEach((row, index) => {
    indices.set(Int32Array.from(row).sort(), indptr[index]);
  });
  return { rows, cols, indptr, indices };
}

function drawn(n: number, share: number, seed: number): Uint8Array {
  const random = seededRandom(seed, "split");
  const inTrain = new Uint8Array(n);
  let wanted = share;
  for (let entry = 0; entry < n; entry++) {
    if (random.uniform() * (n - entry) >= wanted) continue;
    inTrain[entry] = 1;
    wanted--;
  }
  return inTrain;
}

/** The `wanted` earliest; of those at the very moment of the cut, the first in the matrix. */
function earliest(times: Float64Array, wanted: number): Uint8Array {
  const cut = times.slice().sort()[wanted];
  const inTrain = new Uint8Array(times.length);
  let left = wanted;
  for (let entry = 0; entry < times.length; entry++)
    if (times[entry] < cut) {
      inTrain[entry] = 1;
      left--;
    }
  for (let entry = 0; entry < times.length && left > 0; entry++)
    if (times[entry] === cut) {
      inTrain[entry] = 1;
      left--;
    }
  return inTrain;
}

function allButLast({ rows, indptr }: Csr, times: Float64Array): Uint8Array {
  const inTrain = new Uint8Array(times.length).fill(1);
  for (let row = 0; row < rows; row++) {
    if (indptr[row + 1] - indptr[row] < 2) continue;
    let last = indptr[row];
    for (let entry = last + 1; entry < indptr[row + 1]; entry++) if (times[entry] >= times[last]) last = entry;
    inTrain[last] = 0;
  }
  return inTrain;
}

function parts(csr: Csr, inTrain: Uint8Array): Split {
  let size = 0;
  for (let entry = 0; entry < inTrain.length; entry++) size += inTrain[entry];
  const train = emptyLike(csr, size);
  const test = emptyLike(csr, inTrain.length - size);
  let [toTrain, toTest] = [0, 0];
  for (let row = 0; row < csr.rows; row++) {
    for (let entry = csr.indptr[row]; entry < csr.indptr[row + 1]; entry++) {
      if (inTrain[entry] === 1) train.indices[toTrain++] = csr.indices[entry];
      else test.indices[toTest++] = csr.indices[entry];
    }
    train.indptr[row + 1] = toTrain;
    test.indptr[row + 1] = toTest;
  }
  return { train, test };
}

/**
 * Check that no interaction is in both parts and none is lost.
 *
 * @param interactions how many there were before the split
 * @throws Error naming the row, should that ever fail: every number after it would be wrong
 */
export function requireDisjoint({ train, test }: Split, interactions: number): void {
  if (train.indices.length + test.indices.length !== interactions)
    throw new Error(
      `The split lost interactions: ${train.indices.length} + ${test.indices.length} of ${interactions}.`,
    );
  for (let row = 0; row < train.rows; row++) {
    let other = test.indptr[row];
    for (let entry = train.indptr[row]; entry < train.indptr[row + 1]; entry++) {
      while (other < test.indptr[row + 1] && test.indices[other] < train.indices[entry]) other++;
      if (other < test.indptr[row + 1] && test.indices[other] === train.indices[entry])
        throw new Error(`Row ${row}, column ${train.indices[entry]} is in both parts of the split.`);
    }
  }
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
