import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { constants, createGunzip } from "node:zlib";
import { InputError, requireInput } from "../../base/errors";
import { requireFile } from "../../base/input-file";
import type { OnProgress } from "../../base/progress";
import { gunzipped, MAX_LINE_BYTES } from "./lines";
import { checkParquet } from "./parquet-check";
import type { TextFile } from "./text-file";

const MIB = 1 << 20;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");
/** The head is as many lines as end within this. */
const HEAD_BYTES = 64 * 1024;

/**
 * Read a text file through once, cheaply, so that whatever is wrong with it as a file is said in one sentence before it is parsed.
 *
 * @param role what the file is, for messages: "ratings", "item metadata"
 * @throws InputError missing, a folder, unreadable, empty, not gzip though named .gz, truncated or damaged gzip, not UTF-8 text
 */
export async function preflight(path: string, role: string, onProgress?: OnProgress): Promise<TextFile> {
  const size = sizeOf(path, role);
  const gzip = await isGzip(path, role);
  const scan = new LineScan(path, role);
  const raw = createReadStream(path, { highWaterMark: MIB });
  const stream = gzip ? gunzipped(raw) : raw;
  let reported = Date.now();
  try {
    for await (const chunk of stream) {
      scan.add(chunk as Buffer);
      if (Date.now() - reported < 100) continue;
      await onProgress?.({ phase: `checking ${role}`, done: raw.bytesRead, total: size, unit: "bytes" });
      reported = Date.now();
    }
  } catch (error) {
    throw gzip ? await gzipError(path, role, error) : error;
  } finally {
    raw.destroy();
    stream.destroy();
  }
  return { path, gzip, ...scan.finish() };
}

/**
 * A Parquet file as a {@link TextFile} without text: it exists, has Parquet's mark at its start and a whole footer.
 *
 * @throws InputError missing, a folder, empty, not Parquet, a footer that is damaged
 */
export async function parquetFile(path: string, role: string): Promise<TextFile> {
  sizeOf(path, role);
  const handle = await open(path);
  const mark = Buffer.alloc(4);
  try {
    await handle.read(mark, 0, 4, 0);
  } finally {
    await handle.close();
  }
  requireInput(
    mark.toString("latin1") === "PAR1",
    `The ${role} file ${path} is not Parquet although its name ends in .parquet: rename it, or write it again.`,
  );
  await checkParquet(path, role, []);
  return {
    path,
    gzip: false,
    lines: 0,
    firstLine: "",
    firstLineNumber: 0,
    byteOrderMark: false,
    innerMarks: true,
    longestLine: 0,
    head: [],
  };
}

function sizeOf(path: string, role: string): number {
  const { size } = requireFile(path, `The ${role} file`);
  requireInput(size > 0, `The ${role} file ${path} is empty (0 bytes): fetch or export it again.`);
  return size;
}

async function isGzip(path: string, role: string): Promise<boolean> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `The ${role} file ${path} cannot be opened (${error.code ?? error.message}): check its permissions.`,
    );
  });
  const first = Buffer.alloc(2);
  try {
    await handle.read(first, 0, 2, 0);
  } finally {
    await handle.close();
  }
  const magic = first[0] === 0x1f && first[1] === 0x8b;
  requireInput(
    magic || !path.toLowerCase().endsWith(".gz"),
    `The ${role} file ${path} is not gzip although its name ends in .gz: rename it, or compress it with gzip.`,
  );
  return magic;
}

async function gzipError(path: string, role: string, error: unknown): Promise<unknown> {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (!code.startsWith("Z_")) return error;
  const { bytes, place } = await readable(path);
  const where =
    bytes === 0 ? "before its first byte of text" : `${place}, after ${bytes.toLocaleString("en")} bytes of text`;
  const what =
    code === "Z_BUF_ERROR"
      ? `a truncated gzip file (it breaks off ${where})`
      : `a damaged gzip file (${message}, ${where})`;
  return new InputError(
    `The ${role} file ${path} is ${what}: fetch or compress it again, and test it with \`gzip -t\`.`,
  );
}

/** How far the text of a gzip file goes, to the last byte: the usual reader withholds the end of one that breaks off. */
async function readable(path: string): Promise<{ bytes: number; place: string }> {
  const raw = createReadStream(path, { highWaterMark: MIB });
  const stream = raw.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
  let [bytes, lines, last] = [0, 0, 0];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      lines += count(chunk);
      last = chunk[chunk.length - 1];
    }
  } catch {
    // Damage ends the text where it is.
  } finally {
    raw.destroy();
  }
  const whole = last === 10;
  return { bytes, place: `${whole ? "after" : "in"} line ${(whole ? lines : lines + 1).toLocaleString("en")}` };
}

