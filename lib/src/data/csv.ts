import { InputError, requireInput } from "../errors";
import { type Duck, literal } from "./duck";
import type { TextFile } from "./preflight";

/** A CSV or TSV file whose header was read. */
export interface CsvHeader {
  delimiter: string;
  columns: string[];
}

const DELIMITERS = [",", "\t", ";", "|"];

/** Names of the header's columns; the delimiter is whichever of comma, tab, semicolon and bar is most frequent in it. */
export function readHeader(firstLine: string): CsvHeader {
  let delimiter = ",";
  let columns: string[] = [];
  for (const candidate of DELIMITERS) {
    const found = splitQuoted(firstLine, candidate);
    if (found.length > columns.length) {
      delimiter = candidate;
      columns = found;
    }
  }
  return { delimiter, columns };
}

function splitQuoted(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field.trim());
      field = "";
    } else field += char;
  }
  return [...fields, field.trim()];
}

/**
 * The first of `names` among the columns.
 *
 * @throws InputError if none is there: the message lists what is
 */
export function findColumn(file: TextFile, role: string, header: CsvHeader, names: readonly string[]): number {
  for (const name of names) {
    const at = header.columns.indexOf(name);
    if (at >= 0) return at;
  }
  const wanted = names.map((name) => `"${name}"`).join(" or ");
  throw new InputError(
    `The ${role} file ${file.path} has no column ${wanted} in its header, line ${file.firstLineNumber}: it has ${list(header.columns)}; name the right columns.`,
  );
}

/** At most a dozen names in quotes. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `"${name.length > 60 ? `${name.slice(0, 60)}…` : name}"`);
  return shown.join(", ") + (names.length > shown.length ? ` and ${names.length - shown.length} more` : "");
}

/**
 * Load columns of a CSV file as strings into a new table, in the file's order.
 *
 * @param select column index in the file by name in the table
 * @returns lines that could not be read as rows, and up to three of their numbers
 * @throws InputError when a quote that never closes swallows whole lines, which no count could make good
 */
export async function loadCsv(
  duck: Duck,
  file: TextFile,
  role: string,
  header: CsvHeader,
  table: string,
  select: Readonly<Record<string, number>>,
): Promise<{ malformed: number; examples: string[] }> {
  requireInput(
    file.lines > 1,
    `The ${role} file ${file.path} is empty (a header and no row): fetch or export it again.`,
  );
  const columns = Object.entries(select).map(([name, at]) => `c${at} AS ${name}`);
  const types = header.columns.map((_, at) => `'c${at}': 'VARCHAR'`);
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${columns.join(", ")} FROM read_csv(${literal(file.path)}, auto_detect = false,
         delim = ${literal(header.delimiter)}, quote = '"', escape = '"', header = true, columns = {${types.join(", ")}},
         compression = '${file.gzip ? "gzip" : "none"}', store_rejects = true, rejects_limit = 0)`,
      `reading ${role}`,
    );
  } catch (error) {
    throw translate(error, file, role);
  }
  const [[malformed, swallowing]] = await duck.rows(
    `SELECT count(DISTINCT line), min(line) FILTER (error_type = 'UNQUOTED VALUE') FROM reject_errors`,
  );
  const [[loaded]] = await duck.rows(`SELECT count(*) FROM ${table}`);
  requireInput(
    swallowing === null || Number(loaded) + Number(malformed) >= file.lines - 1,
    `The ${role} file ${file.path} has a quotation mark in line ${swallowing} that is never closed and swallows the lines after it: mend that line.`,
  );
  const lines = await duck.rows(`SELECT DISTINCT line FROM reject_errors ORDER BY line LIMIT 3`);
  await duck.run("DROP TABLE reject_errors");
  await duck.run("DROP TABLE reject_scans");
  return { malformed: Number(malformed), examples: lines.map(([line]) => `line ${line}`) };
}

/** DuckDB's own words, kept to one line and put behind the file's name; what is no query's failure passes through. */
export function translate(error: unknown, file: TextFile, role: string): unknown {
  if (!(error instanceof Error) || !/^[A-Z][\w ]* Error: /.test(error.message)) return error;
  const reason = error.message
    .split("\n")[0]
    .replace(/^[\w ]* Error: /, "")
    .replace(/ in file "[^"]*"/, "")
    .trim();
  return new InputError(
    `The ${role} file ${file.path} could not be read (${reason.replace(/[.\s]+$/, "")}): check its format.`,
  );
}
