import { seededRandom } from "../base/random";
import type { StretchedActivations } from "../records/activations";
import { Layout, type Region } from "./layout";
import { Kernel } from "./pool";
import { threadCount } from "./threads";

/** Resamples that are made side by side: a task. */
const LANES = 4;

/** Multiply-adds below which threads would cost more than they save. */
const WORK_OF_THREADS = 2e7;

/** What is scored again and again. */
export interface ResampledInput {
  activations: StretchedActivations;
  k: number;
  /** [rows, d] items of length 1 */
  unit: Float64Array;
  d: number;
}

/** How often, and with which luck. */
export interface ResamplingSettings {
  seed: number;
  draws: number;
  threads?: number;
}

/**
 * Scores of all latents in every resample of the items: rows drawn with replacement, as many as there are. The same on any
 * number of threads.
 *
 * @param onDraws hears how many are done, and may throw to stop
 * @returns [draws, k], NaN for a latent without a score in a resample
 */
export async function resampledScores(
  input: ResampledInput,
  settings: ResamplingSettings,
  onDraws?: (done: number) => void | Promise<void>,
): Promise<Float64Array> {
  const resampling = new Resampling(input, settings);
  try {
    return await resampling.scores(onDraws);
  } finally {
    await resampling.close();
  }
}

/** The kernel `resampling` with activations and items in its memory. */
export class Resampling {
  private readonly kernel: Kernel;
  private readonly regions: ReturnType<typeof layOut>["regions"];
  private readonly plan: number;
  private readonly n: number;

  constructor(
    { activations, k, unit, d }: ResampledInput,
    private readonly settings: ResamplingSettings,
  ) {
    const { starts, latents, values, varies } = activations;
    const { seed, draws } = settings;
    this.n = starts.length - 1;
    const { threads = values.length * d * draws < WORK_OF_THREADS ? 1 : threadCount() } = settings;
    const { layout, plan, regions } = layOut(this.n, values.length, k, d, draws, threads);
    this.kernel = new Kernel("resampling", layout, threads);
    this.regions = regions;
    this.plan = plan.offset;
    const random = seededRandom(seed, "score/bootstrap");
    const word = (): number => Math.floor(random.uniform() * 2 ** 32) | 0;
    const offsets = Object.values(regions).map(({ offset }) => offset);
    this.kernel.integers(plan).set([this.n, k, d, draws, word(), word(), ...offsets]);
    this.kernel.integers(regions.starts).set(starts);
    this.kernel.integers(regions.latents).set(latents);
    this.kernel.doubles(regions.values).set(values);
    this.kernel.integers(regions.varies).set(varies);
    this.kernel.doubles(regions.unit).set(unit);
  }

  /** See {@link resampledScores}. */
  async scores(onDraws?: (done: number) => void | Promise<void>): Promise<Float64Array> {
    const { draws } = this.settings;
    await this.kernel.together("setUp", [this.plan]);
    await this.kernel.each("resample", [], Math.ceil(draws / LANES), (tasks) =>
      onDraws?.(Math.min(draws, tasks * LANES)),
    );
    await onDraws?.(draws);
    return this.kernel.doubles(this.regions.scores).slice(0, draws * this.regions.varies.length);
  }

  /** How often each row was drawn in the last task of a kernel of one thread: [rows, 4]. */
  drawn(): Uint8Array {
    const { buffer, byteOffset } = this.kernel.integers(this.regions.counts);
    return new Uint8Array(buffer, byteOffset, this.n * LANES);
  }

  close(): Promise<void> {
    return this.kernel.close();
  }
}

/** All arrays in the order of `assembly/resampling.ts`. */
function layOut(n: number, entries: number, k: number, d: number, draws: number, threads: number) {
  const layout = new Layout();
  const plan = layout.words(32);
  const regions = {
    starts: layout.words(n + 1),
    latents: layout.words(entries),
    values: layout.doubles(entries),
    varies: layout.words(k),
    unit: layout.doubles(n * d),
    // One byte a row and lane: no row is drawn 256 times.
    counts: layout.words(threads * n),
    sums: layout.doubles(threads * k * (d + 2) * LANES),
    scores: layout.doubles(Math.ceil(draws / LANES) * LANES * k),
  } satisfies Record<string, Region>;
  return { layout, plan, regions };
}