/** Counts lines of a byte stream, keeps the first, and refuses what is not text. */
class LineScan {
  lines = 0;
  private nonBlank = 0;
  private firstLine: string | undefined;
  private firstLineNumber = 0;
  private head: Buffer[] = [];
  private start: Buffer | undefined;
  private length = 0;
  private longestLine = 0;
  /** Whether the line being read holds a byte other than a carriage return. */
  private content = false;

  private innerMarks = false;

  private readonly encoding: "utf-8" | "latin1";

  constructor(
    private readonly path: string,
    private readonly role: string,
  ) {
    // The .dat files of the older MovieLens sets are in Latin-1.
    this.encoding = /\.dat(\.gz)?$/i.test(path) ? "latin1" : "utf-8";
  }

  add(chunk: Buffer): void {
    this.innerMarks ||= mayHoldMark(chunk, this.start === undefined ? BYTE_ORDER_MARK.length : 0);
    this.start ??= Buffer.from(chunk.subarray(0, HEAD_BYTES));
    const nul = chunk.indexOf(0);
    if (nul >= 0) this.refuse(this.lines + 1 + count(chunk.subarray(0, nul)), "holds NUL bytes");
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.part(chunk, from, end);
      this.endLine();
      from = end + 1;
    }
    this.part(chunk, from, chunk.length);
  }

  finish(): Omit<TextFile, "path" | "gzip"> {
    if (this.content) this.endLine();
    requireInput(
      this.firstLine !== undefined,
      `The ${this.role} file ${this.path} is empty (no line with text): fetch or export it again.`,
    );
    const start = this.start as Buffer;
    return {
      lines: this.nonBlank,
      firstLine: this.firstLine,
      firstLineNumber: this.firstLineNumber,
      innerMarks: this.innerMarks,
      byteOrderMark: start.subarray(0, 3).equals(BYTE_ORDER_MARK),
      longestLine: this.longestLine,
      head: this.headLines(start),
    };
  }

  private headLines(start: Buffer): string[] {
    const lines = start
      .toString(this.encoding)
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/);
    // The last one may have been cut off.
    return lines.slice(0, -1).filter((line) => line.trim() !== "");
  }

  private part(chunk: Buffer, from: number, end: number): void {
    if (end - from > 1 || (end > from && chunk[from] !== 13)) this.content = true;
    this.length += end - from;
    if (this.firstLine !== undefined) return;
    if (this.length > MAX_LINE_BYTES) this.refuse(this.lines + 1, `is longer than ${MAX_LINE_BYTES >> 20} MB`);
    this.head.push(Buffer.from(chunk.subarray(from, end)));
  }

  private endLine(): void {
    this.lines++;
    if (this.length > this.longestLine) this.longestLine = this.length;
    if (this.content) {
      this.nonBlank++;
      if (this.firstLine === undefined) this.keepFirst();
    }
    this.content = false;
    this.length = 0;
    if (this.firstLine === undefined) this.head = [];
  }

  private keepFirst(): void {
    const bytes = Buffer.concat(this.head);
    this.head = [];
    try {
      // The decoder drops a byte-order mark by itself.
      const decoder = new TextDecoder(this.encoding, { fatal: true });
      this.firstLine = decoder.decode(bytes).replace(/\r$/, "");
    } catch {
      this.refuse(this.lines, "holds bytes that are not UTF-8");
    }
    this.firstLineNumber = this.lines;
  }

  private refuse(line: number, what: string): never {
    throw new InputError(
      `The ${this.role} file ${this.path} is not a text file (line ${line} ${what}): give CSV, TSV or JSON lines in UTF-8, plain or gzipped.`,
    );
  }
}

/** Whether a byte-order mark, or an escape that could be one, is in a chunk or may go on in the next. */
function mayHoldMark(chunk: Buffer, start: number): boolean {
  const end = chunk.subarray(-2);
  return (
    chunk.indexOf(BYTE_ORDER_MARK, start) >= 0 ||
    chunk.indexOf("\\u") >= 0 ||
    end.includes(BYTE_ORDER_MARK[0]) ||
    end.at(-1) === 0x5c
  );
}

function count(bytes: Buffer): number {
  let newlines = 0;
  for (const byte of bytes) if (byte === 10) newlines++;
  return newlines;
}
