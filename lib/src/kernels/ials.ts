import { type Csr, transposeCsr } from "../records/interactions";
import { requireSame } from "./guard";
import { Layout, type Region } from "./layout";
import { Kernel } from "./pool";
import { threadCount } from "./threads";

/** What an exact half-sweep leaves: Σ bᵀx over the solved rows, and ‖F‖² of the fixed matrix. */
export interface Swept {
  explained: number;
  norm: number;
}

/** Told how many rows are solved so far; when it throws, the work stops. */
type OnRows = (rows: number) => void | Promise<void>;

/** Exact alternating least squares on the kernel, one half-sweep at a time. */
export interface IalsSolver {
  /** @param values [items, d] */
  setItems(values: Float32Array): void;
  /** @param values [users, d] */
  setUsers(values: Float32Array): void;
  solveUsers(onRows?: OnRows): Promise<Swept>;
  solveItems(onRows?: OnRows): Promise<Swept>;
  /** [users, d], a copy */
  users(): Float32Array;
  /** [items, d], a copy */
  items(): Float32Array;
  close(): Promise<void>;
}

/** Vector multiply-adds of a task: some 3 ms, so that an interrupt is noticed and threads end together. */
const TASK_WORK = 4e6;

/** Work in all below which a second thread costs more than it saves. */
const SHARED_WORK = 2e7;

/** Interactions gathered at a time, as in `kernels/assembly/ials/normal.ts`. */
const PACK = 32;

/** Most tasks of a Gram matrix, each with a matrix of its own. */
const GRAM_TASKS = 64;

/** Tasks of each side's first half-sweep that are solved on the caller's own thread as well and compared. */
const GUARDED_TASKS = 2;

/** One side of the data as the kernel reads it. */
interface Side {
  rows: number;
  csr: Csr;
  factors: Region;
  indptr: Region;
  indices: Region;
  order: Region;
  starts: Region;
  explained: Region;
  sorted: Int32Array;
  tasks: number[];
}

/**
 * Open the kernel on a sparse matrix; both factor matrices are zeros at first. Tasks share nothing that one of them writes, and
 * no thread waits for another within a call, so that the bytes are the same on any number of threads; the first tasks of each
 * side are solved twice nevertheless, which costs milliseconds.
 *
 * @param csr [users, items] @param threads default: {@link threadCount}, one where there is little work
 */
export function openIals(
  csr: Csr,
  { d, alpha, reg }: { d: number; alpha: number; reg: number },
  threads?: number,
): IalsSolver {
  const width = Math.ceil(d / 4) * 4;
  const layout = new Layout();
  const sides = [csr, transposeCsr(csr)].map((matrix) => planSide(layout, matrix, width));
  const [users, items] = sides;
  const work = workOf(csr.indices.length / 2, csr.rows / 4 + csr.cols / 4, width);
  const used = threads ?? (work < SHARED_WORK ? 1 : threadCount());
  const cells = width * width;
  const scratchWords = 4 * (PACK * width + cells + 3 * width);
  const scratch = layout.words(used * scratchWords);
  const gramScratch = layout.words(used * cells);
  const grams = layout.doubles(GRAM_TASKS * cells);
  const ridge = layout.words(cells);
  const zeros = layout.words(width);
  const failed = layout.words(1);
  const kernel = new Kernel("ials", layout, used);
  for (const side of sides) {
    kernel.integers(side.indptr).set(side.csr.indptr);
    kernel.integers(side.indices).set(side.csr.indices);
    kernel.integers(side.order).set(side.sorted);
    kernel.integers(side.starts).set(side.tasks);
  }
  kernel.integers(failed)[0] = -1;

  /** FᵀF plus the penalty, to the kernel; gives ‖F‖². */
  const prepare = async (fixed: Side): Promise<number> => {
    const taskRows = Math.max(4096, Math.ceil(fixed.rows / GRAM_TASKS));
    const tasks = Math.ceil(fixed.rows / taskRows);
    // In the order of the kernel's parameters.
    const args = {
      matrix: fixed.factors.offset,
      rows: fixed.rows,
      width,
      taskRows,
      scratch: gramScratch.offset,
      out: grams.offset,
    };
    await kernel.each("gram", Object.values(args), tasks);
    const parts = kernel.doubles(grams);
    const out = kernel.floats(ridge);
    let norm = 0;
    for (let cell = 0; cell < cells; cell++) {
      let sum = 0;
      for (let task = 0; task < tasks; task++) sum += parts[task * cells + cell];
      const diagonal = cell % (width + 1) === 0;
      if (diagonal) norm += sum;
      out[cell] = diagonal ? sum + reg : sum;
    }
    return norm;
  };

  const guarded = new Set<Side>();
  /** The first tasks once more, here: their rows come from the fixed side alone. */
  const guard = (side: Side, args: readonly number[]): void => {
    if (used === 1 || guarded.has(side)) return;
    guarded.add(side);
    const { sorted, tasks } = side;
    const checked = Math.min(GUARDED_TASKS, tasks.length - 1);
    const rows = sorted.subarray(0, tasks[checked]);
    const factors = kernel.floats(side.factors);
    const explained = kernel.doubles(side.explained).subarray(0, checked);
    const rowsNow = (): Float32Array => {
      const out = new Float32Array(rows.length * width);
      rows.forEach((row, index) => {
        out.set(factors.subarray(row * width, (row + 1) * width), index * width);
      });
      return out;
    };
    const several = [rowsNow(), explained.slice()];
    for (let task = 0; task < checked; task++) kernel.here("solve", [...args, task, 0]);
    requireSame(kernel, "The first rows of iALS", [rowsNow(), explained], several);
  };

  const solve = async (side: Side, fixed: Side, onRows?: OnRows): Promise<Swept> => {
    const norm = await prepare(fixed);
    const { explained, tasks } = side;
    // In the order of the kernel's parameters.
    const args = {
      order: side.order.offset,
      starts: side.starts.offset,
      indptr: side.indptr.offset,
      indices: side.indices.offset,
      fixed: fixed.factors.offset,
      solved: side.factors.offset,
      width,
      alpha,
      ridge: ridge.offset,
      zeros: zeros.offset,
      scratch: scratch.offset,
      scratchBytes: 4 * scratchWords,
      explained: explained.offset,
      failed: failed.offset,
    };
    const numbers = Object.values(args);
    await kernel.each("solve", numbers, tasks.length - 1, (done) => onRows?.(tasks[done]));
    const row = kernel.integers(failed)[0];
    if (row >= 0) {
      const count = side.csr.indptr[row + 1] - side.csr.indptr[row];
      // The kernel's sums are in single precision.
      throw unsolved(row, count, Number.isFinite(Math.fround((1 + alpha) * norm)));
    }
    guard(side, numbers);
    await onRows?.(side.rows);
    return { explained: kernel.doubles(explained).reduce((sum, part) => sum + part, 0), norm };
  };

  const write = (side: Side, values: Float32Array): void => {
    const to = kernel.floats(side.factors);
    for (let row = 0; row < side.rows; row++) to.set(values.subarray(row * d, (row + 1) * d), row * width);
  };
  const read = (side: Side): Float32Array => {
    const from = kernel.floats(side.factors);
    if (d === width) return from.slice();
    const values = new Float32Array(side.rows * d);
    for (let row = 0; row < side.rows; row++) values.set(from.subarray(row * width, row * width + d), row * d);
    return values;
  };
  return {
    setItems: (values) => write(items, values),
    setUsers: (values) => write(users, values),
    solveUsers: (onRows) => solve(users, items, onRows),
    solveItems: (onRows) => solve(items, users, onRows),
    users: () => read(users),
    items: () => read(items),
    close: () => kernel.close(),
  };
}

