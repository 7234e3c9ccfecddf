import pLimit from "p-limit";
import type { OnProgress } from "../../base/progress";
import type { Answer, Asker } from "./ask";
import type { ModelRequest } from "./request";

/** Milliseconds between two reports of progress while answers are awaited. */
const REPORT_MS = 100;

/** How much is asked at the same time, and who is told. */
export interface Pace {
  concurrency: number;
  phase: string;
  unit: string;
  /** Questions in all rounds. */
  total: number;
  onProgress?: OnProgress;
  /** Ends what is under way. */
  abort: (reason: Error) => void;
}

/** Rounds of questions with one report of progress for all of them. */
export interface Rounds {
  /** Answers in the order of the requests. */
  ask<T>(requests: readonly ModelRequest<T>[]): Promise<Answer<T>[]>;
}

/**
 * Ask rounds of questions, several at a time. Progress is reported while answers are awaited as well, and when its listener throws, as
 * it does after Ctrl-C, what is under way is ended at once and the error passed on.
 */
export function openRounds(asker: Asker, pace: Pace): Rounds {
  const { concurrency, phase, unit, total, onProgress, abort } = pace;
  const limit = pLimit(concurrency);
  const started = performance.now();
  let done = 0;
  let fresh = 0;
  const report = async (): Promise<void> => {
    const minutes = (performance.now() - started) / 60_000;
    const metrics = fresh > 0 && minutes > 0 ? { "a minute": fresh / minutes } : undefined;
    await onProgress?.({ phase, done, total, unit, ...(metrics ? { metrics } : {}) });
  };
  return {
    async ask<T>(requests: readonly ModelRequest<T>[]) {
      let broken: { error: unknown } | undefined;
      const end = (error: unknown): void => {
        if (broken) return;
        broken = { error };
        abort(error as Error);
      };
      let busy = false;
      const timer = setInterval(() => {
        if (busy) return;
        busy = true;
        report()
          .catch(end)
          .finally(() => {
            busy = false;
          });
      }, REPORT_MS);
      const one = async (request: ModelRequest<T>): Promise<Answer<T>> => {
        if (broken) throw broken.error;
        const answer = await asker.ask(request);
        done++;
        if ("value" in answer && !answer.fromCache) fresh++;
        return answer;
      };
      try {
        await report();
        const settled = await Promise.allSettled(
          requests.map((request) =>
            limit(() =>
              one(request).catch((error: unknown) => {
                end(error);
                throw error;
              }),
            ),
          ),
        );
        if (broken) throw (broken as { error: unknown }).error;
        await report();
        return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      } finally {
        clearInterval(timer);
      }
    },
  };
}
