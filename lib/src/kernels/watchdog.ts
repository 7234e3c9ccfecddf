/** How long a call may stand still before it is given up, in seconds. */
export interface Bounds {
  /** While all threads that are still at work sleep at the barrier: then none can wake another, however slow the machine is. */
  asleep: number;
  /** While no task is taken or done and no barrier opens. A task takes some milliseconds, a large one seconds. */
  silent: number;
}

export const BOUNDS: Readonly<Bounds> = { asleep: 10, silent: 300 };

/** Most milliseconds that count between two looks: a process that was stopped, or a machine that slept, did not stand still. */
const MOST_BETWEEN = 1000;

/** Sees whether a call goes on, by looks some twenty times a second. */
export class Watchdog {
  private last: number = performance.now();
  private done: number = -1;
  private silent: number = 0;
  private asleep: number = 0;

  constructor(private readonly bounds: Bounds) {}

  /**
   * @param done a number that changes with everything that is done @param asleep whether all threads at work are asleep
   * @returns why the call is to be given up, or undefined
   */
  look(done: number, asleep: boolean, now: number = performance.now()): string | undefined {
    const passed = Math.min(MOST_BETWEEN, now - this.last);
    this.last = now;
    if (done !== this.done) {
      this.done = done;
      this.silent = 0;
      this.asleep = 0;
      return undefined;
    }
    this.silent += passed;
    this.asleep = asleep ? this.asleep + passed : 0;
    if (this.asleep >= 1000 * this.bounds.asleep)
      return `its threads waited for each other for ${this.bounds.asleep} s`;
    if (this.silent >= 1000 * this.bounds.silent) return `it did nothing for ${this.bounds.silent} s`;
    return undefined;
  }
}
