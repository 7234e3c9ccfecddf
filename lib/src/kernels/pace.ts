/** Milliseconds that a call of the kernel should take. */
const SLICE_MS = 40;

/** Milliseconds of a call that only looks how fast a number of threads is: long beside the call's own cost, some .1 ms. */
const LOOK_MS = 5;

/** Calls of each number of threads before one is chosen; the last {@link KEPT} count, since the code is still being compiled. */
const TRIALS = 4;

/** Calls of a number of threads of which the fastest is its speed: the others met other work of the machine. */
const KEPT = 3;

/** Calls between two looks at the number that was not chosen, some seconds. */
const CALLS_BETWEEN_LOOKS = 50;

/**
 * How many times faster than one thread several have to be: what their fastest call gains is soon lost where other work makes them
 * wait for each other.
 */
const CLEARLY_FASTER = 1.4;

/** Steps of the first call: how long one takes is not known yet, and on one thread nothing is heard meanwhile. */
const FIRST_STEPS = 1;

interface Candidate {
  threads: number;
  /** Calls that are wanted before the choice. */
  wanted: number;
  /** Milliseconds a step of the last calls, at most {@link KEPT}. */
  recent: number[];
}

/**
 * How many threads and steps the next call of the kernel has: all threads, or one where that is measured to be faster, as it is
 * while others keep the machine's cores busy, since threads wait for each other several times a step. Bytes do not depend on it.
 */
export class Pace {
  private readonly candidates: Candidate[];
  private chosen: Candidate;
  private current: Candidate;
  /** Steps of the chosen number's next call. */
  private steps: number = FIRST_STEPS;
  private sinceLook: number = 0;

  constructor(
    threads: number,
    private readonly mostSteps: number,
  ) {
    const numbers = threads > 1 ? [threads, 1] : [1];
    this.candidates = numbers.map((n) => ({ threads: n, wanted: TRIALS, recent: [] }));
    this.chosen = this.candidates[0];
    this.current = this.chosen;
  }

  /** The next call's threads and steps. */
  next(): { threads: number; steps: number } {
    if (this.candidates.every(({ wanted }) => wanted === 0)) {
      this.chosen = this.candidates.reduce((best, other) => (cost(other) < cost(best) ? other : best));
      if (this.sinceLook++ >= CALLS_BETWEEN_LOOKS) {
        this.sinceLook = 0;
        for (const other of this.candidates) if (other !== this.chosen) other.wanted = KEPT;
      }
    }
    // Those that are tried take turns, so that whatever else the machine does meets all of them.
    const tried = this.candidates.reduce((most, candidate) => (candidate.wanted > most.wanted ? candidate : most));
    this.current = tried.wanted > 0 ? tried : this.chosen;
    return { threads: this.current.threads, steps: tried.wanted > 0 ? this.lookSteps() : this.steps };
  }

  /** Steps of a look, as many for every number: by the fastest call so far, since the first ones are slow. */
  private lookSteps(): number {
    const fastest = Math.min(...this.candidates.flatMap(({ recent }) => recent));
    return fastest === Number.POSITIVE_INFINITY ? FIRST_STEPS : this.fit(LOOK_MS / fastest);
  }

  private fit(steps: number): number {
    return Math.max(1, Math.min(this.mostSteps, Math.round(steps)));
  }

  /** What that call took; it may have made fewer steps, at an epoch's end. */
  took(milliseconds: number, steps: number): void {
    const now = this.current;
    const each = milliseconds / steps;
    now.wanted = Math.max(0, now.wanted - 1);
    now.recent = [...now.recent, each].slice(-KEPT);
    if (now === this.chosen) this.steps = this.fit(Math.min(2 * this.steps, SLICE_MS / each));
  }
}

/** Milliseconds a step of the fastest of the last calls, by which numbers of threads are compared. */
function cost({ threads, recent }: Candidate): number {
  return Math.min(...recent) * (threads > 1 ? CLEARLY_FASTER : 1);
}
