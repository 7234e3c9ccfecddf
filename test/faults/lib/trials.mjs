import { drawsOf } from "./random.mjs";
import { Stopped } from "./world.mjs";

/** What trials are called for which there was no time. */
export const LEFT_OUT = "left out for time";

/**
 * The `run` of a fault that is tried again and again.
 *
 * @param prepare given the context, once: what all trials share, or `{ skipped: "why" }`
 * @param trial given the context with `draws` and `index` of this trial, and what was prepared; returns what went wrong, in a sentence, or
 *   nothing
 * @param atOnce how many trials run side by side
 */
export function inTrials({ prepare = () => ({}), trial, atOnce = 1 }) {
  return async (context) => {
    const started = performance.now();
    const result = { trials: 0, failures: [], figures: {} };
    const seconds = () => (performance.now() - started) / 1000;
    const count = (what, by = 1) => {
      result.figures[what] = (result.figures[what] ?? 0) + by;
    };
    let shared;
    try {
      shared = await prepare({ ...context, count });
    } catch (error) {
      if (error instanceof Stopped) throw error;
      return { ...result, failures: [`it could not be prepared: ${error.message}`], seconds: seconds() };
    }
    if (shared.skipped) return { ...result, skipped: shared.skipped, seconds: seconds() };
    let next = context.first;
    const last = context.first + context.amount;
    const worker = async () => {
      while (next < last && !(result.trials > 0 && Date.now() > context.until)) {
        const index = next++;
        const draws = drawsOf(context.seed, context.name, index);
        let wrong;
        try {
          wrong = await trial({ ...context, count, draws, index }, shared);
        } catch (error) {
          if (error instanceof Stopped) throw error;
          wrong = `the trial itself failed: ${error.stack}`;
        }
        result.trials++;
        if (wrong) result.failures.push(`trial ${index}: ${wrong}\n  again: ${context.again(index)}`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, context.amount) }, worker));
    if (result.trials < context.amount) count(LEFT_OUT, context.amount - result.trials);
    return { ...result, seconds: seconds() };
  };
}
