import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { TextFile } from "./text-file";

/** A line longer than this is no row of anything: it is counted, not kept. */
export const MAX_LINE_BYTES: number = 8 << 20;

/** A line of a file, without its end. */
export interface Line {
  /** From 1. */
  number: number;
  /** The first {@link MAX_LINE_BYTES} of it. */
  bytes: Buffer;
  /** Length in bytes, of all of it. */
  length: number;
}

const NEWLINE = 10;
const RETURN = 13;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** The text of a gzip file. */
export function gunzipped(raw: Readable): Readable {
  const unzip = createGunzip({ chunkSize: 1 << 18 });
  // A read error must end the unzipped stream too, or its reader would wait for ever.
  raw.on("error", (error) => unzip.destroy(error));
  return raw.pipe(unzip);
}

/** The text of a file, as bytes. */
export async function* streamOf(file: Pick<TextFile, "path" | "gzip">): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: 1 << 20 });
  try {
    for await (const piece of file.gzip ? gunzipped(raw) : raw) yield piece as Buffer;
  } finally {
    raw.destroy();
  }
}

/** Every line of a text file, blank ones and the header included; a carriage return before the end and a byte-order mark are no part of it. */
export async function* linesOf(file: Pick<TextFile, "path" | "gzip">): AsyncGenerator<Line[]> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (bytes: Buffer): void => {
    if (length < MAX_LINE_BYTES) parts.push(bytes);
    length += bytes.length;
  };
  const finish = (): Line => {
    number++;
    let bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    if (number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    if (bytes.length > 0 && bytes[bytes.length - 1] === RETURN) bytes = bytes.subarray(0, -1);
    const line = { number, bytes, length };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of streamOf(file)) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      lines.push(finish());
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
    yield lines;
  }
  if (length > 0) yield [finish()];
}
