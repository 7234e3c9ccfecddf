import { InputError } from "../errors";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  ENOTDIR: "a part of the path is a file",
  // What Node says when it makes a folder and its parents on a read-only file system.
  ENOENT: "the folder cannot be made; the path is wrong or the file system read-only",
  EEXIST: "a file of that name is in the way",
  EIO: "the disk reports an error",
};

/**
 * Run a piece of writing; a failure of the disk becomes one sentence that says what could not be written, where and why.
 *
 * @param what is written, for the sentence: "The card", "The result of stage data"
 * @throws InputError for failures of the disk; any other error as it is
 */
export function writing<T>(what: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    if (reason === undefined) throw error;
    throw new InputError(
      `${what} could not be written to ${path} (${reason}): nothing half-written was left; make room, or choose another folder.`,
    );
  }
}
