import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const CHUNK_CHARACTERS = 1 << 16;

/**
 * Replace a file as a whole: written under a temporary name beside it, synced, renamed. Whoever looks sees the old file or
 * the new one, and a failure leaves nothing behind.
 */
export async function replaceFile(path: string, parts: Iterable<string>, gzip: boolean): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const source = Readable.from(joined(parts), { objectMode: false });
    // `flush` syncs the file before it closes.
    const sink = createWriteStream(temporary, { flush: true });
    await (gzip ? pipeline(source, createGzip(), sink) : pipeline(source, sink));
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Small parts joined to chunks worth a write; each chunk is yielded in its own turn of the event loop by the stream. */
function* joined(parts: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
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
