// Threads of one kernel wait for each other here. A barrier is three words on cache lines of their own, all zero at first:
// threads that have arrived, how often the barrier has opened, threads that are asleep.

const OPENED: usize = 64;
const ASLEEP: usize = 128;

/** Looks at the barrier before falling asleep, some tens of microseconds: the usual wait is shorter. */
const LOOKS: i32 = 20000;

/** Longest sleep in nanoseconds, so that a thread that is to be ended never hangs here. */
const SLEEP: i64 = 10000000;

/** Go on when all `threads` threads have come. */
export function barrier(at: usize, threads: i32): void {
  if (threads == 1) return;
  const opened = atomic.load<i32>(at, OPENED);
  if (atomic.add<i32>(at, 1) == threads - 1) {
    atomic.store<i32>(at, 0);
    atomic.add<i32>(at, 1, OPENED);
    if (atomic.load<i32>(at, ASLEEP) > 0) atomic.notify(at + OPENED, -1);
    return;
  }
  for (let look = 0; look < LOOKS; look++) if (atomic.load<i32>(at, OPENED) != opened) return;
  atomic.add<i32>(at, 1, ASLEEP);
  while (atomic.load<i32>(at, OPENED) == opened) atomic.wait<i32>(at + OPENED, opened, SLEEP);
  atomic.sub<i32>(at, 1, ASLEEP);
}

/** The next piece of work, counted from 0; the counter at `at` starts at 0. */
export function claim(at: usize): i32 {
  return atomic.add<i32>(at, 1);
}
