import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two beats: how long Interrupt waits at most. */
const BEAT_MS = 150;

/**
 * Do work that waits for something else while `beat` is called several times a second. When a beat throws, the work is told to
 * stop through its signal, and what the beat threw is thrown.
 */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal) => Promise<T>,
  beat: () => void | Promise<void>,
): Promise<T> {
  const over = new AbortController();
  const stop = new AbortController();
  const beating = (async (): Promise<never> => {
    for (;;) {
      await sleep(BEAT_MS, undefined, { signal: over.signal });
      await beat();
    }
  })();
  const working = work(stop.signal);
  try {
    return await Promise.race([working, beating]);
  } catch (error) {
    stop.abort();
    // What the work holds open is closed first; a wait between two tries holds nothing, and ends by itself.
    await Promise.race([working.catch(() => undefined), sleep(500, undefined, { ref: false })]);
    throw error;
  } finally {
    over.abort();
    beating.catch(() => undefined);
  }
}
