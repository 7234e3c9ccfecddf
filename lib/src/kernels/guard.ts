import type { Kernel } from "./pool";

/** An array that a kernel writes. */
type Written = Float32Array | Float64Array | Int32Array;

/**
 * Do a piece of work on several threads, take it back, and do it on one: the bytes have to be the same. It is meant for the first
 * pieces of a training, where code is fresh, and what came out of them decides everything after.
 *
 * @param written all that the work changes and that matters afterwards, in the kernel's memory
 * @param work is called twice, with a number of threads
 * @returns what the work gave on one thread; the arrays are as it left them
 * @throws Error with a sentence that says what to do, when anything differs
 */
export async function onOneThreadToo<T>(
  kernel: Kernel,
  what: string,
  written: readonly Written[],
  work: (threads: number) => Promise<T>,
): Promise<T> {
  const before = written.map((array) => array.slice());
  await work(kernel.threads);
  const several = written.map((array) => array.slice());
  written.forEach((array, index) => {
    array.set(before[index]);
  });
  const result = await work(1);
  requireSame(kernel, what, written, several);
  return result;
}

/** @throws Error when one of the arrays differs from what several threads gave */
export function requireSame(kernel: Kernel, what: string, one: readonly Written[], several: readonly Written[]): void {
  if (one.every((array, index) => same(array, several[index]))) return;
  throw new Error(
    `${what} came out different on ${kernel.threads} threads and on one, on Node ${process.versions.node}: nothing of this training can be trusted. Set MSAE_THREADS=1 and run it again, or take Node 22 or newer, and report it with what "msae-lab doctor" prints.`,
  );
}

/** Whether two arrays hold the same bytes; what is no number may be so in any way. */
function same(a: Written, b: Written): boolean {
  const bytes = (array: Written): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0 || a.every((value, index) => Object.is(value, b[index]));
}
