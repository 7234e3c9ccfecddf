import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { reading } from "../../base/disk";
import { InputError } from "../../base/errors";
import type { OnProgress } from "../../base/progress";
import { NotWhole, readFooter } from "./parquet-footer";
import { checkPages } from "./parquet-pages";

/** Bytes read at a time; pages are mostly smaller. */
const WINDOW_BYTES = 1 << 20;
const TICK_MS = 100;

/**
 * Check that a Parquet file is whole before the database reads it, which takes a footer that ends within a field, sizes that do
 * not fit and a wrong checksum for good. The footer is checked whole, and of the columns that are read every page. It costs one
 * reading of their bytes, in memory of a page.
 *
 * @param columns names at the top of the schema
 * @throws InputError that says what is wrong where
 */
export async function checkParquet(
  path: string,
  role: string,
  columns: readonly string[],
  onProgress?: OnProgress,
): Promise<void> {
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    const read = reader(handle, size, `The ${role} file`, path);
    const taken = readFooter(size, read).filter((chunk) => columns.includes(chunk.path[0]) && chunk.values > 0);
    const total = taken.reduce((sum, { start, end }) => sum + end - start, 0);
    let done = 0;
    let reported = Date.now();
    for (const chunk of taken) {
      for (const offset of checkPages(chunk, read)) {
        if (Date.now() - reported < TICK_MS) continue;
        await onProgress?.({ phase: `checking ${role}`, done: done + offset - chunk.start, total, unit: "bytes" });
        reported = Date.now();
      }
      done += chunk.end - chunk.start;
    }
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
    throw new InputError(
      `The ${role} file ${path} is no whole Parquet file (${error.message}): write or fetch it again.`,
    );
  } finally {
    closeSync(handle);
  }
}

/** Bytes of the file from an offset on, fewer at its end; small pieces come out of a window. */
function reader(handle: number, size: number, what: string, path: string): (offset: number, length: number) => Buffer {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  const filled = (offset: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
    const read = reading(what, path, () => readSync(handle, bytes, 0, bytes.length, offset));
    return bytes.subarray(0, read);
  };
  return (offset, length) => {
    if (length > WINDOW_BYTES) return filled(offset, length);
    if (offset < start || offset + length > start + window.length) {
      window = filled(offset, WINDOW_BYTES);
      start = offset;
    }
    return window.subarray(offset - start, offset - start + length);
  };
}
