import { isUtf8 } from "node:buffer";
import { type Line, linesOf, MAX_LINE_BYTES } from "./lines";
import type { TextFile } from "./preflight";
import { type Reject, rejectOf } from "./rejects";

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

/**
 * Read a delimited file line by line, slowly and exactly: every record with its fields, every line that is none with its
 * number and the reason. For files in which the fast reader found anything unusual.
 *
 * @param each given the fields of a record; a string that it returns is the reason why the record is rejected
 */
export async function readCsvRows(
  file: TextFile,
  form: CsvForm,
  each: (fields: string[]) => string | undefined,
  between?: () => Promise<void>,
): Promise<Reject[]> {
  const rejects: Reject[] = [];
  let waiting: Line[] = [];
  let skipHeader = form.header;
  const reject = (line: Line, reason: string): void => {
    rejects.push(rejectOf(file, line.number, line.bytes, reason));
  };
  /** Take a record of one line or several; false when its quotation mark is still open. */
  const take = (lines: Line[]): boolean => {
    const [first] = lines;
    const text = lines.map(({ bytes }) => bytes.toString(form.encoding === "utf-8" ? "utf8" : "latin1")).join("\n");
    const fields = splitFields(text, form);
    if (fields === undefined) return false;
    if (skipHeader) {
      skipHeader = false;
      return true;
    }
    const wrong = fields.length - form.columns.length;
    const reason = wrong < 0 ? "too few fields" : wrong > 0 ? "too many fields" : each(fields);
    if (reason !== undefined) reject(first, reason);
    return true;
  };
  /** The first waiting line opened a quotation mark by mistake: reject it alone, and read the rest again. */
  const giveUp = (): void => {
    const [first, ...rest] = waiting;
    waiting = [];
    reject(first, UNCLOSED);
    for (const line of rest) add(line);
  };
  const add = (line: Line): void => {
    if (line.length > MAX_LINE_BYTES) reject(line, `line longer than ${MAX_LINE_BYTES >> 20} MB`);
    else if (form.encoding === "utf-8" && !isUtf8(line.bytes)) reject(line, "bytes that are not UTF-8");
    else if (waiting.length > 0 || line.bytes.length > 0) {
      waiting.push(line);
      if (take(waiting)) waiting = [];
      else if (waiting.length > MAX_QUOTED_LINES) giveUp();
    }
  };
  for await (const lines of linesOf(file)) {
    for (const line of lines) add(line);
    await between?.();
  }
  while (waiting.length > 0) giveUp();
  return rejects.sort((a, b) => a.line - b.line);
}

/** The fields of a record, without their quotation marks; undefined while a quotation mark is open, or closes within a field. */
export function splitFields(text: string, { delimiter, quoted }: CsvForm): string[] | undefined {
  if (!quoted || !text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      fields.push(end < 0 ? text.slice(at) : text.slice(at, end));
      if (end < 0) return fields;
      at = end + delimiter.length;
      continue;
    }
    let field = "";
    for (at++; ; ) {
      const quote = text.indexOf('"', at);
      if (quote < 0) return undefined;
      field += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      field += '"';
      at++;
    }
    fields.push(field);
    if (at >= text.length) return fields;
    if (!text.startsWith(delimiter, at)) return undefined;
    at += delimiter.length;
  }
}
