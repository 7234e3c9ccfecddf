import { begin, type OnProgress } from "../base/progress";
import { type Csr, columnCounts, rowCounts } from "../records/interactions";

/** Sizes that are told apart on one side; where there are more, neighbours share one. */
const MOST_SIZES = 400;
const MOST_STEPS = 300;
/** A step that changes no strength by a larger share than this is the last. */
const STILL = 1e-7;

/** How likely each pair is when everyone's and everything's counts are kept and nothing else: [rows] and [cols] strengths. */
export interface PairChances {
  /** P(row i holds column j) = x_i y_j / (1 + x_i y_j) */
  x: Float64Array;
  y: Float64Array;
}

/**
 * Chances of pairs in the random matrix of largest entropy that has these counts on average (Park and Newman 2004; Squartini and
 * Garlaschelli 2011): P = x_i y_j / (1 + x_i y_j), with x and y such that every row and every column has its count. Unlike r·c/n this is
 * right for heavy rows, whose product with a popular column passes 1. Rows with the same count have the same strength, so the work
 * depends on how many different counts there are.
 */
export async function pairChances(csr: Csr, onProgress?: OnProgress): Promise<PairChances> {
  const [rows, cols] = [groups(rowCounts(csr)), groups(columnCounts(csr))];
  const root = Math.sqrt(csr.indices.length);
  const [x, y] = [rows.size.map((size) => size / root), cols.size.map((size) => size / root)];
  for (let step = 0; step < MOST_STEPS; step++) {
    await begin(onProgress, "overlap by chance");
    const moved = Math.max(fitted(x, rows, y, cols), fitted(y, cols, x, rows));
    if (moved < STILL) break;
  }
  return { x: byMember(rows, x), y: byMember(cols, y) };
}

/** Sizes with how many have each, and the group of every row; −1 where it holds nothing. */
interface Groups {
  size: Float64Array;
  members: Float64Array;
  of: Int32Array;
}

function groups(counts: Int32Array): Groups {
  const tally = new Map<number, number>();
  for (const count of counts) if (count > 0) tally.set(count, (tally.get(count) ?? 0) + 1);
  const distinct = [...tally.keys()].sort((a, b) => a - b);
  const together = Math.ceil(distinct.length / MOST_SIZES);
  const n = Math.ceil(distinct.length / together);
  const [size, members] = [new Float64Array(n), new Float64Array(n)];
  const groupOf = new Map<number, number>();
  distinct.forEach((count, index) => {
    const group = Math.floor(index / together);
    groupOf.set(count, group);
    members[group] += tally.get(count) as number;
    size[group] += count * (tally.get(count) as number);
  });
  const of = Int32Array.from(counts, (count) => groupOf.get(count) ?? -1);
  return { size: size.map((sum, group) => sum / members[group]), members, of };
}

/** One step of the fixed point for one side; the largest relative change. */
function fitted(x: Float64Array, own: Groups, y: Float64Array, other: Groups): number {
  let moved = 0;
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let j = 0; j < y.length; j++) sum += (other.members[j] * y[j]) / (1 + x[i] * y[j]);
    const next = own.size[i] / sum;
    moved = Math.max(moved, Math.abs(next / x[i] - 1));
    x[i] = next;
  }
  return moved;
}

const byMember = ({ of }: Groups, strengths: Float64Array): Float64Array =>
  Float64Array.from(of, (group) => (group < 0 ? 0 : strengths[group]));
