import { DiskError, InputError } from "./errors";

/** The machine's failures: the same command works once there is room. */
const FAILURES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "files may not grow this large here",
  EIO: "the disk reports an error",
  EMFILE: "this process may not open more files",
  ENFILE: "the system may not open more files",
};

/** A place where nothing can be written, whatever is tried again: another one has to be named. */
const WRONG_PLACES: Readonly<Record<string, string>> = {
  EROFS: "the file system is read-only",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  ENOTDIR: "a part of the path is a file, not a folder",
  // What Node says when it makes a folder and its parents on a read-only file system.
  ENOENT: "the folder cannot be made; the path is wrong or the file system read-only",
  EEXIST: "a file of that name is in the way",
  EISDIR: "a folder of that name is in the way",
  ENAMETOOLONG: "the name is too long for the file system",
  ELOOP: "its links lead in a circle",
};

/** Why the disk did not do what was asked, in words; undefined for any other error. */
export function diskReason(error: unknown): string | undefined {
  const { code = "" } = Object(error) as NodeJS.ErrnoException;
  return FAILURES[code] ?? WRONG_PLACES[code];
}

/** The sentence as the error that it is: the disk's failure, or wrong use where another place has to be named. */
export function diskError(cause: unknown, sentence: string): DiskError | InputError {
  const { code = "" } = Object(cause) as NodeJS.ErrnoException;
  return code in FAILURES ? new DiskError(sentence) : new InputError(sentence);
}

/** What helps where a file could not be written, unless something else is said. */
const REMEDY = "make room, or choose another folder";

/** The error of a writing that failed, in one sentence; undefined where the disk had no part in it. */
export function writingError(
  what: string,
  path: string,
  cause: unknown,
  remedy: string = REMEDY,
): DiskError | InputError | undefined {
  const reason = diskReason(cause);
  if (reason === undefined) return undefined;
  return diskError(
    cause,
    `${what} could not be written to ${path} (${reason}): nothing half-written was left; ${remedy}.`,
  );
}

/**
 * Run a piece of writing, at once or asynchronous; a failure of the disk becomes one sentence that says what could not be
 * written, where and why.
 *
 * @param what is written, for the sentence: "The card", "The result of stage data"
 * @param remedy what helps, as the end of the sentence
 * @throws DiskError where the disk fails or is full, InputError where the place is wrong; any other error as it is
 */
export function writing<T>(what: string, path: string, work: () => T, remedy?: string): T {
  return catching(work, (error) => writingError(what, path, error, remedy) ?? error);
}

/** Run work whose failures on disk are told in the sentence that `say` makes of the reason. */
export function failing<T>(work: () => T, say: (reason: string, error: NodeJS.ErrnoException) => string): T {
  return catching(work, (error) => {
    const reason = diskReason(error);
    return reason === undefined ? error : diskError(error, say(reason, error as NodeJS.ErrnoException));
  });
}

/** Run work, at once or asynchronous, and throw what `explain` makes of its errors. */
function catching<T>(work: () => T, explain: (error: unknown) => unknown): T {
  const rethrow = (error: unknown): never => {
    throw explain(error);
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(rethrow) as T) : result;
  } catch (error) {
    return rethrow(error);
  }
}

/** What stands in the way of reading, and what to do about it. */
const UNREADABLE: Readonly<Record<string, [reason: string, remedy: string]>> = {
  EACCES: ["permission is denied", "give yourself the right to read it"],
  EPERM: ["permission is denied", "give yourself the right to read it"],
  EIO: ["the disk reports an error", "check the disk"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n)"],
  ENFILE: ["too many files are open on this machine", "close other programs"],
  ENOMEM: ["memory is short", "free some memory"],
};

/** Codes of what is not there, or is of another kind than expected. */
const NOT_THERE = ["ENOENT", "ENOTDIR", "EISDIR"];

/** Whether an error says that something is there but could not be read just now, which is no sign of damage. */
export function isUnreadable(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException;
  return isShortOfMemory(error) || (typeof errno === "number" && code !== undefined && !NOT_THERE.includes(code));
}

const isShortOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  (/allocation failed/i.test(error.message) ||
    (error as NodeJS.ErrnoException).code === "ERR_MEMORY_ALLOCATION_FAILED");

/**
 * Run a piece of reading; what {@link isUnreadable} becomes one sentence that says what could not be read, where, why and what
 * helps.
 *
 * @param what is read, for the sentence: "The checkpoint"
 * @throws DiskError where the machine fails, InputError where the right to read is lacking; any other error as it is
 */
export function reading<T>(what: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const code = isShortOfMemory(error) ? "ENOMEM" : ((error as NodeJS.ErrnoException).code as string);
    const [reason, remedy] = UNREADABLE[code] ?? [`the system says ${code}`, "see to that"];
    const sentence = `${what} in ${path} cannot be read (${reason}): nothing was changed; ${remedy}, then run it again.`;
    throw code === "EACCES" || code === "EPERM" ? new InputError(sentence) : new DiskError(sentence);
  }
}
