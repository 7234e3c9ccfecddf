import { type Random, seededRandom } from "../base/random";
import type { Csr } from "../records/interactions";
import { onOneThreadToo } from "./guard";
import { Layout, type Region } from "./layout";
import { Kernel } from "./pool";
import { threadCount } from "./threads";

/** Positives of a task of drawing, about; buckets of the shuffle, or blocks; blocks that are trained on at once. */
const [POSITIVES, BUCKETS, PARTS] = [2 ** 14, 256, 16];

/** Doubles of a result: sum of log losses, the pair in whose batch a loss was no number or −1, and one unread. */
const RESULT = 3;

/** Pairs between two reports of training: some 10 ms. */
const SLICE = 2 ** 17;

/** What the kernel needs to know of the configuration. */
export interface BceSgdSettings {
  d: number;
  lr: number;
  reg: number;
  batch: number;
  schedule: "batches" | "blocks";
}

/** Factors and biases in single precision. */
export interface BceSgdParameters {
  /** [users, d] */
  P: Float32Array;
  /** [items, d] */
  Q: Float32Array;
  /** [users] */
  bu: Float32Array;
  /** [items] */
  bi: Float32Array;
}

/** Told how many pairs were trained on and the mean log loss of those since the last report; awaited. */
export type OnPairs = (done: number, loss: number) => void | Promise<void>;

/**
 * The kernel `bce-sgd` with the train split and the parameters in its memory. Pairs are drawn, each negative looked up among
 * the user's positives, and shuffled on all threads; batches follow one another, or those of blocks without a common user or
 * item go on at the same time (Gemulla et al., KDD 2011, section 4). The same bytes on any number of threads: tasks share nothing
 * that one of them writes, and no thread waits for another within a call. The first blocks, which change rows in place, are
 * trained on one thread as well and compared; batches are made on one at a time anyway.
 */
export class BceSgdKernel {
  /** Positives and as many negatives. */
  readonly pairs: number;
  private readonly kernel: Kernel;
  private readonly regions: ReturnType<typeof layOut>["regions"];
  private readonly width: number;
  private readonly taskUsers: number;
  private readonly plan: number;
  private guarded: boolean = false;

  /** @param csr the train split; no user may have taken every item */
  constructor(
    private readonly csr: Csr,
    private readonly settings: BceSgdSettings,
    threads: number = threadCount(),
  ) {
    const { d, lr } = settings;
    const positives = csr.indices.length;
    this.pairs = 2 * positives;
    this.width = 4 * Math.ceil((d + 2) / 4);
    this.taskUsers = Math.max(1, Math.ceil((csr.rows * POSITIVES) / positives));
    const batch = Math.min(settings.batch, this.pairs);
    const { layout, plan, regions } = layOut(csr, this.width, batch, this.tasks, threads);
    this.kernel = new Kernel("bce-sgd", layout, threads);
    this.regions = regions;
    this.plan = plan.offset;
    const offsets = Object.values(regions).map(({ offset }) => offset);
    this.kernel.integers(plan).set([csr.rows, csr.cols, batch, 4 * this.width, ...offsets]);
    this.kernel.integers(regions.indptr).set(csr.indptr);
    this.kernel.integers(regions.indices).set(csr.indices);
    // A row is its factors, then for a user (own bias, 1) and for an item (1, own bias): the product holds both biases.
    this.kernel.floats(regions.rateOfUser).fill(lr, 0, d + 1);
    this.kernel
      .floats(regions.rateOfItem)
      .fill(lr, 0, d)
      .fill(lr, d + 1, d + 2);
  }

  private get tasks(): number {
    return Math.ceil(this.csr.rows / this.taskUsers);
  }

  /** Start from these parameters. */
  async start({ P, Q, bu, bi }: BceSgdParameters): Promise<void> {
    await this.kernel.together("setUp", [this.plan]);
    // Once more here, where pairs are placed.
    this.kernel.here("setUp", [this.plan, 0, 1]);
    const { d } = this.settings;
    const fill = (out: Float32Array, factors: Float32Array, bias: Float32Array, one: number, own: number): void => {
      for (let row = 0; row < bias.length; row++) {
        const offset = row * this.width;
        out.set(factors.subarray(row * d, (row + 1) * d), offset);
        out[offset + one] = 1;
        out[offset + own] = bias[row];
      }
    };
    fill(this.kernel.floats(this.regions.users), P, bu, d + 1, d);
    fill(this.kernel.floats(this.regions.items), Q, bi, d, d + 1);
  }

  /** The parameters as they are now. */
  parameters(): BceSgdParameters {
    const { d } = this.settings;
    const take = (rows: Float32Array, n: number, from: number, count: number): Float32Array => {
      const out = new Float32Array(n * count);
      for (let row = 0; row < n; row++) {
        const offset = row * this.width + from;
        out.set(rows.subarray(offset, offset + count), row * count);
      }
      return out;
    };
    const [users, items] = [this.kernel.floats(this.regions.users), this.kernel.floats(this.regions.items)];
    const { rows, cols } = this.csr;
    return {
      P: take(users, rows, 0, d),
      Q: take(items, cols, 0, d),
      bu: take(users, rows, d, 1),
      bi: take(items, cols, d + 1, 1),
    };
  }

