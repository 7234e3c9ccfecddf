import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { WORDS } from "./words";

/** The first V8, Node 22's, whose baseline compiler was found right: major and minor number. */
const SOUND_V8 = [12, 4];

/** V8's options without which a module is compiled whole, optimised, at once. */
const OFF = ["liftoff", "wasm-lazy-compilation"];

/** Options that are on otherwise; V8 takes the last two away itself with the first. */
const ON = [...OFF, "wasm-tier-up", "wasm-dynamic-tiering"];

/** Longest sleep in milliseconds, so that a thread that is to stop looks up soon. */
const REST_MS = 10;

/**
 * Compile a kernel.
 *
 * Node 20's V8 (11.3) has a fault in its baseline WebAssembly compiler, Liftoff. Before `memory.atomic.wait32` it stores the
 * address, widened to eight bytes, in a stack slot of four, and so clears the local beside it: one that was 7 is 0 after the
 * wait, every time. In a barrier this local says how often it had opened. So a thread whose sleep ended before
 * the others came, as it does where other work keeps them from a core for ten milliseconds, went on without them: other
 * losses, and later one thread that waited for one that had finished. Optimised code is right, so a warm kernel never failed.
 * Node 22 and 24 (V8 12.4, 13.6) are right in both. `test/kernels/compile.test.ts` shows the fault where it exists.
 *
 * Two things keep it out, each enough by itself. No kernel has that instruction: a thread sleeps in {@link instantiate}'s
 * `rest`. And on such a V8 no kernel runs baseline code: the compiler is turned off while the module is compiled, which then
 * happens whole and at once, for all threads, and turned on again for whatever else is compiled in this process.
 */
export function compileKernel(file: string): WebAssembly.Module {
  const bytes = readFileSync(file);
  if (soundBaseline()) return new WebAssembly.Module(bytes);
  for (const option of OFF) setFlagsFromString(`--no-${option}`);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const option of ON) if (!process.execArgv.includes(`--no-${option}`)) setFlagsFromString(`--${option}`);
  }
}

/** Whether the baseline compiler of this V8 is known to be right. */
export function soundBaseline(version: string = process.versions.v8): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major > SOUND_V8[0] || (major === SOUND_V8[0] && minor >= SOUND_V8[1]);
}

/** An instance of a kernel over the memory that its threads share. */
export function instantiate(code: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Exports {
  const words = new Int32Array(memory.buffer, 0, WORDS.stopped + 1);
  const rest = (address: number, seen: number): void => {
    Atomics.wait(words, address >> 2, seen, REST_MS);
  };
  return new WebAssembly.Instance(code, { env: { memory, rest } }).exports;
}
