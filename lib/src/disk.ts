import { InputError } from "./errors";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "files may not grow this large here",
  EROFS: "the file system is read-only",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  ENOTDIR: "a part of the path is a file, not a folder",
  // What Node says when it makes a folder and its parents on a read-only file system.
  ENOENT: "the folder cannot be made; the path is wrong or the file system read-only",
  EEXIST: "a file of that name is in the way",
  EISDIR: "a folder of that name is in the way",
  EIO: "the disk reports an error",
};

/** Why the disk did not do what was asked, in words; undefined for any other error. */
function diskReason(error: unknown): string | undefined {
  return REASONS[(error as NodeJS.ErrnoException)?.code ?? ""];
}

/**
 * Run a piece of writing, at once or asynchronous; a failure of the disk becomes one sentence that says what could not be
 * written, where and why.
 *
 * @param what is written, for the sentence: "The card", "The result of stage data"
 * @throws InputError for failures of the disk; any other error as it is
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
    throw reason === undefined ? error : new InputError(say(reason, error as NodeJS.ErrnoException));
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(explained) as T) : result;
  } catch (error) {
    return explained(error);
  }
}
