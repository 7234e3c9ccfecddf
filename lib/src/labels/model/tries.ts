import { setTimeout as sleep } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import { hash32 } from "../../base/random";
import { RunStopped, Unreached } from "./failures";

/** How patient a run is; tests are less, and wait for nothing. */
export interface Patience {
  /** Tries after the first. */
  retries: number;
  /** Of these, tries after an answer that came too late: each may be charged for. */
  late: number;
  /** First wait between two tries, in milliseconds; each later one is twice as long. */
  backoffMs: number;
  /** The longest wait, whatever Retry-After says, in milliseconds. */
  longestWaitMs: number;
  /** Milliseconds that an answer may take. */
  timeoutMs: number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** A signal that is aborted after so many milliseconds, and what takes it back. */
  deadline(ms: number): { signal: AbortSignal; clear: () => void };
}

export const PATIENCE: Readonly<Patience> = {
  retries: 8,
  late: 2,
  backoffMs: 1000,
  longestWaitMs: 60_000,
  timeoutMs: 120_000,
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  deadline(ms) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), ms);
    return { signal: controller.signal, clear: () => clearTimeout(timer) };
  },
};

/** Tries of requests to one server. */
export interface Tries {
  /**
   * Try until something comes.
   *
   * @param name of what is tried: waits are spread by it
   * @param attempt is given the signal that ends it
   * @throws the last error, the first that no other try can better, or why the run was stopped
   */
  run<T>(name: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Begin no other attempt, and say why; those under way go on. */
  stop(reason: RunStopped): void;
  /** Why the run was stopped, if it was. */
  stopped(): RunStopped | undefined;
}

/** Requests in a row that all their tries did not help: then the server is down. */
const FAILURES_IN_A_ROW = 10;

/** Tries after the first where the server has not been there from the beginning. */
const RETRIES_WITHOUT_SERVER = 2;

/**
 * Tries of all requests to one server: while one is told to wait, the others wait as well, and where one finds out that nothing can
 * come any more, all stop.
 *
 * @param signal ends them all, those under way too
 */
export function openTries(patience: Patience, signal: AbortSignal): Tries {
  const { retries, late, backoffMs, longestWaitMs, timeoutMs } = patience;
  const stopping = new AbortController();
  let reason: RunStopped | undefined;
  let pause: Promise<unknown> = Promise.resolve();
  let failures = 0;
  let answered = false;

  const stop = (why: RunStopped): void => {
    reason ??= why;
    stopping.abort();
  };
  const goOn = (): void => {
    signal.throwIfAborted();
    if (reason) throw new AbortError(reason);
  };
  const wait = async (error: Unreached, name: string, attempt: number): Promise<void> => {
    // Between half and the whole of it, so that requests which failed together do not come back together.
    const spread = 0.5 + (hash32(`${name}/${attempt}`) % 1000) / 2000;
    const backoff = backoffMs * 2 ** (attempt - 1) * spread;
    // A signal of its own: Node warns where many listen to one.
    const waking = AbortSignal.any([signal, stopping.signal]);
    const waiting = patience.wait(Math.min(longestWaitMs, Math.max(error.waitMs, backoff)), waking).catch(() => {});
    if (error.waitMs > 0) pause = waiting;
    await waiting;
  };

  return {
    stop,
    stopped: () => reason,
    async run(name, attempt) {
      let lateOnes = 0;
      const once = async () => {
        await pause;
        goOn();
        const deadline = patience.deadline(timeoutMs);
        try {
          const value = await attempt(AbortSignal.any([signal, deadline.signal]));
          failures = 0;
          answered = true;
          return value;
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof RunStopped) stop(error);
          if (!(error instanceof Unreached)) throw new AbortError(error as Error);
          if (error.kind === "late" && ++lateOnes > late) throw new AbortError(error);
          throw error;
        } finally {
          deadline.clear();
        }
      };
      const onFailedAttempt = async (error: Error & { attemptNumber: number; retriesLeft: number }): Promise<void> => {
        goOn();
        if (!(error instanceof Unreached) || error.retriesLeft <= 0) return;
        if (error.kind === "absent" && !answered && error.attemptNumber > RETRIES_WITHOUT_SERVER) throw error;
        await wait(error, name, error.attemptNumber);
      };
      try {
        return await pRetry(once, { retries, minTimeout: 0, maxTimeout: 0, onFailedAttempt });
      } catch (error) {
        signal.throwIfAborted();
        const failed = error instanceof AbortError ? error.originalError : (error as Error);
        if (failed instanceof Unreached && (++failures >= FAILURES_IN_A_ROW || failed.kind === "absent"))
          stop(new RunStopped(`${failed.message}, whatever was tried: ${REMEDY}`, failed.kind === "absent"));
        throw failed;
      }
    },
  };
}

const REMEDY = "check that the server at OPENAI_BASE_URL is up, and run it again, which goes on from there.";
