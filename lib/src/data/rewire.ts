import { InputError, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { type Csr, columnCounts, rowCounts } from "../records/interactions";
import { pairChances } from "./chance-overlap";
import { type SizeClass, type SizeClasses, sizeClasses } from "./size-classes";
import { trader } from "./trade";

/** A matrix with everyone's and everything's counts kept, and who took what with what destroyed. */
export interface Rewired {
  /** Of the shape of the original, rows ascending. */
  csr: Csr;
  /** Trades per row that were made in all; a trade has two rows. */
  tradesPerRow: number;
  /** Share of the original pairs that are still there, whenever it was looked at: after each round until every class was mixed, and at the end. */
  shared: number[];
  /** Share of the original pairs that an independent draw with these counts would hold. */
  sharedByChance: number;
  /** The same at the end by size of rows (users) and of columns (items), from the smallest up. */
  rowClasses: SizeClass[];
  columnClasses: SizeClass[];
}

/** Settings of {@link rewire}. */
export interface RewireOptions {
  seed: number;
  /** Rounds after which mixing is given up; default 150. */
  mostRounds?: number;
  /** How far above chance a class may lie; default: {@link TOLERANCE}. */
  tolerance?: Tolerance;
  onProgress?: OnProgress;
}

/** Rounds after which mixing is given up, where nothing else is asked for. A round has as many trades as there are rows. */
const MOST_ROUNDS = 150;
/** Rounds at least before they are doubled, so that a matrix too small to show its overlap well is mixed all the same. */
const LEAST_ROUNDS = 6;
/** Trades whose rows are drawn at once. */
const BATCH = 64;
/** What a class of rows or columns may hold of the original: `times`·e + `deviations`·(√e + 1) pairs where chance would hold e. */
export interface Tolerance {
  times: number;
  deviations: number;
}

/**
 * A fifth above chance, three standard deviations of counting, and three pairs, since a few pairs are not counted by a normal form. So a class
 * that has no more than three pairs is always taken for mixed, and one with hundreds is held to about a fifth above chance.
 */
const TOLERANCE: Tolerance = { times: 1.2, deviations: 3 };

/**
 * Rewire a matrix by curveball trades (Strona et al. 2014): two rows put what only one of them has into a pool, and draw from
 * it as many as they gave. Every row's and every column's count stays.
 *
 * One of the two rows is drawn by its size, the other one evenly. A row of r gives at most s to a row of s: were both drawn evenly, one of
 * 1,200 would need hundreds of rounds. By size it is drawn r times as often, and every row is exchanged at about the same pace.
 * Each matrix with these counts stays equally likely: which two rows are drawn depends on their sizes alone, which never change, not on
 * what they hold; and a trade leads from one matrix to another as likely as back. So the chain is symmetric, and since any
 * two rows may be drawn, it reaches every matrix (Carstens 2015).
 *
 * Rounds go on until every class of rows and of columns ({@link sizeClasses}) holds no more of the original than chance
 * ({@link pairChances}), within a {@link Tolerance}, and then as many rounds again: a chain that is stopped by what it looks like would
 * favour what it looked like. What it holds in the end is held to the same tolerance; where it is not, which is luck, rounds go on.
 *
 * @param csr rows of distinct columns, ascending; not changed
 * @throws InputError when there are fewer than two rows that hold anything
 * @throws InputError when a class of rows or columns has not come to its chance overlap after `mostRounds` rounds
 */
export async function rewire(csr: Csr, options: RewireOptions): Promise<Rewired> {
  const { rows, cols, indptr } = csr;
  const { seed, mostRounds = MOST_ROUNDS, tolerance = TOLERANCE, onProgress } = options;
  const indices = csr.indices.slice();
  const filled = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => indptr[row + 1] > indptr[row]);
  requireInput(
    filled.length > 1,
    `Only ${filled.length} rows hold an interaction: rewiring exchanges between rows, so give more data.`,
  );
  const overlap = await overlapOf(csr, tolerance, onProgress);
  const holder = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) holder.fill(row, indptr[row], indptr[row + 1]);
  const random = seededRandom(seed, "rewire");
  const trade = trader(indptr, indices, cols, random.integer);
  const [one, other, touched] = [new Int32Array(BATCH), new Int32Array(BATCH), new Int32Array(BATCH)];
  const shared: number[] = [];
  // Rounds in all, while it is not looked at what is shared; undefined until it is mixed.
  let total: number | undefined;
  let rounds = 0;
  let found: Overlap;
  for (;;) {
    for (let made = 0; made < filled.length; ) {
      const batch = Math.min(BATCH, filled.length - made);
      // Drawn ahead, so that a batch's rows come from memory side by side and not one after the other.
      for (let index = 0; index < batch; index++) {
        one[index] = holder[random.integer(holder.length)];
        other[index] = filled[random.integer(filled.length)];
      }
      for (let index = 0; index < batch; index++)
        touched[index] = indices[indptr[one[index]]] ^ indices[indptr[other[index]]];
      for (let index = 0; index < batch; index++) if (one[index] !== other[index]) trade(one[index], other[index]);
      made += batch;
      if (made % (200 * BATCH) === 0)
        await onProgress?.({ phase: "rewiring", done: made, total: filled.length, unit: "trades" });
    }
    rounds++;
    if (total !== undefined && rounds < total) continue;
    found = overlap(indices);
    shared.push(found.shared);
    if (found.apart === undefined) {
      if (rounds === total) break;
      total = 2 * Math.max(LEAST_ROUNDS, rounds);
    } else if (rounds >= mostRounds) throw new InputError(unmixed(found.apart, rounds));
    else total = undefined;
  }
  const { rowClasses, columnClasses, sharedByChance } = found;
  for (let row = 0; row < rows; row++) indices.subarray(indptr[row], indptr[row + 1]).sort();
  return {
    csr: { rows, cols, indptr: indptr.slice(), indices },
    tradesPerRow: 2 * rounds,
    ...{ shared, sharedByChance, rowClasses, columnClasses },
  };
}

