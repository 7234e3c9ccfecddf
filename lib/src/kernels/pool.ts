import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { compileKernel, instantiate } from "./compile";
import type { Layout, Region } from "./layout";
import { granted, threadError } from "./resource-errors";
import { threadCount } from "./threads";
import { BOUNDS, type Bounds, Watchdog } from "./watchdog";
import { WORDS } from "./words";

/** What a thread is started with. */
export interface WorkerSetup {
  code: WebAssembly.Module;
  memory: WebAssembly.Memory;
  thread: number;
  /** Offset of two words: tasks claimed, tasks done. */
  control: number;
}

/** One call: every thread runs the function once, or they share out its tasks. */
export interface Call {
  name: string;
  args: readonly number[];
  /** How many threads are called. */
  threads: number;
  tasks?: number;
}

/** Told how many tasks are done, some twenty times a second, and awaited; when it throws, the work stops and the kernel closes. */
export type OnTasks = (done: number) => void | Promise<void>;

/** Milliseconds between two reports. */
const REPORT_MS = 50;

/** The compiled library: workers and WebAssembly are loaded from there, also where the sources themselves are run. */
const compiled = join(__dirname, "..", "..", "dist", "kernels");

const modules = new Map<string, WebAssembly.Module>();

/** Kernels in a call. */
const working: Set<Kernel> = new Set();

/** End every call that is under way: it rejects with `error`, its kernel's threads end, and that kernel is not used again. */
export function stopKernels(error: Error): void {
  for (const kernel of [...working]) kernel.stop(error);
}

/** The kernel `name`, compiled once for all threads. */
function moduleOf(name: string): WebAssembly.Module {
  let module = modules.get(name);
  if (!module) {
    module = compileKernel(join(compiled, `${name}.wasm`));
    modules.set(name, module);
  }
  return module;
}

/**
 * A kernel with its memory and its threads. With one thread the work is done on the caller's own, in slices; with more,
 * on workers, and the caller's stays free. The caller must {@link close} it; an idle one does not keep the process alive.
 */
export class Kernel {
  readonly threads: number;
  private readonly memory: WebAssembly.Memory;
  private readonly control: Region;
  private readonly exports: WebAssembly.Exports;
  private readonly workers: Worker[] = [];
  private failure: Error | undefined;
  private readonly waiting: Set<() => void> = new Set();

