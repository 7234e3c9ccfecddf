import { InputError, requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import { type CsvForm, countRecords, readCsvRows } from "./csv-rows";
import { type Duck, literal } from "./duck";
import type { Load } from "./load";
import type { TextFile } from "./text-file";

const DELIMITERS = ["::", ",", "\t", ";", "|"];
/** More are no ratings and no metadata but a matrix, or noise. */
const MOST_COLUMNS = 4096;

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
  requireInput(
    columns.length <= MOST_COLUMNS,
    `The file ${file.path} has ${columns.length.toLocaleString("en")} columns in line ${file.firstLineNumber}: give one with a user and an item in each row, and at most ${MOST_COLUMNS.toLocaleString("en")} columns.`,
  );
  const numbers = columns.filter((name) => /^-?\d+(\.\d+)?$/.test(name)).length;
  const header = delimiter !== "::" && (numbers === 0 || 2 * numbers < columns.length);
  return {
    delimiter,
    columns: header ? columns : columns.map((_, column) => String(column + 1)),
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
  for (let offset = 0; offset < line.length; offset++) {
    if (line[offset] === '"') quoted = !quoted;
    else if (!quoted && line.startsWith(delimiter, offset)) {
      fields.push(field.trim());
      field = "";
      offset += delimiter.length - 1;
    } else field += line[offset];
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
    const column = columns.indexOf(name);
    if (column >= 0) return column;
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

/**
 * Load columns of a delimited file as strings into a new table. The database reads it whole, fast and strictly; where that
 * finds anything amiss, or another number of rows than the file has, the file is read again row by row, so that every bad row is
 * known by its line and reason.
 *
 * @param select column index in the file by name in the table
 */
export async function loadCsv(
  duck: Duck,
  load: Load,
  form: CsvForm,
  select: Readonly<Record<string, number>>,
): Promise<void> {
  const { file, role, table, rule, rejects } = load;
  rejects.mostRows = file.lines - (form.header ? 1 : 0);
  requireInput(
    rejects.mostRows > 0,
    `The ${role} file ${file.path} is empty (a header and no row): fetch or export it again.`,
  );
  if (file.longestLine <= DATABASE_LINE_BYTES) {
    const rows = await loadFast(duck, load, form, select);
    if (rows !== undefined && rows === (await rowsOf(file, form, rows))) {
      rejects.rows = rows;
      return;
    }
    if (rows !== undefined) await duck.run(`DROP TABLE ${table}`);
  }
  const names = Object.keys(select);
  const selected = Object.values(select);
  await duck.run(
    `CREATE TABLE ${table} (${names.map((name) => `${name} VARCHAR`).join(", ")})`,
    `reading ${role} row by row`,
  );
  await duck.append(table, names.length, (push, flush) =>
    readCsvRows(
      file,
      form,
      rejects,
      (fields) => {
        const values = selected.map((column) => fields[column]);
        const reason = rule.reason(values);
        if (reason === undefined) push(rule.plain?.(values) ?? values);
        return reason;
      },
      flush,
    ),
  );
}

/** How many rows the file has by its own lines and quotation marks, `found` being what the database says: each is one line, or holds line ends in quotes. */
async function rowsOf(file: TextFile, form: CsvForm, found: number): Promise<number> {
  const header = form.header ? 1 : 0;
  if (found === file.lines - header || !form.quoted) return file.lines - header;
  return (await countRecords(file, form)) - header;
}

/** The database's own limit on a line is twice that; longer lines go to the slow reader at once. */
const DATABASE_LINE_BYTES = 1 << 20;

/** How many rows were loaded, if all were and every one is usable; else nothing is left of them. */
async function loadFast(
  duck: Duck,
  { file, role, table, rule }: Load,
  form: CsvForm,
  select: Readonly<Record<string, number>>,
): Promise<number | undefined> {
  const columns = Object.entries(select).map(([name, column]) => `c${column} AS ${name}`);
  const numbers = (rule.numbers ?? []).map((name) => select[name]);
  const types = form.columns.map((_, column) => `'c${column}': '${numbers.includes(column) ? "DOUBLE" : "VARCHAR"}'`);
  const quote = form.quoted ? `'"'` : `''`;
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${columns.join(", ")} FROM read_csv(${duck.file(file.path)}, auto_detect = false, hive_partitioning = false,
         delim = ${literal(form.delimiter)}, quote = ${quote}, escape = ${quote}, header = ${form.header},
         columns = {${types.join(", ")}}, encoding = '${form.encoding}', compression = '${file.gzip ? "gzip" : "none"}')`,
      `reading ${role}`,
    );
  } catch (error) {
    if (isDatabaseError(error)) return undefined;
    throw error;
  }
  // WHERE looks at a condition only where those before it left it open; a FILTER would compute all of them for every row.
  const [[bad]] = await duck.rows(`SELECT count(*) FROM ${table} WHERE ${rule.sql}`);
  const [[rows]] = await duck.rows(`SELECT count(*) FROM ${table}`);
  if (bad === 0) return Number(rows);
  await duck.run(`DROP TABLE ${table}`);
  return undefined;
}

/**
 * How many rows were loaded into a table: with the rejected ones as many as the file has.
 *
 * @throws InputError where they are not, since some were lost or are another file's
 */
export async function requireEveryRow(
  duck: Duck,
  { file, role, table, rejects: { rows, count } }: Load,
): Promise<number> {
  const [[loaded]] = await duck.rows(`SELECT count(*) FROM ${table}`);
  requireInput(
    Number(loaded) + count === rows,
    `The ${role} file ${file.path} has ${rows} rows, and ${loaded} were read from it beside ${count} bad ones: wait until whatever writes it is done, and run this again.`,
  );
  return Number(loaded);
}

/** Whether an error is a query's own failure. */
export function isDatabaseError(error: unknown): error is Error {
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
