import { createWriteStream, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { syncFolder, writeSynced } from "./files";
import { isRunning } from "./running";

/*
 * Files are replaced whole or not at all: written under temporary names beside them, synced, renamed, and the folder synced. Whoever
 * looks sees old files or new ones, and a failure leaves nothing behind; what a killed process left is removed by the next.
 */

const CHUNK_CHARACTERS = 1 << 16;

/** A file to write. */
export interface NewFile {
  path: string;
  parts: Iterable<string>;
  gzip: boolean;
  /** Called after each chunk with the parts gone so far, and awaited; when it throws, nothing is replaced. */
  onChunk?: (parts: number) => void | Promise<void>;
}

/** Replace a file whose content is at hand. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  removeAbandoned(path);
  try {
    writeSynced(temporary(path), [Buffer.from(content)]);
    putInPlace([path]);
  } catch (error) {
    rmSync(temporary(path), { force: true });
    throw error;
  }
}

/** Replace files of any size together: their parts are streamed, and no file is replaced before all are written. */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const paths = files.map(({ path }) => path);
  for (const path of paths) removeAbandoned(path);
  try {
    for (const file of files) {
      const source = Readable.from(joined(file), { objectMode: false });
      // `flush` syncs the file before it closes.
      const sink = createWriteStream(temporary(file.path), { flush: true });
      await (file.gzip ? pipeline(source, createGzip(), sink) : pipeline(source, sink));
    }
    putInPlace(paths);
  } catch (error) {
    for (const path of paths) rmSync(temporary(path), { force: true });
    throw error;
  }
}

const temporary = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);

function putInPlace(paths: readonly string[]): void {
  for (const path of paths) renameSync(temporary(path), path);
  for (const folder of new Set(paths.map((path) => dirname(path)))) syncFolder(folder);
}

/** Remove temporary files of this name whose writer is gone: `.NAME.PID.tmp`, and `NAME.tmp-PID` as it was before. */
function removeAbandoned(path: string): void {
  const [folder, file] = [dirname(path), basename(path)];
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(`.${file}.`)
      ? /^(\d+)\.tmp$/.exec(name.slice(file.length + 2))?.[1]
      : name.startsWith(`${file}.tmp-`)
        ? /^\d+$/.exec(name.slice(file.length + 5))?.[0]
        : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
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