function planSide(layout: Layout, csr: Csr, width: number): Side {
  const sorted = byInteractions(csr);
  const tasks = cutTasks(csr, sorted, width);
  return {
    ...{ rows: csr.rows, csr, sorted, tasks },
    factors: layout.words(csr.rows * width),
    indptr: layout.words(csr.rows + 1),
    indices: layout.words(csr.indices.length),
    order: layout.words(csr.rows),
    starts: layout.words(tasks.length),
    explained: layout.doubles(tasks.length - 1),
  };
}

/** Rows in order of their number of interactions, most first: the four that are solved side by side have about as many. */
function byInteractions({ rows, indptr }: Csr): Int32Array {
  const counts = Int32Array.from({ length: rows }, (_, row) => indptr[row + 1] - indptr[row]);
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  const places = new Int32Array(most + 2);
  for (const count of counts) places[most - count + 1]++;
  for (let count = 0; count <= most; count++) places[count + 1] += places[count];
  const sorted = new Int32Array(rows);
  for (let row = 0; row < rows; row++) sorted[places[most - counts[row]]++] = row;
  return sorted;
}

/** Ends of tasks in that order, from 0: whole groups of four rows of about the same work, whatever the number of threads. */
function cutTasks({ rows, indptr }: Csr, sorted: Int32Array, width: number): number[] {
  const ends = [0];
  let work = 0;
  for (let index = 0; index < rows; index += 4) {
    work += workOf(indptr[sorted[index] + 1] - indptr[sorted[index]], 1, width);
    if (work < TASK_WORK && index + 4 < rows) continue;
    ends.push(Math.min(rows, index + 4));
    work = 0;
  }
  return ends;
}

/** Vector multiply-adds of some interactions and some groups of four rows. */
const workOf = (interactions: number, groups: number, width: number): number =>
  interactions * (width * (width / 2 + 6)) + groups * (width ** 3 / 6 + 3 * width ** 2);

/** A row whose system has no solution that is a number. */
export class UnsolvedRow extends Error {}

/** Why a row could not be solved: its system is a finite one, or it is not. */
export function unsolved(row: number, interactions: number, finite: boolean): UnsolvedRow {
  const where = `iALS cannot solve row ${row} (${interactions} interactions)`;
  return new UnsolvedRow(
    finite
      ? `${where}: its normal equations are not positive definite, so raise mf.reg.`
      : `${where}: the factors it is solved from hold a value that is, or whose square is, not a finite number, so lower mf.alpha or mf.initScale.`,
  );
}