  /**
   * @param name of the source `kernels/assembly/<name>.ts` @param layout of all its arrays; nothing can be added later
   * @param threads default: {@link threadCount} @param bounds how long a call may stand still
   */
  constructor(
    readonly name: string,
    layout: Layout,
    threads: number = threadCount(),
    private readonly bounds: Bounds = BOUNDS,
  ) {
    this.control = layout.words(2);
    const pages = Math.ceil(layout.bytes / 65536);
    this.memory = granted(() => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
    this.threads = threads;
    const code = moduleOf(name);
    this.exports = granted(() => instantiate(code, this.memory));
    for (let thread = 0; threads > 1 && thread < threads; thread++) {
      const setup: WorkerSetup = { code, memory: this.memory, thread, control: this.control.offset };
      const worker = new Worker(join(compiled, "worker.js"), { workerData: setup, execArgv: [] });
      worker.unref();
      worker.on("error", (error) => this.fail(threadError(error)));
      worker.on("exit", () => this.fail(new Error(`A thread of the kernel "${name}" ended before its work did.`)));
      this.workers.push(worker);
    }
  }

  /** The 32-bit floats of a region, in the memory that all threads share. */
  floats({ offset, length }: Region): Float32Array {
    return new Float32Array(this.memory.buffer, offset, length);
  }

  /** The doubles of a region. */
  doubles({ offset, length }: Region): Float64Array {
    return new Float64Array(this.memory.buffer, offset, length);
  }

  /** The 32-bit integers of a region. */
  integers({ offset, length }: Region): Int32Array {
    return new Int32Array(this.memory.buffer, offset, length);
  }

  /**
   * Run `name(...args, task, thread)` for every task from 0 to `tasks` − 1, in any order. What a task computes must not
   * depend on the thread, so that the result does not depend on how many there are.
   *
   * @param threads the first that many share the tasks out; default: all
   * @throws Error when a thread fails, or the call stands still longer than its bounds: the kernel's threads have ended then
   */
  async each(
    name: string,
    args: readonly number[],
    tasks: number,
    onTasks?: OnTasks,
    threads: number = this.threads,
  ): Promise<void> {
    if (this.threads > 1) return this.call({ name, args, tasks, threads }, onTasks);
    if (this.failure) throw this.failure;
    const work = this.exports[name] as (...numbers: number[]) => void;
    let reported = Date.now();
    working.add(this);
    try {
      for (let task = 0; task < tasks; task++) {
        work(...args, task, 0);
        if (Date.now() - reported < REPORT_MS) continue;
        await this.report(onTasks, task + 1);
        // Signals are heard here, whoever listens.
        await new Promise((resume) => setImmediate(resume));
        if (this.failure) throw this.failure;
        reported = Date.now();
      }
    } finally {
      working.delete(this);
    }
  }

  /**
   * Run `name(...args, thread, threads)` on every thread at once, or on the first `threads` of them; it synchronises itself by
   * barriers. The call should end within some 50 ms, since nothing is reported meanwhile and, in a kernel of one thread, the
   * caller's own is busy.
   *
   * @throws Error as {@link each}
   */
  async together(name: string, args: readonly number[], threads: number = this.threads): Promise<void> {
    if (this.threads > 1) return this.call({ name, args, threads });
    if (this.failure) throw this.failure;
    (this.exports[name] as (...numbers: number[]) => void)(...args, 0, 1);
  }

  /** Run `name(...args)` here and now, and give what it returns: for small sequential work between the others. */
  here(name: string, args: readonly number[]): number {
    return (this.exports[name] as (...numbers: number[]) => number)(...args);
  }

  /** Give up the call that is under way, if there is one: it rejects with `error`. The kernel is not used again. */
  stop(error: Error): void {
    this.fail(error);
    // A thread at the barrier leaves the kernel's code by itself.
    const words = new Int32Array(this.memory.buffer);
    Atomics.store(words, WORDS.stopped, 1);
    Atomics.notify(words, WORDS.opened);
  }

  /** End the threads, wherever they are. */
  async close(): Promise<void> {
    this.stop(new Error("The kernel was closed."));
    const workers = this.workers.splice(0);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private async report(onTasks: OnTasks | undefined, done: number): Promise<void> {
    try {
      await onTasks?.(done);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private async call(call: Call, onTasks?: OnTasks): Promise<void> {
    if (this.failure) throw this.failure;
    const [shared, control] = [new Int32Array(this.memory.buffer), this.integers(this.control)];
    const watchdog = new Watchdog(this.bounds);
    control.fill(0);
    let answers = 0;
    let ended = false;
    const answer = (worker: Worker): Promise<void> =>
      this.answer(worker, call).then(() => {
        answers++;
      });
    working.add(this);
    const all = Promise.all(this.workers.slice(0, call.threads).map(answer)).finally(() => {
      ended = true;
    });
    // A rejection is noticed below, at the latest when the report that is under way is over.
    all.catch(() => {});
    try {
      while (!ended) {
        let timer: NodeJS.Timeout | undefined;
        const pause = new Promise<void>((resume) => {
          timer = setTimeout(resume, REPORT_MS);
        });
        await Promise.race([all.catch(() => {}), pause]);
        clearTimeout(timer);
        if (ended) break;
        const done = answers + Atomics.load(shared, WORDS.opened) + control[0] + control[1];
        const trouble = watchdog.look(done, Atomics.load(shared, WORDS.asleep) >= call.threads - answers);
        if (trouble !== undefined) this.stop(new Error(gaveUp(this.name, trouble)));
        else if (call.tasks !== undefined) await this.report(onTasks, Atomics.load(control, 1));
      }
      await all;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      working.delete(this);
    }
  }

  /** Send a call to one thread; resolves with its answer, rejects when a thread has failed. */
  private answer(worker: Worker, call: Call): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.waiting.delete(settle);
        worker.off("message", settle);
        if (this.failure) reject(this.failure);
        else resolve();
      };
      if (this.failure) return settle();
      this.waiting.add(settle);
      worker.on("message", settle);
      worker.postMessage(call);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const settle of [...this.waiting]) settle();
  }
}

function gaveUp(name: string, why: string): string {
  return `The kernel "${name}" was given up, since ${why}: run it again, on one thread with MSAE_THREADS=1 if it comes back, and report it with what "msae-lab doctor" prints.`;
}
