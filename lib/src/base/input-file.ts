import { type Stats, statSync } from "node:fs";
import { InputError } from "./errors";

/**
 * The file that a path names, before it is opened or hashed: a device has no end, and a pipe may never begin.
 *
 * @param what names it in messages, as their first words: "The ratings file"
 * @throws InputError missing, not permitted, a folder, a device, a pipe or a socket
 */
export function requireFile(path: string, what: string): Stats {
  const info = statOf(path, what);
  if (info.isFile()) return info;
  throw new InputError(`${what} ${path} is ${kindOf(info)}.`);
}

function statOf(path: string, what: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR")
      throw new InputError(`${what} ${path} cannot be opened (${code || message}): check its permissions.`);
    // A path that has been made absolute has lost one of the two strokes.
    const address = /(^|\/)[a-z][a-z0-9+.-]+:\/{1,2}[^/]/i.test(path);
    throw new InputError(
      `${what} ${path} does not exist: ${address ? "an address is not opened, so fetch the file and give its path" : "check the path, which is taken from the current folder"}.`,
    );
  }
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return "a folder: name a file";
  if (info.isFIFO()) return "a pipe, which can be read only once: write it to a file, and name that";
  if (info.isSocket()) return "a socket: name a file";
  return "a device, which has no end: name a file";
}

/**
 * Remember what files are now; the function that it returns throws where one of them is another since, or has other content.
 *
 * @param files path by what names it in messages: "ratings"
 */
export function unchanged(files: Readonly<Record<string, string | undefined>>): () => void {
  const marks = Object.entries(files).flatMap(([role, path]) => (path === undefined ? [] : [{ role, path }]));
  const before = marks.map(({ path }) => markOf(path));
  return () => {
    for (const [index, { role, path }] of marks.entries())
      if (markOf(path) !== before[index])
        throw new InputError(
          `The ${role} file ${path} was changed while it was read: wait until whatever writes it is done, and run this again.`,
        );
  };
}

/** Which file it is, how long, and when it was last written to. */
function markOf(path: string): string {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false });
  return info === undefined ? "missing" : [info.dev, info.ino, info.size, info.mtimeNs].join(" ");
}
