import { InputError, requireInput } from "../errors";
import { quote } from "../quote";
import { type CsvForm, readCsvRows } from "./csv-rows";
import { type Duck, literal } from "./duck";
import type { TextFile } from "./preflight";
import type { Reject } from "./rejects";

const DELIMITERS = ["::", ",", "\t", ";", "|"];

/**
 * How a delimited file is written, read from its first line: the delimiter that gives the most columns, and a header unless
 * at least half of the fields are numbers. A file without a header has columns named by their number, from 1.
 */
export function readForm(file: TextFile): CsvForm {
  let delimiter = ",";
  let columns: string[] = [];
  for (const candidate of DELIMITERS) {
    const found = splitQuoted(file.firstLine, candidate);
    if (found.length > columns.length) {
      delimiter = candidate;
      columns = found;
    }
  }
  const numbers = columns.filter((name) => /^-?\d+(\.\d+)?$/.test(name)).length;
  const header = delimiter !== "::" && (numbers === 0 || 2 * numbers < columns.length);
  return {
    delimiter,
    columns: header ? columns : columns.map((_, at) => String(at + 1)),
    header,
    // The older MovieLens files know no quotation marks, and are in Latin-1.
    quoted: delimiter !== "::",
    encoding: delimiter === "::" ? "latin-1" : "utf-8",
  };
}

function splitQuoted(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (!quoted && line.startsWith(delimiter, at)) {
      fields.push(field.trim());
      field = "";
      at += delimiter.length - 1;
    } else field += line[at];
  }
  return [...fields, field.trim()];
}

/**
 * The first of `names` among the columns.
 *
 * @throws InputError if none is there: the message lists what is
 */
export function findColumn(
  file: TextFile,
  role: string,
  columns: readonly string[],
  names: readonly string[],
  remedy: string = NAME_COLUMNS,
): number {
  for (const name of names) {
    const at = columns.indexOf(name);
    if (at >= 0) return at;
  }
  const wanted = names.map(quote).join(" or ");
  throw new InputError(
    `The ${role} file ${file.path} has no column ${wanted} ${placeOf(file)}: it has ${list(columns)}; ${remedy}.`,
  );
}

/** Where the names of a file's columns stand. */
export function placeOf({ firstLine, firstLineNumber }: TextFile): string {
  if (firstLineNumber === 0) return "among its columns";
  return firstLine.startsWith("{") ? "in its first lines" : `in its header, line ${firstLineNumber}`;
}

/** How a column is named that was not found, on the command line and in a notebook. */
export const NAME_COLUMNS =
  "name the right columns, --columns user=COLUMN,item=COLUMN or columns: { user: …, item: … } of openLab";

/** At most a dozen names in quotes. */
export function list(names: readonly string[]): string {
  const first = names.slice(0, 12);
  return first.map(quote).join(", ") + (names.length > first.length ? ` and ${names.length - first.length} more` : "");
}

/** Which rows of a table are unusable: the same rule for the database and for one row at a time. */
export interface RowRule {
  /** Columns that the database may read as numbers at once; all others are text. */
  numbers?: readonly string[];
  /** SQL over the selected columns, true for an unusable row. */
  sql: string;
  /** Why a row is unusable, or undefined; the values are in the order of `select`. */
  reason: (values: readonly string[]) => string | undefined;
  /** The values of a usable row in a form that the database reads for certain; default as they are. */
  plain?: (values: readonly string[]) => readonly string[];
}

/**
 * Load columns of a delimited file as strings into a new table. The database reads it whole, fast and strictly; where that
 * finds anything amiss, the file is read again row by row, so that every bad row is known by its line and reason.
 *
 * @param select column index in the file by name in the table
 * @returns the rows that were not loaded
 */
export async function loadCsv(
  duck: Duck,
  file: TextFile,
  role: string,
  form: CsvForm,
  table: string,
  select: Readonly<Record<string, number>>,
  rule: RowRule,
): Promise<Reject[]> {
  requireInput(
    file.lines > (form.header ? 1 : 0),
    `The ${role} file ${file.path} is empty (a header and no row): fetch or export it again.`,
  );
  if (file.longestLine <= DATABASE_LINE_BYTES && (await loadFast(duck, file, role, form, table, select, rule)))
    return [];
  const names = Object.keys(select);
  const at = Object.values(select);
  await duck.run(`CREATE TABLE ${table} (${names.map((name) => `${name} VARCHAR`).join(", ")})`);
  return duck.append(table, names.length, (push, flush) =>
    readCsvRows(
      file,
      form,
      (fields) => {
        const values = at.map((column) => fields[column]);
        const reason = rule.reason(values);
        if (reason === undefined) push(rule.plain?.(values) ?? values);
        return reason;
      },
      flush,
    ),
  );
}

/** The database's own limit on a line is twice that; longer lines go to the slow reader at once. */
const DATABASE_LINE_BYTES = 1 << 20;

/** True if the whole file was loaded and every row is usable; else nothing is left of it. */
async function loadFast(
  duck: Duck,
  file: TextFile,
  role: string,
  form: CsvForm,
  table: string,
  select: Readonly<Record<string, number>>,
  rule: RowRule,
): Promise<boolean> {
  const columns = Object.entries(select).map(([name, at]) => `c${at} AS ${name}`);
  const numbers = (rule.numbers ?? []).map((name) => select[name]);
  const types = form.columns.map((_, at) => `'c${at}': '${numbers.includes(at) ? "DOUBLE" : "VARCHAR"}'`);
  const quote = form.quoted ? `'"'` : `''`;
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${columns.join(", ")} FROM read_csv(${literal(file.path)}, auto_detect = false,
         delim = ${literal(form.delimiter)}, quote = ${quote}, escape = ${quote}, header = ${form.header},
         columns = {${types.join(", ")}}, encoding = '${form.encoding}', compression = '${file.gzip ? "gzip" : "none"}')`,
      `reading ${role}`,
    );
  } catch (error) {
    if (isDatabaseError(error)) return false;
    throw error;
  }
  const [[bad]] = await duck.rows(`SELECT count(*) FROM ${table} WHERE ${rule.sql}`);
  if (bad === 0) return true;
  await duck.run(`DROP TABLE ${table}`, `reading ${role} row by row`);
  return false;
}

/** Whether an error is a query's own failure. */
function isDatabaseError(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z][\w ]* Error: /.test(error.message);
}

/** DuckDB's own words, kept to one line and put behind the file's name; what is no query's failure passes through. */
export function translate(error: unknown, file: TextFile, role: string): unknown {
  if (!isDatabaseError(error)) return error;
  const reason = error.message
    .split("\n")[0]
    .replace(/^[\w ]* Error: /, "")
    .replace(/ in file "[^"]*"/, "")
    .trim();
  return new InputError(
    `The ${role} file ${file.path} could not be read (${reason.replace(/[.\s]+$/, "")}): check its format.`,
  );
}
