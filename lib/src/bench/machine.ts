import { cpus, release, totalmem, type } from "node:os";
import { Layout } from "../kernels/layout";
import { Kernel } from "../kernels/pool";

/** The machine that was measured, and what it can do at most. */
export interface Machine {
  processor: string;
  threads: number;
  memoryGib: number;
  system: string;
  node: string;
  /** When, ISO 8601, to the minute. */
  date: string;
  peak: Peak;
}

/** The machine's own limits, by kernels that do nothing else, on all threads. */
export interface Peak {
  /** Single precision multiply-adds from registers in WebAssembly SIMD, 10⁹ operations a second. */
  gflops: number;
  /** Bytes read and written by copying arrays larger than any cache, 10⁹ a second. */
  gbs: number;
}

const ROUNDS = 4_000_000;
const PART_BYTES = 2 ** 23;
const PARTS = 16;
const REPEATS = 5;

/** Describe this machine and measure its limits; takes about a second. */
export async function describeMachine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    threads: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 16),
    peak: await measurePeak(),
  };
}

async function measurePeak(): Promise<Peak> {
  const layout = new Layout();
  const [from, to] = [layout.words((PARTS * PART_BYTES) / 4), layout.words((PARTS * PART_BYTES) / 4)];
  const out = layout.words(4 * PARTS);
  const kernel = new Kernel("peak", layout);
  try {
    const operations = PARTS * kernel.here("flopsOf", [ROUNDS]);
    const arithmetic = await best(() => kernel.each("multiplyAdd", [ROUNDS, out.offset], PARTS));
    const copying = await best(() => kernel.each("copy", [from.offset, to.offset, PART_BYTES], PARTS));
    return { gflops: operations / arithmetic / 1e9, gbs: (2 * PARTS * PART_BYTES) / copying / 1e9 };
  } finally {
    await kernel.close();
  }
}

/** The fewest seconds that it takes, of a few times after one to warm up: a limit is not to be lowered by other work. */
async function best(work: () => Promise<void>): Promise<number> {
  await work();
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const started = performance.now();
    await work();
    least = Math.min(least, (performance.now() - started) / 1000);
  }
  return least;
}
