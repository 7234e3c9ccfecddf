import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { requireInput } from "../../base/errors";

/** A file by names under which the database opens this file and no other. */
export interface NamedFile {
  /** What the database is given. */
  name: string;
  /** What it may open for it. */
  opens: string[];
  close(): void;
}

/** The open files of the process itself, by their numbers. */
const DESCRIPTORS = "/proc/self/fd";

/**
 * Name a file for DuckDB, which takes `[ ] * ?` in a path for a pattern, what looks like an address for one, and folders named
 * `key=value` for columns. Linux has a name without any of that: the number of the opened file, which stays the same file even
 * where another takes its place. Elsewhere the path itself is given, whole, and each of those signs as a class of its own, `[*]`.
 *
 * @param path of a regular file
 * @throws InputError where a path cannot be written so
 */
export function nameForDuck(path: string, descriptors: string = DESCRIPTORS): NamedFile {
  const handle = openSync(path, "r");
  const name = `${descriptors}/${handle}`;
  const [own, found] = [fstatSync(handle), statSync(name, { throwIfNoEntry: false })];
  if (found && found.dev === own.dev && found.ino === own.ino)
    return { name, opens: [name], close: () => closeSync(handle) };
  closeSync(handle);
  const whole = resolve(path);
  const pattern = whole.replace(/[[*?]/g, "[$&]");
  requireInput(
    pattern === whole || !whole.includes("\\"),
    `The file ${path} cannot be named to the database, since its path holds both a backslash and one of [ * ?: rename it, or read it from another folder.`,
  );
  return { name: pattern, opens: [whole, pattern], close: () => undefined };
}
