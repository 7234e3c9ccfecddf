import type { Contender } from "./benchmark";

/** Waits until the next unit is asked for; called by a long fit at the end of every unit. */
export type Pause = () => Promise<void>;

/**
 * A fit that runs to its end by itself, held at the end of every unit until the next one is asked for, so that it can take
 * turns with other programs. The time of a unit runs from its release to its end.
 *
 * @param fit starts the fit, which awaits `pause` at the end of each unit
 */
export function paced<T>(
  name: string,
  role: Contender["role"],
  fit: (pause: Pause) => Promise<T>,
): Contender & { result(): Promise<T> } {
  let release: ((closed: boolean) => void) | undefined;
  let reached: (() => void) | undefined;
  let running: Promise<T> | undefined;
  const pause: Pause = () =>
    new Promise((resume, refuse) => {
      release = (closed) => (closed ? refuse(new Error(`${name} was closed`)) : resume());
      reached?.();
    });
  return {
    name,
    role,
    async round() {
      const atEnd = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const started = performance.now();
      if (running === undefined) {
        running = fit(pause);
        // A fit that fails shows in the race below, or when its result is asked for.
        running.catch(() => {});
      } else release?.(false);
      await Promise.race([atEnd, running]);
      return (performance.now() - started) / 1000;
    },
    /** What the fit returns; all of its units must have been asked for. */
    async result() {
      release?.(false);
      return running as Promise<T>;
    },
    async close() {
      release?.(true);
      await running?.catch(() => {});
    },
  };
}
