import { isUtf8 } from "node:buffer";
import { InputError } from "../errors";
import { quote, shown } from "../quote";
import { list, NAME_COLUMNS, placeOf, type RowRule, translate } from "./csv";
import { type Duck, literal } from "./duck";
import { linesOf, MAX_LINE_BYTES } from "./lines";
import type { TextFile } from "./preflight";
import { type Reject, rejectOf } from "./rejects";

/** A field of the JSON objects: as text, or as JSON where it holds lists. */
export interface JsonField {
  field: string;
  type: "VARCHAR" | "JSON";
}

/** Objects that are looked at for their fields. */
const HEAD_ROWS = 200;

const NO_JSON = "no valid JSON";

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

/** The object that a line holds, or why it holds none. */
function parseObject(line: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    return "no JSON object";
  } catch {
    return NO_JSON;
  }
}

/**
 * Load fields of a file of JSON lines into a new table, in the file's order. Rows that the database could not read or that
 * break the rule are looked up in the file, so that each is known by its line and reason.
 *
 * @param fields field of the objects by name in the table; the rule's values are in their order
 * @returns the rows that were not loaded
 */
export async function loadJson(
  duck: Duck,
  file: TextFile,
  role: string,
  table: string,
  fields: Readonly<Record<string, JsonField>>,
  rule: RowRule,
): Promise<Reject[]> {
  const types = new Map(Object.values(fields).map(({ field, type }) => [field, type]));
  const columns = [...types].map(([field, type]) => `${literal(field)}: '${type}'`);
  const selected = Object.entries(fields).map(([name, { field }]) => `${identifier(field)} AS ${name}`);
  const longest = 2 * Math.max(MAX_LINE_BYTES, file.longestLine);
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${selected.join(", ")}
       FROM read_json(${literal(file.path)}, format = 'newline_delimited', columns = {${columns.join(", ")}},
         ignore_errors = true, maximum_object_size = ${longest}, compression = '${file.gzip ? "gzip" : "uncompressed"}')`,
      `reading ${role}`,
    );
  } catch (error) {
    throw translate(error, file, role);
  }
  if (file.byteOrderMark) await mendFirst(duck, file, table, fields);
  if (file.tooLong.length > 0)
    await duck.run(`UPDATE ${table} SET ${Object.keys(fields)[0]} = NULL WHERE rowid IN (${file.tooLong.join(", ")})`);
  const bad = await duck.rows(`SELECT rowid FROM ${table} WHERE ${rule.sql} ORDER BY rowid`);
  if (bad.length === 0) return [];
  await duck.run(`DELETE FROM ${table} WHERE ${rule.sql}`);
  return describe(file, new Set(bad.map(([row]) => Number(row))), Object.values(fields), rule);
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

/** Find rejected rows in the file again; `rows` counts lines that are not blank, from 0. */
async function describe(
  file: TextFile,
  rows: ReadonlySet<number>,
  fields: readonly JsonField[],
  rule: RowRule,
): Promise<Reject[]> {
  const rejects: Reject[] = [];
  let row = 0;
  for await (const lines of linesOf(file))
    for (const line of lines) {
      if (line.bytes.length === 0) continue;
      if (!rows.has(row++)) continue;
      rejects.push(rejectOf(file, line.number, line.bytes, reasonOf(line.bytes, line.length, fields, rule)));
    }
  return rejects;
}

function reasonOf(bytes: Buffer, length: number, fields: readonly JsonField[], rule: RowRule): string {
  if (length > MAX_LINE_BYTES) return `line longer than ${MAX_LINE_BYTES >> 20} MB`;
  if (!isUtf8(bytes)) return "bytes that are not UTF-8";
  const object = parseObject(bytes.toString("utf8"));
  if (typeof object === "string") return object;
  return rule.reason(fields.map(({ field }) => textOf(object[field] ?? ""))) ?? "value that cannot be read";
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
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
