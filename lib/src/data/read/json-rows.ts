import { InputError } from "../../base/errors";
import { quote, shown } from "../../base/quote";
import { isDatabaseError, list, NAME_COLUMNS, placeOf } from "./csv";
import { type Duck, literal } from "./duck";
import type { JsonField } from "./json-lines";
import { loadJsonLines, parseObject, reasonOf, textOf } from "./json-lines";
import { linesOf, MAX_LINE_BYTES } from "./lines";
import type { Load } from "./load";
import type { TextFile } from "./text-file";

/** Objects that are looked at for their fields. */
const HEAD_ROWS = 200;

/** The field names of the first objects, since not every one need have all. @throws InputError when the first line is no JSON object */
export function jsonKeys(file: TextFile, role: string): string[] {
  const found = parseObject(file.firstLine);
  if (typeof found !== "string") {
    const others = file.head.slice(0, HEAD_ROWS).map(parseObject);
    return [
      ...new Set([found, ...others].flatMap((object) => (typeof object === "string" ? [] : Object.keys(object)))),
    ];
  }
  const line = file.firstLineNumber;
  const text = shown(file.firstLine.trim());
  throw new InputError(
    `The ${role} file ${file.path} has ${found} in line ${line} (${text}): one object a line is expected, not a JSON array or other text; \`jq -c ".[]"\` makes an array so.`,
  );
}

/**
 * Load fields of a file of JSON lines into a new table, in the file's order. Rows that the database could not read or that
 * break the rule are looked up in the file, so that each is known by its line and reason. Where the database stops, or finds
 * another number of rows than the file has lines, they are given to it line by line.
 *
 * @param fields field of the objects by name in the table; the rule's values are in their order
 */
export async function loadJson(duck: Duck, load: Load, fields: Readonly<Record<string, JsonField>>): Promise<void> {
  const { file, table, rule, rejects } = load;
  rejects.mostRows = file.lines;
  if (!(await loadWhole(duck, load, fields))) {
    await loadJsonLines(duck, load, fields);
    return;
  }
  if (file.byteOrderMark) await mendFirst(duck, file, table, fields);
  const bad = new Uint8Array(Math.ceil(file.lines / 8));
  await duck.each(`SELECT rowid FROM ${table} WHERE ${rule.sql}`, ([row]) => {
    bad[Number(row) >> 3] |= 1 << (Number(row) & 7);
  });
  if (bad.some((bits) => bits !== 0)) {
    await duck.run(`DELETE FROM ${table} WHERE ${rule.sql}`);
    await describe(load, bad, Object.values(fields));
  }
  rejects.rows = file.lines;
}

/** True if the database read as many rows as the file has lines; else nothing is left of them. */
async function loadWhole(
  duck: Duck,
  { file, role, table }: Load,
  fields: Readonly<Record<string, JsonField>>,
): Promise<boolean> {
  if (file.longestLine > MAX_LINE_BYTES) return false;
  const types = new Map(Object.values(fields).map(({ field, type }) => [field, type]));
  const columns = [...types].map(([field, type]) => `${literal(field)}: '${type}'`);
  const selected = Object.entries(fields).map(([name, { field }]) => `${identifier(field)} AS ${name}`);
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${selected.join(", ")}
       FROM read_json(${duck.file(file.path)}, format = 'newline_delimited', hive_partitioning = false, columns = {${columns.join(", ")}},
         ignore_errors = true, maximum_object_size = ${2 * MAX_LINE_BYTES}, compression = '${file.gzip ? "gzip" : "uncompressed"}')`,
      `reading ${role}`,
    );
  } catch (error) {
    if (isDatabaseError(error)) return false;
    throw error;
  }
  const [[rows]] = await duck.rows(`SELECT count(*) FROM ${table}`);
  if (rows === file.lines) return true;
  await duck.run(`DROP TABLE ${table}`);
  return false;
}

/** The database reads a byte-order mark as part of the first object, and fails. */
async function mendFirst(
  duck: Duck,
  file: TextFile,
  table: string,
  fields: Readonly<Record<string, JsonField>>,
): Promise<void> {
  const object = parseObject(file.firstLine);
  if (typeof object === "string") return;
  const values = Object.entries(fields).map(([name, { field, type }]) => {
    const value = object[field];
    if (value === undefined || value === null) return `${name} = NULL`;
    return `${name} = ${literal(type === "JSON" ? JSON.stringify(value) : textOf(value))}`;
  });
  await duck.run(`UPDATE ${table} SET ${values.join(", ")} WHERE rowid = 0`);
}

/** Find rejected rows in the file again; `bad` has a bit for each line that is not blank, from 0. */
async function describe({ file, rule, rejects }: Load, bad: Uint8Array, fields: readonly JsonField[]): Promise<void> {
  for await (const lines of linesOf(file))
    for (const { number, bytes, length } of lines) {
      if (bytes.length === 0) continue;
      const row = rejects.rows++;
      if ((bad[row >> 3] >> (row & 7)) & 1) rejects.add(number, bytes, reasonOf(bytes, length, fields, rule));
    }
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** @throws InputError that no field of `names` is in the first objects, or among the columns of Parquet */
export function missingField(file: TextFile, role: string, names: readonly string[], keys: readonly string[]): never {
  throw new InputError(
    `The ${role} file ${file.path} has no ${names.map(quote).join(" or ")} ${placeOf(file)}: it has ${list(keys)}; ${NAME_COLUMNS}.`,
  );
}
