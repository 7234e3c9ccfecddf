import { lstatSync, renameSync } from "node:fs";
import { failing } from "../base/disk";

/** Which file or folder it is that has this name now; undefined where there is none. */
export function identityOf(path: string): string | undefined {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && `${stats.dev}:${stats.ino}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Give a damaged file or folder another name.
 *
 * @param what is wrong with it, in a sentence
 * @param identity of the one that was found damaged: another that has taken its name meanwhile gets it back
 * @returns its new name; undefined where it had gone
 * @throws InputError where the store cannot be written
 */
export function setAside(path: string, what: string, identity: string | undefined): string | undefined {
  return failing(
    () => {
      for (let n = 1; ; n++) {
        const aside = `${path}.damaged-${n}`;
        if (identityOf(aside) !== undefined) continue;
        try {
          renameSync(path, aside);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === "ENOENT" && identityOf(path) === undefined) return undefined;
          if (code === "ENOTEMPTY" || code === "EEXIST") continue;
          throw error;
        }
        if (identityOf(aside) === identity) return aside;
        if (identityOf(path) === undefined) renameSync(aside, path);
        return undefined;
      }
    },
    (reason) =>
      `${what} It cannot be set aside (${reason}): make the store writable, or choose another by the environment variable MSAE_RUNS.`,
  );
}
