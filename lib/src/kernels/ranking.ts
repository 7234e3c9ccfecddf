import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { sortedOrder } from "../base/sort";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import { Layout, type Region } from "./layout";
import { Kernel } from "./pool";
import { CHUNK, type Chunk, chunksOf } from "./ranking-chunks";
import { threadCount } from "./threads";

/** Items that are scored side by side, and how many such tiles share a bound. */
const [TILE, BLOCK] = [8, 64];

/** Rows of a task. */
const TASK = 64;

/** Multiply-adds below which threads would cost more than they save. */
const WORK_OF_THREADS = 2e7;

/** Scores must stay this far below what single precision holds. */
const LARGEST_SCORE = 1e37;

/** Rows to rank. */
export interface RankingRows {
  /** User rows; one may come more than once. */
  rows: Int32Array;
  /** Items by user row that are not ranked, usually the train split. */
  mask?: Csr;
  threads?: number;
}

/** Told what came out for rows `from` to `to` of those asked for; awaited. */
export type OnRows<T> = (from: number, to: number, result: T) => void | Promise<void>;

/** Lists of a chunk of rows: [rows, k] items, best first, and scores, of which the first `sizes` [rows] of each row count. */
export interface ChunkLists {
  items: Int32Array;
  scores: Float32Array;
  sizes: Int32Array;
}

/**
 * The k best unmasked items of every row, ties by item row: the lists of `topK`, bit for bit, without scoring most items.
 *
 * @param onRows sees each chunk's lists, which are overwritten by the next
 * @param onTasks hears how many rows are done, and may throw to stop
 * @throws InputError when scores would not fit single precision
 */
export async function rankedLists(
  factors: Factors,
  { rows, mask, threads }: RankingRows,
  k: number,
  onRows: OnRows<ChunkLists>,
  onTasks?: (rows: number) => void | Promise<void>,
): Promise<void> {
  const ranking = new Ranking(factors, rows, mask, k, threads);
  try {
    await ranking.run("lists", onTasks, (from, to) => {
      const count = to - from;
      return onRows(from, to, {
        items: ranking.integers("listItems").subarray(0, count * k),
        scores: ranking.floats("listScores").subarray(0, count * k),
        sizes: ranking.integers("listSize").subarray(0, count),
      });
    });
  } finally {
    await ranking.close();
  }
}

/**
 * For every row how many unmasked items score above its target item, and how many at least as high (the target itself and
 * ties among them), exactly.
 *
 * @param targets [rows] item rows
 * @returns [rows, 2]
 * @throws InputError when scores would not fit single precision
 */
export async function countsAbove(
  factors: Factors,
  { rows, mask, threads }: RankingRows,
  targets: Int32Array,
  onTasks?: (rows: number) => void | Promise<void>,
): Promise<Int32Array> {
  const out = new Int32Array(2 * rows.length);
  const ranking = new Ranking(factors, rows, mask, 0, threads);
  try {
    await ranking.run(
      "counts",
      onTasks,
      (from, to) => out.set(ranking.integers("counts").subarray(0, 2 * (to - from)), 2 * from),
      targets,
    );
  } finally {
    await ranking.close();
  }
  return out;
}

/** The kernel `ranking` with a catalogue in its memory, and a chunk of rows at a time. */
class Ranking {
  private readonly kernel: Kernel;
  private readonly regions: ReturnType<typeof layOut>["regions"];
  private readonly scale: { norm: number; bias: number };
  private readonly plan: number;
  private readonly chunks: readonly Chunk[];

  constructor(
    private readonly factors: Factors,
    private readonly rows: Int32Array,
    private readonly mask: Csr | undefined,
    k: number,
    threads: number = rows.length * factors.items.length < WORK_OF_THREADS ? 1 : threadCount(),
  ) {
    const { d, itemBias } = factors;
    const n = factors.itemIds.length;
    this.chunks = chunksOf(rows, mask);
    const [chunk, masked] = [Math.min(CHUNK, rows.length), Math.max(0, ...this.chunks.map((each) => each.masked))];
    const { layout, plan, regions } = layOut(n, d, k, chunk, masked, threads);
    this.kernel = new Kernel("ranking", layout, threads);
    this.regions = regions;
    this.kernel
      .integers(plan)
      .set([
        d,
        n,
        regions.bounds.length / 2,
        k,
        itemBias ? 1 : 0,
        ...Object.values(regions).map(({ offset }) => offset),
      ]);
    this.plan = plan.offset;
    this.scale = this.fillCatalogue();
  }

  integers(name: "listItems" | "listSize" | "counts"): Int32Array {
    return this.kernel.integers(this.regions[name]);
  }

  floats(name: "listScores"): Float32Array {
    return this.kernel.floats(this.regions[name]);
  }

  close(): Promise<void> {
    return this.kernel.close();
  }

  /** Run over all rows, chunk by chunk. */
  async run(
    name: "lists" | "counts",
    onTasks: ((rows: number) => void | Promise<void>) | undefined,
    onChunk: (from: number, to: number) => void | Promise<void>,
    targets?: Int32Array,
  ): Promise<void> {
    await this.kernel.together("setUp", [this.plan]);
    for (const { from, to } of this.chunks) {
      this.fillRows(from, to);
      if (targets) this.kernel.integers(this.regions.target).set(targets.subarray(from, to));
      await this.kernel.each(name, [to - from, TASK], Math.ceil((to - from) / TASK), (tasks) =>
        onTasks?.(Math.min(to, from + tasks * TASK)),
      );
      await onChunk(from, to);
      await onTasks?.(to);
    }
  }

