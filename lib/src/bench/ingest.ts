import { execFile } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { writing } from "../base/disk";
import { InputError } from "../base/errors";
import { makeFolder } from "../base/make-folder";
import { begin, type OnProgress } from "../base/progress";
import { isRunning } from "../base/running";
import { withHeartbeat } from "../data/fetch/heartbeat";
import { generatePlanted, PLANTED_PUBLISHED } from "../data/planted";
import { writeDataset } from "../data/write/write";
import { folderOptions } from "../lab/folder";
import { projectRoot } from "../lab/lab";
import type { Benchmark, BenchSize } from "./benchmark";
import type { IngestAnswer } from "./ingest-child";

const SIZES: Readonly<Record<BenchSize, { users: number; items: number; interactions: number }>> = {
  small: { users: 20_000, items: 4_000, interactions: 160_000 },
  full: PLANTED_PUBLISHED,
};

/** The compiled child: also where the sources themselves are run. */
const CHILD = resolve(__dirname, "..", "..", "dist", "bench", "ingest-child.js");

/** Raw files to pruned interactions and metadata, in a process of its own: seconds, and the memory that it took at most. */
export const ingest: Benchmark = {
  name: "ingest",
  rounds: { small: 2, full: 2 },
  async prepare(size, _rounds, { data, onProgress }) {
    const folder = data ?? (await rawFiles(size, join(projectRoot, "data", "bench"), onProgress));
    const { ratings, items } = folderOptions(folder);
    const files = [ratings, items].filter((file) => file !== undefined);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    let peak = 0;
    return {
      what: `reading, joining and pruning ${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 0 })} MB of raw ratings and metadata, as the paper prunes`,
      unit: "ingest",
      note: "Each round is a process of its own, so that the memory is the ingest's; the time is without its start. The bytes are the files'.",
      ours: [
        {
          name: "ingest",
          role: "ours",
          async round() {
            const answer = await withHeartbeat(
              (signal) => inAProcess(files, signal),
              () => begin(onProgress, "reading and pruning"),
            );
            peak = Math.max(peak, answer.peakBytes);
            return answer.seconds;
          },
          // A round that is stopped ends its process.
          close: async () => undefined,
        },
      ],
      flops: 0,
      bytes,
      check: () => ({ what: "peak memory of the process, GiB", value: Number((peak / 2 ** 30).toPrecision(3)) }),
    };
  },
};

async function inAProcess(files: readonly string[], signal: AbortSignal): Promise<IngestAnswer> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, ...files], { signal });
    return JSON.parse(stdout) as IngestAnswer;
  } catch (error) {
    const { code, stderr = "" } = error as Error & { code?: unknown; stderr?: string };
    if (code === 2) throw new InputError(stderr.trim());
    throw code === 1 ? new Error(stderr.trim()) : error;
  }
}

/** A folder with planted raw files of this size, written once and kept. */
export async function rawFiles(size: BenchSize, below: string, onProgress?: OnProgress): Promise<string> {
  const folder = join(below, size);
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.tmp-${process.pid}`;
  writing("The raw files of the benchmark", temporary, () => makeFolder(temporary));
  for (const name of readdirSync(below)) {
    const owner = /\.tmp-(\d+)$/.exec(name);
    if (owner && !isRunning(Number(owner[1]))) rmSync(join(below, name), { recursive: true, force: true });
  }
  try {
    const config = { ...PLANTED_PUBLISHED, ...SIZES[size], seed: 42 };
    const { dataset, truth, raw } = await generatePlanted(config, onProgress);
    await writeDataset(dataset, truth, temporary, "amazon", { raw, onProgress });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
