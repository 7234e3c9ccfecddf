/** Words at the start of a kernel's memory, by their index: those of `assembly/common/sync.ts`. */
export const WORDS = {
  /** How often the threads have met. */
  opened: 32,
  /** Threads that sleep until the others come. */
  asleep: 48,
  /** Not zero: the work is given up, and nobody waits any longer. */
  stopped: 64,
} as const;
