// Threads of one kernel wait for each other here: one barrier, in the first page of the shared memory, below the static data.
// Each word lies on a cache line of its own; all are zero at first. The same numbers stand in `lib/src/kernels/words.ts`.

/** Threads that have arrived. */
const ARRIVED: usize = 64;
/** How often the barrier has opened. */
const OPENED: usize = 128;
/** Threads that are asleep at it. */
const ASLEEP: usize = 192;
/** Not zero: the work is given up, and nobody waits any longer. */
const STOPPED: usize = 256;

/** Looks at the barrier before falling asleep, some tens of microseconds: the usual wait is shorter. */
const LOOKS: i32 = 20000;

/**
 * Sleep until `address` is no longer `seen`, until a notification, or some milliseconds. It comes from outside, and no kernel
 * has a wait of its own: see `lib/src/kernels/compile.ts` for what one does on Node 20.
 */
// @ts-ignore: decorator
@external("env", "rest")
declare function rest(address: usize, seen: i32): void;

/** Go on when all `threads` threads have come. Gives true when the work was given up: the caller has to return at once. */
export function barrier(threads: i32): bool {
  if (threads == 1) return false;
  const opened = atomic.load<i32>(OPENED);
  if (atomic.add<i32>(ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.add<i32>(OPENED, 1);
    if (atomic.load<i32>(ASLEEP) > 0) atomic.notify(OPENED, -1);
    return false;
  }
  for (let look = 0; look < LOOKS; look++) if (atomic.load<i32>(OPENED) != opened) return false;
  atomic.add<i32>(ASLEEP, 1);
  let stopped = false;
  while (!stopped && atomic.load<i32>(OPENED) == opened) {
    rest(OPENED, opened);
    stopped = atomic.load<i32>(STOPPED) != 0;
  }
  atomic.sub<i32>(ASLEEP, 1);
  return stopped;
}
