import { InputError } from "../errors";
import type { RowRule } from "./csv";
import { type Duck, literal } from "./duck";
import { identifier, type JsonField } from "./json-rows";
import type { TextFile } from "./preflight";
import { type Reject, rejectOf } from "./rejects";

/** Whether a file is Parquet by its name. */
export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);

/** The column names of a Parquet file. @throws InputError when the file is not whole */
export async function parquetColumns(duck: Duck, file: TextFile, role: string): Promise<string[]> {
  const described = await duck.rows(`DESCRIBE SELECT * FROM ${from(file)}`).catch((error: Error) => {
    throw new InputError(
      `The ${role} file ${file.path} is no whole Parquet file (${error.message.split("\n")[0]}): write or fetch it again.`,
    );
  });
  return described.map(([name]) => String(name));
}

/** Values of each column in the first rows, as text. */
export async function sampleOfParquet(
  duck: Duck,
  file: TextFile,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const columns = names.map((name) => `${identifier(name)}::VARCHAR`);
  const rows = await duck.rows(`SELECT ${columns.join(", ")} FROM ${from(file)} LIMIT 200`);
  return new Map(names.map((name, at) => [name, rows.map((row) => String(row[at] ?? ""))]));
}

/**
 * Load columns of a Parquet file into a new table, in the file's order; lists of a column that is wanted as JSON stay lists.
 *
 * @param fields column of the file by name in the table; the rule's values are in their order
 * @returns the rows that were not loaded, each with its row, from 1, as the line
 */
export async function loadParquet(
  duck: Duck,
  file: TextFile,
  role: string,
  table: string,
  fields: Readonly<Record<string, JsonField>>,
  rule: RowRule,
): Promise<Reject[]> {
  const columns = Object.entries(fields).map(([name, { field, type }]) => {
    const column = identifier(field);
    const value =
      type === "JSON" ? `CASE WHEN ${column} IS NOT NULL THEN to_json(${column}) END` : `${column}::VARCHAR`;
    return `${value} AS ${name}`;
  });
  await duck.run(`CREATE TABLE ${table} AS SELECT ${columns.join(", ")} FROM ${from(file)}`, `reading ${role}`);
  const names = Object.keys(fields).map((name) => `${name}::VARCHAR`);
  const bad = await duck.rows(`SELECT rowid, ${names.join(", ")} FROM ${table} WHERE ${rule.sql} ORDER BY rowid`);
  if (bad.length > 0) await duck.run(`DELETE FROM ${table} WHERE ${rule.sql}`);
  return bad.map(([row, ...values]) => {
    const texts = values.map((value) => (value === null ? "" : String(value)));
    const reason = rule.reason(texts) ?? "value that cannot be read";
    return rejectOf(file, Number(row) + 1, Buffer.from(texts.join(",")), reason);
  });
}

const from = (file: TextFile): string => `read_parquet(${literal(file.path)})`;
