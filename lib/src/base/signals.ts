/** Exit codes of a command that was stopped, as shells have them: 128 and the number of the signal. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type Signal = keyof typeof STOPPED;
const SIGNALS = Object.keys(STOPPED) as Signal[];

/** Milliseconds that work has to stop by itself; then the process ends in the middle of it. */
const GRACE_MS = 10_000;

/**
 * Run a command so that Ctrl-C, `kill` and a closed terminal end it alike: with a word, and a code of {@link STOPPED}.
 * Long work listens for SIGINT itself, and is told of the other signals as if they were one. Between two pieces of such
 * work, such as loading the tensors, the process ends at once; so it does when the work does not stop within ten seconds.
 *
 * @param command gives the exit code of the command; never throws
 * @param farewell says that it was stopped
 * @returns the command's exit code, or that of the signal when it was stopped before it was done
 */
export async function stoppable(command: () => Promise<number>, farewell: () => void): Promise<number> {
  let received: Signal | undefined;
  let grace: NodeJS.Timeout | undefined;
  const end = (signal: Signal): void => {
    farewell();
    process.exit(STOPPED[signal]);
  };
  const stop = (signal: Signal): void => {
    const first = received === undefined;
    received ??= signal;
    if (process.listenerCount("SIGINT") < 2) end(received);
    if (first) grace = setTimeout(end, GRACE_MS, received);
    if (signal !== "SIGINT") process.emit("SIGINT", "SIGINT");
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const code = await command();
  clearTimeout(grace);
  for (const signal of SIGNALS) process.removeListener(signal, stop);
  return received !== undefined && code !== 0 ? STOPPED[received] : code;
}
