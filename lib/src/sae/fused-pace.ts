/** Milliseconds that a call of the kernel should take. */
const SLICE_MS = 40;

/** Calls of each number of threads before one is chosen: the first are short, and the code is still being compiled. */
const TRIALS = 3;

/** Calls between two looks at the number that was not chosen, some seconds. */
const CALLS_BETWEEN_LOOKS = 50;

/** Most steps of the first call. */
const FIRST_STEPS = 4;

interface Candidate {
  threads: number;
  calls: number;
  /** Milliseconds a step, when last measured. */
  milliseconds: number;
  steps: number;
}

/**
 * How many threads and steps the next call of the kernel has: all threads, or one where that is measured to be faster, as it is
 * while others keep the machine's cores busy, since threads wait for each other several times a step. Bytes do not depend on it.
 */
export class Pace {
  private readonly candidates: Candidate[];
  private current: Candidate;
  private sinceLook: number = 0;

  constructor(
    threads: number,
    private readonly mostSteps: number,
  ) {
    const numbers = threads > 1 ? [threads, 1] : [1];
    this.candidates = numbers.map((n) => ({ threads: n, calls: 0, milliseconds: 0, steps: FIRST_STEPS }));
    this.current = this.candidates[0];
  }

  /** The next call's threads and steps. */
  next(): { threads: number; steps: number } {
    const untried = this.candidates.find(({ calls }) => calls < TRIALS);
    const byTime = [...this.candidates].sort((a, b) => a.milliseconds - b.milliseconds);
    this.sinceLook++;
    this.current = untried ?? byTime[0];
    if (!untried && this.sinceLook > CALLS_BETWEEN_LOOKS) {
      this.current = byTime[byTime.length - 1];
      this.sinceLook = 0;
    }
    return { threads: this.current.threads, steps: this.current.steps };
  }

  /** What that call took; it may have made fewer steps, at an epoch's end. */
  took(milliseconds: number, steps: number): void {
    const now = this.current;
    now.calls++;
    now.milliseconds = milliseconds / steps;
    now.steps = Math.max(1, Math.min(this.mostSteps, 2 * now.steps, Math.round(SLICE_MS / now.milliseconds)));
  }
}