  /** Items side by side by falling bound, and the bounds of what is left from each block on. */
  private fillCatalogue(): { norm: number; bias: number } {
    const { d, items, itemBias } = this.factors;
    const n = this.factors.itemIds.length;
    const { tiles, tileBias, order, bounds } = this.regions;
    const norms = rowNorms(items, d, n);
    const typical = meanNorm(this.factors.users, d, this.rows);
    const sorted = sortedOrder(norms.map((norm, item) => -norm * typical - (itemBias ? itemBias[item] : 0)));
    const [factorsOut, biasOut, orderOut] = [
      this.kernel.floats(tiles),
      this.kernel.floats(tileBias).fill(Number.NEGATIVE_INFINITY),
      this.kernel.integers(order).fill(-1),
    ];
    sorted.forEach((item, index) => {
      const tile = Math.floor(index / TILE);
      for (let f = 0; f < d; f++) factorsOut[(tile * d + f) * TILE + (index % TILE)] = items[item * d + f];
      biasOut[index] = itemBias ? itemBias[item] : 0;
      orderOut[index] = item;
    });
    const boundsOut = this.kernel.doubles(bounds);
    let [norm, bias] = [0, Number.NEGATIVE_INFINITY];
    for (let index = n - 1; index >= 0; index--) {
      norm = Math.max(norm, norms[sorted[index]]);
      bias = Math.max(bias, biasOut[index]);
      boundsOut[2 * Math.floor(index / BLOCK)] = norm;
      boundsOut[2 * Math.floor(index / BLOCK) + 1] = bias;
    }
    this.kernel.floats(this.regions.items).set(items);
    if (itemBias) this.kernel.floats(this.regions.itemBias).set(itemBias);
    const largest = itemBias ? itemBias.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : 0;
    return { norm, bias: largest };
  }

  /** A chunk of rows with what they mask, and how much single precision may be wrong about each. */
  private fillRows(from: number, to: number): void {
    const { d, users, userBias } = this.factors;
    const { regions, kernel, mask } = this;
    const [usersOut, biasOut, normsOut, slackOut, starts, ends, masked] = [
      kernel.floats(regions.users),
      kernel.floats(regions.userBias),
      kernel.doubles(regions.norms),
      kernel.doubles(regions.slack),
      kernel.integers(regions.maskStart),
      kernel.integers(regions.maskEnd),
      kernel.integers(regions.masked),
    ];
    for (let index = 0, free = 0; index < to - from; index++) {
      const row = this.rows[from + index];
      const own = users.subarray(row * d, (row + 1) * d);
      usersOut.set(own, index * d);
      biasOut[index] = userBias ? userBias[row] : 0;
      const norm = rowNorms(own, d, 1)[0];
      const largest = norm * this.scale.norm + this.scale.bias + Math.abs(biasOut[index]);
      requireInput(
        largest < LARGEST_SCORE,
        `User ${quote(this.factors.userIds[row])} may score up to ${largest.toExponential(1)}, beyond what single precision ranks: fit the factors again, with a lower learning rate if they diverged.`,
      );
      normsOut[index] = norm;
      // d products and sums, the roundings of both scores and of the cut: each at most 2⁻²⁴ of the largest score, or the
      // smallest float.
      slackOut[index] = (d + 10) * (2 ** -24 * largest + 2 ** -126);
      // A row that comes again has its masked items there already.
      const again = index > 0 && row === this.rows[from + index - 1];
      starts[index] = again ? starts[index - 1] : free;
      if (mask && !again) {
        const part = mask.indices.subarray(mask.indptr[row], mask.indptr[row + 1]);
        masked.set(part, free);
        free += part.length;
      }
      ends[index] = free;
    }
  }
}

/** All arrays in the order of `assembly/ranking/plan.ts`. */
function layOut(n: number, d: number, k: number, rows: number, masked: number, threads: number) {
  const layout = new Layout();
  const plan = layout.words(32);
  const padded = Math.ceil(n / BLOCK) * BLOCK;
  const regions = {
    tiles: layout.words(padded * d),
    tileBias: layout.words(padded),
    order: layout.words(padded),
    bounds: layout.doubles((2 * padded) / BLOCK),
    items: layout.words(n * d),
    itemBias: layout.words(n),
    users: layout.words(rows * d),
    userBias: layout.words(rows),
    norms: layout.doubles(rows),
    slack: layout.doubles(rows),
    maskStart: layout.words(rows),
    maskEnd: layout.words(rows),
    masked: layout.words(masked),
    cut: layout.words(rows),
    sure: layout.words(rows),
    open: layout.words(rows),
    listItems: layout.words(rows * k),
    listScores: layout.words(rows * k),
    listSize: layout.words(rows),
    target: layout.words(rows),
    targetScore: layout.words(rows),
    counts: layout.words(2 * rows),
    scratch: layout.words(threads * 4 * TILE),
  } satisfies Record<string, Region>;
  return { layout, plan, regions };
}

/** Lengths of rows [n, d]. */
function rowNorms(rows: Float32Array, d: number, n: number): Float64Array {
  const norms = new Float64Array(n);
  for (let row = 0, offset = 0; row < n; row++) {
    let square = 0;
    for (let f = 0; f < d; f++, offset++) square += rows[offset] * rows[offset];
    norms[row] = Math.sqrt(square);
  }
  return norms;
}

/** Mean length of some rows, at most a thousand of them: it only decides in which order items are looked at. */
function meanNorm(users: Float32Array, d: number, rows: Int32Array): number {
  const step = Math.max(1, Math.floor(rows.length / 1000));
  let [sum, count] = [0, 0];
  for (let index = 0; index < rows.length; index += step, count++)
    sum += rowNorms(users.subarray(rows[index] * d, (rows[index] + 1) * d), d, 1)[0];
  return count === 0 ? 0 : sum / count;
}
