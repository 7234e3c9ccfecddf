import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import type { Csr } from "../records/interactions";

/** A matrix with everyone's and everything's counts kept, and who took what with what destroyed. */
export interface Rewired {
  /** Of the shape of the original, rows ascending. */
  csr: Csr;
  /** Trades per row that were made in all. */
  tradesPerRow: number;
  /** Share of the original pairs that are still there, after each round of trades. */
  shared: number[];
  /** Share of the original pairs that two independent draws with these counts would share, about. */
  sharedByChance: number;
}

/** Trades per row in a round: after each the overlap with the original is looked at. */
const ROUND = 2;
/** Rounds after which mixing is given up; odd, so that no doubled number of rounds equals it. */
const MOST_ROUNDS = 101;
/** Rounds at least, so that a matrix too small to show its overlap well is mixed all the same. */
const LEAST_ROUNDS = 6;
/** A round that changes the overlap by less than this many standard deviations of counting has changed nothing. */
const STILL = 2;

/**
 * Rewire a matrix by curveball trades (Strona et al. 2014): two rows put what only one of them has into a pool, and draw from
 * it as many as they gave. Every row's and every column's count stays; each matrix with these counts is equally likely once
 * the chain has mixed. Rounds of trades go on until the overlap with the original has stopped falling in two rounds running, and
 * then as many rounds again: a chain that is stopped by what it looks like would favour what it looked like.
 *
 * @param csr rows of distinct columns, ascending; not changed
 * @throws InputError when there are fewer than two rows that hold anything
 * @throws Error when the overlap is still falling after {@link MOST_ROUNDS} rounds
 */
export async function rewire(csr: Csr, options: { seed: number; onProgress?: OnProgress }): Promise<Rewired> {
  const { rows, cols, indptr } = csr;
  const indices = csr.indices.slice();
  const filled = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => indptr[row + 1] > indptr[row]);
  requireInput(
    filled.length > 1,
    `Only ${filled.length} rows hold an interaction: rewiring exchanges between rows, so give more data.`,
  );
  const random = seededRandom(options.seed, "rewire");
  const trade = trader(indptr, indices, cols);
  const shared: number[] = [];
  const resting = Math.sqrt(indices.length) / indices.length;
  let total = MOST_ROUNDS;
  for (let round = 0, still = 0; round < total; round++) {
    const trades = (ROUND * filled.length) / 2;
    for (let made = 0; made < trades; made++) {
      const a = filled[random.integer(filled.length)];
      const b = filled[random.integer(filled.length)];
      if (a !== b) trade(a, b, random.integer);
      if (made % 10_000 === 9_999)
        await options.onProgress?.({ phase: "rewiring", done: made, total: Math.ceil(trades), unit: "trades" });
    }
    const overlap = sharedPairs(csr, indices) / indices.length;
    const fell = (shared.length > 0 ? shared[shared.length - 1] : 1) - overlap;
    still = fell < STILL * resting ? still + 1 : 0;
    shared.push(overlap);
    if (still === 2 && total === MOST_ROUNDS) total = 2 * Math.max(LEAST_ROUNDS, round + 1);
    if (total === MOST_ROUNDS && round + 1 === total)
      throw new Error(
        `After ${total * ROUND} trades a row the rewired data still comes away from the original: it has not mixed.`,
      );
  }
  return {
    csr: { rows, cols, indptr: indptr.slice(), indices },
    tradesPerRow: shared.length * ROUND,
    shared,
    sharedByChance: chanceOverlap(csr),
  };
}

/** One trade between two rows of `indices`, in place; both stay ascending. */
function trader(
  indptr: Int32Array,
  indices: Int32Array,
  cols: number,
): (a: number, b: number, integer: (n: number) => number) => void {
  let pool = new Int32Array(64);
  const isShared = new Uint8Array(cols);
  return (a, b, integer) => {
    const [fromA, toA, fromB, toB] = [indptr[a], indptr[a + 1], indptr[b], indptr[b + 1]];
    if (pool.length < toA - fromA + toB - fromB) pool = new Int32Array(2 * (toA - fromA + toB - fromB));
    let size = 0;
    let [p, q] = [fromA, fromB];
    let shared = 0;
    while (p < toA || q < toB) {
      if (q === toB || (p < toA && indices[p] < indices[q])) pool[size++] = indices[p++];
      else if (p === toA || indices[q] < indices[p]) pool[size++] = indices[q++];
      else {
        isShared[indices[p]] = 1;
        shared++;
        p++;
        q++;
      }
    }
    const own = toA - fromA - shared;
    if (own === 0 || own === size) return clear(isShared, indices, fromA, toA);
    // A random `own` of the pool to its front: the first steps of a shuffle.
    for (let at = 0; at < own; at++) {
      const other = at + integer(size - at);
      [pool[at], pool[other]] = [pool[other], pool[at]];
    }
    put(indices, fromA, toA, pool.subarray(0, own).sort(), isShared);
    put(indices, fromB, toB, pool.subarray(own, size).sort(), isShared);
    clear(isShared, indices, fromA, toA);
  };
}

/** Write a row again: what it shared with the other one stays, `own` (ascending) takes the place of the rest. */
function put(indices: Int32Array, from: number, to: number, own: Int32Array, isShared: Uint8Array): void {
  const kept = indices.subarray(from, to).filter((column) => isShared[column] === 1);
  for (let at = from, k = 0, o = 0; at < to; at++)
    indices[at] = o === own.length || (k < kept.length && kept[k] < own[o]) ? kept[k++] : own[o++];
}

function clear(isShared: Uint8Array, indices: Int32Array, from: number, to: number): void {
  for (let at = from; at < to; at++) isShared[indices[at]] = 0;
}

/** Pairs that are in both, rows ascending in both. */
function sharedPairs({ rows, indptr, indices }: Csr, other: Int32Array): number {
  let shared = 0;
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1];
    for (let p = indptr[row], q = p; p < end && q < end; ) {
      if (indices[p] === other[q]) {
        shared++;
        p++;
        q++;
      } else if (indices[p] < other[q]) p++;
      else q++;
    }
  }
  return shared;
}

/** Σ over pairs of the original of (row count · column count / n), capped at 1, as a share of the pairs: a first-order estimate. */
function chanceOverlap({ rows, cols, indptr, indices }: Csr): number {
  const columns = new Float64Array(cols);
  for (const column of indices) columns[column]++;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const count = indptr[row + 1] - indptr[row];
    for (let p = indptr[row]; p < indptr[row + 1]; p++)
      sum += Math.min(1, (count * columns[indices[p]]) / indices.length);
  }
  return sum / indices.length;
}
