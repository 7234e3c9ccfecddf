import { isUtf8 } from "node:buffer";
import { type Line, linesOf, MAX_LINE_BYTES, streamOf } from "./lines";
import type { Rejects } from "./rejects";
import type { TextFile } from "./text-file";

/** How a delimited file is written. */
export interface CsvForm {
  delimiter: string;
  /** Names of the columns; their number is the number of fields that a row must have. */
  columns: string[];
  /** Whether the first line holds the names. */
  header: boolean;
  /** Fields may stand in quotation marks. */
  quoted: boolean;
  encoding: "utf-8" | "latin-1";
}

/** A quoted field that has not closed after this many lines has not been opened on purpose. */
const MAX_QUOTED_LINES = 64;
const UNCLOSED = "quotation mark that is never closed";
const [NEWLINE, RETURN, QUOTE] = [10, 13, 34];

/*
 * DuckDB keeps bad rows of CSV by itself (`store_rejects`), and was tried in place of this (1.5.6):
 * - a quotation mark that is never closed takes the good rows after it along: 3,000 of 3,000;
 * - of a million rows, every second with too few fields, it gave 302,653 of the 500,000 good ones, and 907,959 errors for 500,000
 *   bad ones, one for each missing column;
 * - it has no such thing for JSON lines, and knows no rule of ours: ids that are blank or have a byte-order mark, infinite numbers.
 */

/**
 * Read a delimited file line by line, slowly and exactly: every record with its fields, every line that is none with its
 * number and the reason. For files in which the fast reader found anything unusual.
 *
 * @param each given the fields of a record; a string that it returns is the reason why the record is rejected
 */
export async function readCsvRows(
  file: TextFile,
  form: CsvForm,
  rejects: Rejects,
  each: (fields: string[]) => string | undefined,
  between?: () => Promise<void>,
): Promise<void> {
  let waiting: Line[] = [];
  let waitingBytes = 0;
  let skipHeader = form.header;
  const reject = (line: Line, reason: string): void => {
    rejects.rows++;
    rejects.add(line.number, line.bytes, reason);
  };
  /** Take a record of one line or several, unless its quotation mark is still open or closes where it may not. */
  const take = (lines: Line[]): "taken" | "open" | "broken" => {
    const [first] = lines;
    const text = lines.map(({ bytes }) => bytes.toString(form.encoding === "utf-8" ? "utf8" : "latin1")).join("\n");
    const fields = parse(text, form);
    if (typeof fields === "string") return fields;
    if (skipHeader) {
      skipHeader = false;
      return "taken";
    }
    const wrong = fields.length - form.columns.length;
    const reason = wrong < 0 ? "too few fields" : wrong > 0 ? "too many fields" : each(fields);
    if (reason === undefined) rejects.rows++;
    else reject(first, reason);
    return "taken";
  };
  /** The first waiting line opened a quotation mark by mistake: reject it alone, and read the rest again. */
  const giveUp = (): void => {
    const [first, ...rest] = waiting;
    waiting = [];
    waitingBytes = 0;
    reject(first, UNCLOSED);
    for (const line of rest) add(line);
  };
  const add = (line: Line): void => {
    if (line.length > MAX_LINE_BYTES) reject(line, `line longer than ${MAX_LINE_BYTES >> 20} MB`);
    else if (form.encoding === "utf-8" && !isUtf8(line.bytes)) reject(line, "bytes that are not UTF-8");
    else if (waiting.length > 0 || line.bytes.length > 0) {
      // A line without a quotation mark closes none.
      const state = waiting.length > 0 && !line.bytes.includes(QUOTE) ? "open" : take([...waiting, line]);
      waiting = state === "taken" ? [] : [...waiting, line];
      waitingBytes = state === "taken" ? 0 : waitingBytes + line.length;
      if (state === "broken" || waiting.length > MAX_QUOTED_LINES || waitingBytes > MAX_LINE_BYTES) giveUp();
    }
  };
  for await (const lines of linesOf(file)) {
    for (const line of lines) add(line);
    await between?.();
  }
  while (waiting.length > 0) giveUp();
}

/** The fields of a record, without their quotation marks; undefined where a quotation mark is not closed, or closes within a field. */
export function splitFields(text: string, form: CsvForm): string[] | undefined {
  const fields = parse(text, form);
  return typeof fields === "string" ? undefined : fields;
}

function parse(text: string, { delimiter, quoted }: CsvForm): string[] | "open" | "broken" {
  if (!quoted || !text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  for (let offset = 0; ; ) {
    if (text[offset] !== '"') {
      const end = text.indexOf(delimiter, offset);
      fields.push(end < 0 ? text.slice(offset) : text.slice(offset, end));
      if (end < 0) return fields;
      offset = end + delimiter.length;
      continue;
    }
    let field = "";
    for (offset++; ; ) {
      const quote = text.indexOf('"', offset);
      if (quote < 0) return "open";
      field += text.slice(offset, quote);
      offset = quote + 1;
      if (text[offset] !== '"') break;
      field += '"';
      offset++;
    }
    fields.push(field);
    if (offset >= text.length) return fields;
    if (!text.startsWith(delimiter, offset)) return "broken";
    offset += delimiter.length;
  }
}

/**
 * Count the records of a delimited file, the header included and blank lines not, by its quotation marks and line ends alone: to
 * hold against what another reader found.
 */
export async function countRecords(file: TextFile, { delimiter }: CsvForm): Promise<number> {
  // Where fields may stand in quotation marks, delimiters are one byte long.
  const separator = delimiter.charCodeAt(0);
  let records = 0;
  let skip = file.byteOrderMark ? 3 : 0;
  let [atStart, inside, closed, content] = [true, false, false, false];
  for await (const chunk of streamOf(file)) {
    for (let offset = Math.min(skip, chunk.length); offset < chunk.length; offset++) {
      const byte = chunk[offset];
      if (inside) {
        closed = byte === QUOTE;
        inside = !closed;
        continue;
      }
      if (byte === NEWLINE) {
        if (content) records++;
        [atStart, closed, content] = [true, false, false];
        continue;
      }
      // A second quotation mark after the one that closed a field stands for itself.
      inside = byte === QUOTE && (atStart || closed);
      closed = false;
      atStart = byte === separator;
      if (byte !== RETURN) content = true;
    }
    skip = Math.max(0, skip - chunk.length);
  }
  return content || inside ? records + 1 : records;
}