/** How much of the original a matrix holds. */
interface Overlap extends Pick<Rewired, "sharedByChance" | "rowClasses" | "columnClasses"> {
  shared: number;
  /** A class that is not at its chance overlap. */
  apart?: SizeClass & { of: "users" | "items" };
}

/** A count of what another matrix with the same rows, in any order, holds of this one. */
async function overlapOf(
  csr: Csr,
  tolerance: Tolerance,
  onProgress?: OnProgress,
): Promise<(indices: Int32Array) => Overlap> {
  const { rows, cols, indptr, indices } = csr;
  const [byRow, byColumn] = [sizeClasses(rowCounts(csr)), sizeClasses(columnCounts(csr))];
  const { x, y } = await pairChances(csr, onProgress);
  const zeros = ({ classes }: SizeClasses): Float64Array => new Float64Array(classes.length);
  const [rowChance, columnChance] = [zeros(byRow), zeros(byColumn)];
  for (let row = 0; row < rows; row++)
    for (let p = indptr[row]; p < indptr[row + 1]; p++) {
      const strength = x[row] * y[indices[p]];
      const chance = strength / (1 + strength);
      rowChance[byRow.of[row]] += chance;
      columnChance[byColumn.of[indices[p]]] += chance;
    }
  const sharedByChance = sum(rowChance) / indices.length;
  const lastRow = new Int32Array(cols);
  return (other) => {
    const [inRows, inColumns] = [zeros(byRow), zeros(byColumn)];
    lastRow.fill(-1);
    for (let row = 0; row < rows; row++) {
      for (let p = indptr[row]; p < indptr[row + 1]; p++) lastRow[other[p]] = row;
      for (let p = indptr[row]; p < indptr[row + 1]; p++) {
        if (lastRow[indices[p]] !== row) continue;
        inRows[byRow.of[row]]++;
        inColumns[byColumn.of[indices[p]]]++;
      }
    }
    const rowClasses = measured(byRow, inRows, rowChance);
    const columnClasses = measured(byColumn, inColumns, columnChance);
    const apart = [
      ...rowClasses.map((one) => ({ ...one, of: "users" as const })),
      ...columnClasses.map((one) => ({ ...one, of: "items" as const })),
    ].find((one) => !atChance(one, tolerance));
    return { shared: sum(inRows) / indices.length, sharedByChance, rowClasses, columnClasses, apart };
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const measured = ({ classes }: SizeClasses, shared: Float64Array, chance: Float64Array): SizeClass[] =>
  classes.map((one, index) => ({
    ...one,
    shared: shared[index] / one.pairs,
    sharedByChance: chance[index] / one.pairs,
  }));

function atChance({ pairs, shared, sharedByChance }: SizeClass, { times, deviations }: Tolerance): boolean {
  const expected = pairs * sharedByChance;
  return pairs * shared <= times * expected + deviations * (Math.sqrt(expected) + 1);
}

function unmixed(
  { of, least, most, members, shared, sharedByChance }: SizeClass & { of: string },
  rounds: number,
): string {
  const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
  return (
    `The rewired data has not mixed after ${2 * rounds} trades a user: the ${members} ${of} with ${least} to ${most} interactions ` +
    `still share ${percent(shared)} of them with the original, by chance it would be ${percent(sharedByChance)}. ` +
    "Leave out the users or items with the most interactions, or go on without this null (--null none)."
  );
}
