import { createWriteStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { isRunning } from "./running";

const CHUNK_CHARACTERS = 1 << 16;

/** A file to write. */
export interface NewFile {
  path: string;
  parts: Iterable<string>;
  gzip: boolean;
  /** Called after each chunk with the parts gone so far, and awaited; when it throws, nothing is replaced. */
  onChunk?: (parts: number) => void | Promise<void>;
}

/**
 * Replace files as a whole: written under temporary names beside them, synced, and renamed once all are there. Whoever looks
 * sees old files or new ones, and a failure leaves nothing behind; what a killed process left is removed.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) await removeAbandoned(path);
  const temporary = ({ path }: NewFile): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    for (const file of files) {
      const source = Readable.from(joined(file), { objectMode: false });
      // `flush` syncs the file before it closes.
      const sink = createWriteStream(temporary(file), { flush: true });
      await (file.gzip ? pipeline(source, createGzip(), sink) : pipeline(source, sink));
    }
    for (const file of files) await rename(temporary(file), file.path);
    for (const dir of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(dir);
  } catch (error) {
    for (const file of files) await rm(temporary(file), { force: true });
    throw error;
  }
}

/** Remove temporary files of this name whose writer is gone. */
async function removeAbandoned(path: string): Promise<void> {
  const [dir, start] = [dirname(path), `.${basename(path)}.`];
  for (const name of await readdir(dir)) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(dir, name), { force: true });
  }
}

/** {@link replaceFiles} for one file. */
export async function replaceFile(path: string, parts: Iterable<string>, gzip: boolean): Promise<void> {
  await replaceFiles([{ path, parts, gzip }]);
}

/** Small parts joined to chunks worth a write; each chunk is yielded in its own turn of the event loop by the stream. */
async function* joined({ parts, onChunk }: NewFile): AsyncGenerator<string> {
  let chunk = "";
  let done = 0;
  for (const part of parts) {
    chunk += part;
    done++;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
    await onChunk?.(done);
  }
  if (chunk !== "") yield chunk;
}

/** The rename itself is on disk once the folder is; some systems cannot open a folder, and lose nothing but that. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir).catch(() => undefined);
  try {
    await folder?.sync();
  } catch {
    // Not every file system can sync a folder; the file itself is already synced.
  } finally {
    await folder?.close();
  }
}
