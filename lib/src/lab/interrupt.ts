import { Interrupted } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { stopKernels } from "../kernels/pool";

/** Milliseconds of work between two looks at the event loop, where Interrupt is noticed. */
const BREATH_MS = 50;

/** Milliseconds that the work has to notice an Interrupt itself, before the kernels are stopped in the middle of a call. */
const GRACE_MS = 500;

/**
 * Run long work so that Interrupt (a notebook's stop button, Ctrl-C) ends it within about a breath: a listener for SIGINT
 * lives as long as the work, and the next report of progress throws {@link Interrupted}. Where none comes, as in a call of a
 * kernel that hangs, the call itself is given up, at the second Interrupt at once.
 *
 * @param work is given the listener that it must await; its errors pass through
 * @param left what a stop leaves behind, in words
 */
export async function interruptible<T>(
  phase: string,
  work: (onProgress: OnProgress) => Promise<T>,
  left?: string,
): Promise<T> {
  let stopped = false;
  let grace: NodeJS.Timeout | undefined;
  const giveUp = (): void => stopKernels(new Interrupted(phase, left));
  const stop = (): void => {
    if (stopped) giveUp();
    else grace = setTimeout(giveUp, GRACE_MS);
    stopped = true;
  };
  // In a notebook a listener that is added while the cell starts would take the kernel's own place and end it.
  await new Promise<void>((begin) =>
    setImmediate(() => {
      process.on("SIGINT", stop);
      begin();
    }),
  );
  let breath = Date.now();
  try {
    return await work(async () => {
      if (Date.now() - breath >= BREATH_MS) {
        await new Promise((resume) => setImmediate(resume));
        breath = Date.now();
      }
      if (stopped) throw new Interrupted(phase, left);
    });
  } catch (error) {
    // Ctrl-C goes to the processes that the work has started as well, and their end is an error of the work's.
    throw stopped ? new Interrupted(phase, left) : error;
  } finally {
    clearTimeout(grace);
    process.removeListener("SIGINT", stop);
  }
}
