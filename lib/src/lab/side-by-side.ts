import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { extname, join } from "node:path";
import { memoryLimit } from "../base/memory";
import type { OnProgress } from "../base/progress";
import { threadCount } from "../kernels/threads";
import type { LabConfig } from "../stages/config";

/** What a process is told: which of which variants, under which configuration, into which store. */
export interface RunRequest {
  config: LabConfig;
  /** Root of the store, where it leaves the results. */
  store: string;
  /** Registry's name of the stage that needs the variants, and its name of that need. */
  stage: string;
  need: string;
  run: number;
}

/** What a process answers: a warning, or that a run is finished, with what went wrong where it was not. */
export type RunReply = { warning: string } | { finished: number; error?: string };

/** Share of the memory that all processes together may come to. */
const MEMORY_SHARE = 0.7;

/** Milliseconds between two looks whether the work is to stop. */
const LOOK_MS = 100;

/** How many processes pay: one a processor, as far as each may need as much memory as this one holds now. */
export function processesFor(
  runs: number,
  machine: { processors: number; memory: number; held: number } = {
    processors: Math.min(availableParallelism(), threadCount()),
    memory: memoryLimit(),
    held: process.memoryUsage().rss,
  },
): number {
  const room = Math.floor((MEMORY_SHARE * machine.memory - machine.held) / machine.held);
  return Math.max(0, Math.min(runs, machine.processors, room));
}

/** Whether so many runs are faster side by side. The sources, as tests run them, need a loader that a process would have to be given. */
export const paysSideBySide = (runs: number): boolean => processesFor(runs) > 1 && extname(__filename) === ".js";

/**
 * Compute several runs at the same time, each process taking the next one; their results lie in the store afterwards. A run that failed is
 * left to the caller, who meets the same error in computing it. The processes are gone when this returns, and when the work is stopped.
 */
export async function sideBySide(
  request: Omit<RunRequest, "run">,
  runs: readonly number[],
  { warn, onProgress }: { warn: (message: string) => void; onProgress: OnProgress },
): Promise<void> {
  const amount = processesFor(runs.length);
  const waiting = [...runs];
  let done = 0;
  const threads = Math.max(1, Math.floor(threadCount() / amount));
  const open = new Set<ChildProcess>();
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const child = started(threads);
      // One that cannot be started leaves its runs to the caller.
      if (child === undefined) return resolve();
      open.add(child);
      const gone = (): void => {
        open.delete(child);
        resolve();
      };
      const next = (): void => {
        const run = waiting.shift();
        if (run === undefined) child.disconnect();
        else child.send({ ...request, run } satisfies RunRequest);
      };
      child.on("message", (reply: RunReply) => {
        if ("warning" in reply) warn(reply.warning);
        else {
          done++;
          // What failed once is not tried by the others: the caller says why.
          if (reply.error !== undefined) waiting.length = 0;
          next();
        }
      });
      // So does one that was killed, or cannot be reached: it is waited for all the same, where it runs.
      child.on("error", () => (child.pid === undefined ? gone() : child.kill("SIGKILL")));
      child.on("exit", gone);
      next();
    });
  const tell = async (): Promise<void> =>
    onProgress({ phase: `${amount} processes side by side`, done, total: runs.length, unit: "runs" });
  const all = Promise.all(Array.from({ length: amount }, one)).then(() => true);
  try {
    const look = (): Promise<false> => new Promise((resolve) => setTimeout(resolve, LOOK_MS, false));
    while (!(await Promise.race([all, look()]))) await tell();
    // Ctrl-C ends the processes too, maybe before this one has looked.
    await tell();
  } finally {
    for (const child of open) child.kill("SIGKILL");
    await all;
  }
}

/** A new process; undefined where the machine has no place for one. Options of this process' Node are not passed on. */
function started(threads: number): ChildProcess | undefined {
  try {
    const child = fork(join(__dirname, "run-child.js"), [], {
      execArgv: [],
      env: { ...process.env, MSAE_THREADS: String(threads) },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("error", () => {});
    // Without open files left there is a process without a channel.
    if (child.connected) return child;
    child.kill("SIGKILL");
    return undefined;
  } catch {
    return undefined;
  }
}