  /** Whether every parameter is a finite number. */
  finite(): boolean {
    // A sum of single-precision numbers stays finite in double precision, unless one of them is not.
    return [this.regions.users, this.regions.items].every((region) => {
      const values = this.kernel.floats(region);
      let sum = 0;
      // By index: over fourteen million values an iterator takes ten times as long.
      for (let index = 0; index < values.length; index++) sum += values[index];
      return Number.isFinite(sum);
    });
  }

  /** Draw the pairs of an epoch: every positive and a negative for each, shuffled together or within their blocks. */
  async draw(seed: number, epoch: number, breathe?: () => void | Promise<void>): Promise<void> {
    const random = seededRandom(seed, `bce-sgd/epoch/${epoch}`);
    const words = [word(random), word(random)];
    await this.kernel.each(
      "drawPairs",
      [this.taskUsers, ...words, Number(this.settings.schedule === "blocks")],
      this.tasks,
      breathe,
    );
    this.kernel.here("placePairs", [this.tasks]);
    await this.kernel.each("scatterPairs", [this.taskUsers], this.tasks, breathe);
    await this.kernel.each("shufflePairs", words, BUCKETS, breathe);
  }

  /** The pairs as they lie in memory: [pairs, 2] user, 2 · item + label. */
  drawn(): Int32Array {
    return this.kernel.integers(this.regions.pairs);
  }

  /** Where the pairs of each block start, and where the last one's end: [blocks + 1]. */
  blocks(): Int32Array {
    return this.kernel.integers(this.regions.starts);
  }

  /**
   * One pass over the pairs in batches.
   *
   * @returns the batch, counted from 1 in the order of the pairs, in which the loss became no number, or undefined
   */
  train(onPairs: OnPairs): Promise<number | undefined> {
    return this.settings.schedule === "blocks" ? this.trainBlocks(onPairs) : this.trainBatches(onPairs);
  }

  private async trainBatches(onPairs: OnPairs): Promise<number | undefined> {
    const { batch, reg } = this.settings;
    const slice = batch * Math.max(1, Math.floor(SLICE / batch));
    const result = this.kernel.doubles(this.regions.results);
    for (let from = 0; from < this.pairs; from += slice) {
      const to = Math.min(this.pairs, from + slice);
      await this.kernel.each("train", [from, to, reg], 1);
      if (result[1] >= 0) return result[1] / batch + 1;
      await onPairs(to, result[0] / (to - from));
    }
    return undefined;
  }

  private async trainBlocks(onPairs: OnPairs): Promise<number | undefined> {
    const { batch, reg } = this.settings;
    const starts = this.blocks();
    const results = this.kernel.doubles(this.regions.results);
    let before = 0;
    const written = [this.kernel.floats(this.regions.users), this.kernel.floats(this.regions.items), results];
    for (let first = 0; first < BUCKETS; first += PARTS) {
      const work = (threads: number): Promise<void> =>
        this.kernel.each("trainBlock", [first / PARTS, reg], PARTS, undefined, threads);
      if (this.kernel.threads > 1 && !this.guarded)
        await onOneThreadToo(this.kernel, "The first blocks of BCE SGD", written, work);
      else await work(this.kernel.threads);
      this.guarded = true;
      let loss = 0;
      for (let block = first; block < first + PARTS; block++) {
        const diverged = results[RESULT * block + 1];
        if (diverged >= 0) return before + (diverged - starts[block]) / batch + 1;
        before += Math.ceil((starts[block + 1] - starts[block]) / batch);
        loss += results[RESULT * block];
      }
      const [from, to] = [starts[first], starts[first + PARTS]];
      if (to > from) await onPairs(to, loss / (to - from));
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.kernel.close();
  }
}

/** A random 32-bit word. */
const word = (random: Random): number => Math.floor(random.uniform() * 2 ** 32) | 0;

/** All arrays in the order of `assembly/bce-sgd/plan.ts`. */
function layOut({ rows, cols, indices }: Csr, width: number, batch: number, tasks: number, threads: number) {
  const layout = new Layout();
  const plan = layout.words(32);
  const positives = indices.length;
  const regions = {
    indptr: layout.words(rows + 1),
    indices: layout.words(positives),
    negatives: layout.words(positives),
    buckets: layout.words(Math.ceil(positives / 2)),
    places: layout.words(tasks * BUCKETS),
    starts: layout.words(BUCKETS + 1),
    pairs: layout.words(4 * positives),
    users: layout.words(rows * width),
    items: layout.words(cols * width),
    rateOfUser: layout.words(width),
    rateOfItem: layout.words(width),
    userSteps: layout.words(threads * batch * width),
    itemSteps: layout.words(threads * batch * width),
    results: layout.doubles(RESULT * BUCKETS),
  } satisfies Record<string, Region>;
  return { layout, plan, regions };
}
