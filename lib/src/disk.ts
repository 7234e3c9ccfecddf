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
  const code = (error as NodeJS.ErrnoException)?.code ?? "";
  return FAILURES[code] ?? WRONG_PLACES[code];
}

/** The sentence as the error that it is: the disk's failure, or wrong use where another place has to be named. */
export function diskError(cause: unknown, sentence: string): DiskError | InputError {
  const { code = "" } = Object(cause) as NodeJS.ErrnoException;
  return code in FAILURES ? new DiskError(sentence) : new InputError(sentence);
}

/**
 * Run a piece of writing, at once or asynchronous; a failure of the disk becomes one sentence that says what could not be
 * written, where and why.
 *
 * @param what is written, for the sentence: "The card", "The result of stage data"
 * @throws DiskError where the disk fails or is full, InputError where the place is wrong; any other error as it is
 */
export function writing<T>(what: string, path: string, work: () => T): T {
  return failing(work, (reason) => {
    return `${what} could not be written to ${path} (${reason}): nothing half-written was left; make room, or choose another folder.`;
  });
}

/** Run work whose failures on disk are told in the sentence that `say` makes of the reason. */
export function failing<T>(work: () => T, say: (reason: string, error: NodeJS.ErrnoException) => string): T {
  const explained = (error: unknown): never => {
    const reason = diskReason(error);
    throw reason === undefined ? error : diskError(error, say(reason, error as NodeJS.ErrnoException));
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(explained) as T) : result;
  } catch (error) {
    return explained(error);
  }
}
