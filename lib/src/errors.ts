/**
 * Wrong use or bad input: the message is one plain sentence that says what was found, where (file and
 * line of the data), what was expected and what to do. The command line prints it and exits with 2.
 */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** Work that was stopped by the user (Interrupt in a notebook, Ctrl-C on the command line). */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
  constructor(phase: string) {
    super(`Stopped during ${phase}: finished stages are kept, so running it again goes on from there.`);
  }
}

/** Throw an {@link InputError} unless `condition` holds. */
export function requireInput(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InputError(message);
}
