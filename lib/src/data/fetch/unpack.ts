import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, open, type ZipFile } from "yauzl";
import { savingDownload } from "./download";
import { withHeartbeat } from "./heartbeat";

const SYMBOLIC_LINK = 0o120000;

/**
 * Unpack a zip into a folder, each file whole or not at all. Only names that begin with `strip` are unpacked, without it;
 * a name that would lead out of the folder, or a link, stops everything.
 *
 * @param onBytes is told how much of the archive is done, several times a second, and awaited; what it throws stops the work
 * @returns the files written, relative to the folder
 * @throws Error when the archive is damaged or has such a name; InputError or DiskError when a file cannot be written
 */
export async function unpack(
  archive: string,
  dir: string,
  strip: string,
  onBytes: (bytes: number) => void | Promise<void>,
): Promise<string[]> {
  const zip = await new Promise<ZipFile>((done, fail) =>
    // Names are checked by yauzl: none is absolute, has a backslash or climbs by "..".
    open(archive, { lazyEntries: true, strictFileNames: true }, (error, file) => (error ? fail(error) : done(file))),
  ).catch((error: Error) => damaged(archive, error));
  const written: string[] = [];
  let bytes = 0;
  try {
    for await (const entry of entries(zip)) {
      if (entry.fileName.endsWith("/") || !entry.fileName.startsWith(strip)) continue;
      const name = entry.fileName.slice(strip.length);
      const target = resolve(dir, name);
      const link = ((entry.externalFileAttributes >>> 16) & 0o170000) === SYMBOLIC_LINK;
      if (link || !target.startsWith(resolve(dir) + sep))
        throw new Error(`"${entry.fileName}" would lead out of its folder`);
      await withHeartbeat(
        (signal) => savingDownload(target, () => extract(zip, entry, target, signal)),
        () => onBytes(bytes),
      );
      written.push(name);
      bytes += entry.compressedSize;
      await onBytes(bytes);
    }
  } catch (error) {
    if (["Interrupted", "InputError", "DiskError"].includes((error as Error).name)) throw error;
    damaged(archive, error as Error);
  } finally {
    zip.close();
  }
  return written;
}

function damaged(archive: string, error: Error): never {
  throw new Error(`${archive} cannot be unpacked: ${error.message}.`);
}

/** The archive's entries, one at a time. */
async function* entries(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((done, fail) => {
      const over = (settle: () => void): void => {
        zip.removeAllListeners();
        settle();
      };
      zip.once("entry", (entry: Entry) => over(() => done(entry)));
      zip.once("end", () => over(() => done(undefined)));
      zip.once("error", (error: Error) => over(() => fail(error)));
      zip.readEntry();
    });
    if (!next) return;
    yield next;
  }
}

async function extract(zip: ZipFile, entry: Entry, target: string, signal: AbortSignal): Promise<void> {
  // One process at a time is at work here: what a killed one left has this name, too.
  const temporary = `${target}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    const source = await new Promise<NodeJS.ReadableStream>((done, fail) =>
      zip.openReadStream(entry, (error, stream) => (error ? fail(error) : done(stream))),
    );
    // `flush` syncs the file before it closes.
    await pipeline(source, createWriteStream(temporary, { flush: true }), { signal });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}
