import { printable } from "./quote";

/**
 * Wrong use or bad input: the message is one plain sentence that says what was found, where (file and
 * line of the data), what was expected and what to do. The command line prints it and exits with 2.
 * Whatever the message holds, it is safe to print: see {@link printable}. Values of the user's go in by `quote`, which cuts them.
 */
export class InputError extends Error {
  override readonly name: string = "InputError";
  constructor(message: string) {
    super(printable(message));
  }
}

/** The data lacks what was asked for, such as categories; a notebook says so in place of the figure and goes on. */
export class MissingData extends InputError {
  override readonly name: string = "MissingData";
}

/** The disk is full or fails: one plain sentence that says what was not written, where and why. The command line exits with 1. */
export class DiskError extends Error {
  override readonly name: string = "DiskError";
  constructor(message: string) {
    super(printable(message));
  }
}

/** What is left when a stage is stopped. */
export const STAGES_KEPT = "finished stages are kept, so running it again goes on from there";

/** Work that was stopped by the user (Interrupt in a notebook, Ctrl-C on the command line). */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
  /** @param left what the stop leaves behind, in words */
  constructor(phase: string, left: string = STAGES_KEPT) {
    super(`Stopped during ${phase}: ${left}.`);
  }
}

/** Throw a {@link MissingData} unless the data has what is asked for. */
export function requireData(condition: boolean, message: string): asserts condition {
  if (!condition) throw new MissingData(message);
}

/** Throw an {@link InputError} unless `condition` holds. */
export function requireInput(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InputError(message);
}
