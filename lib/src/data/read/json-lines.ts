import { isUtf8 } from "node:buffer";
import { translate } from "./csv";
import { type Duck, literal } from "./duck";
import { linesOf, MAX_LINE_BYTES } from "./lines";
import type { Load, RowRule } from "./load";

const NO_JSON = "no valid JSON";

/**
 * Load fields of a file of JSON lines into a new table, slowly: the lines are told apart here, one object a line, and the database
 * takes each apart by itself. For files in which its own reader found anything unusual.
 *
 * @param fields field of the objects by name in the table; the rule's values are in their order
 */
export async function loadJsonLines(
  duck: Duck,
  { file, role, table, rule, rejects }: Load,
  fields: Readonly<Record<string, JsonField>>,
): Promise<void> {
  const order = Object.values(fields);
  try {
    await duck.run("CREATE TABLE json_lines (number VARCHAR, line VARCHAR)", `reading ${role} line by line`);
    await duck.append("json_lines", 2, async (push, flush) => {
      for await (const lines of linesOf(file)) {
        for (const { number, bytes, length } of lines) {
          const whole = length <= MAX_LINE_BYTES && isUtf8(bytes);
          const text = whole ? bytes.toString("utf8") : "";
          if (whole && text.trim() === "") continue;
          rejects.rows++;
          if (whole) push([String(number), text]);
          else rejects.add(number, bytes, reasonOf(bytes, length, order, rule));
        }
        await flush();
      }
    });
    const columns = Object.entries(fields).map(([name, { field, type }]) => `${fieldSql(field, type)} AS ${name}`);
    await duck.run(`CREATE TABLE json_read AS SELECT number, line, ${columns.join(", ")} FROM json_lines`);
    await duck.run("DROP TABLE json_lines");
    await duck.each(`SELECT number, line FROM json_read WHERE ${rule.sql}`, ([number, line]) => {
      const bytes = Buffer.from(String(line));
      rejects.add(Number(number), bytes, reasonOf(bytes, bytes.length, order, rule));
    });
    await duck.run(
      `CREATE TABLE ${table} AS SELECT ${Object.keys(fields).join(", ")} FROM json_read WHERE NOT (${rule.sql})`,
    );
    await duck.run("DROP TABLE json_read");
  } catch (error) {
    throw translate(error, file, role);
  }
}

/** A field of the object in `line` as SQL, as the database's own reader gives it: NULL where there is none, or no valid JSON. */
function fieldSql(field: string, type: JsonField["type"]): string {
  const pointer = literal(`/${field.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  const known = `json_valid(line) AND json_type(line) = 'OBJECT' AND json_type(line, ${pointer}) <> 'NULL'`;
  return `TRY(CASE WHEN ${known} THEN line ${type === "JSON" ? "->" : "->>"} ${pointer} END)`;
}

/** A field of the JSON objects: as text, or as JSON where it holds lists. */
export interface JsonField {
  field: string;
  type: "VARCHAR" | "JSON";
}

/** Why the row of a line is rejected. */
export function reasonOf(bytes: Buffer, length: number, fields: readonly JsonField[], rule: RowRule): string {
  if (length > MAX_LINE_BYTES) return `line longer than ${MAX_LINE_BYTES >> 20} MB`;
  if (!isUtf8(bytes)) return "bytes that are not UTF-8";
  const object = parseObject(bytes.toString("utf8"));
  if (typeof object === "string") return object;
  return rule.reason(fields.map(({ field }) => textOf(object[field] ?? ""))) ?? "value that cannot be read";
}

/** The object that a line holds, or why it holds none. */
export function parseObject(line: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    return "no JSON object";
  } catch {
    return NO_JSON;
  }
}

export function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
