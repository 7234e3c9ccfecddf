import { closeSync, openSync, readSync } from "node:fs";
import { requireInput } from "../../base/errors";
import { requireFile } from "../../base/input-file";
import type { Duck } from "./duck";
import type { JsonField } from "./json-lines";
import { identifier } from "./json-rows";
import type { Load } from "./load";
import { checkParquet } from "./parquet-check";
import { notWhole, textColumns } from "./parquet-text";
import type { TextFile } from "./text-file";

/** Whether a file is Parquet by its name. */
export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);

/** The column names of a Parquet file. @throws InputError when the file is not whole */
export async function parquetColumns(duck: Duck, file: TextFile, role: string): Promise<string[]> {
  const described = await duck.rows(`DESCRIBE SELECT * FROM ${from(duck, file)}`).catch((error) => {
    throw notWhole(error, file, role);
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
  const rows = await duck.rows(`SELECT ${columns.join(", ")} FROM ${from(duck, file)} LIMIT 200`).catch((error) => {
    throw notWhole(error, file, "ratings");
  });
  return new Map(names.map((name, index) => [name, rows.map((row) => String(row[index] ?? ""))]));
}

/**
 * Load columns of a Parquet file into a new table, in the file's order; lists of a column that is wanted as JSON stay lists.
 *
 * @param fields column of the file by name in the table; the rule's values are in their order
 * A row that is not loaded is known by its row, from 1, in place of a line.
 */
export async function loadParquet(
  duck: Duck,
  { file, role, table, rule, rejects }: Load,
  fields: Readonly<Record<string, JsonField>>,
): Promise<void> {
  const failed = (error: unknown): never => {
    throw notWhole(error, file, role);
  };
  const wanted = Object.values(fields).map(({ field }) => field);
  await checkParquet(file.path, role, wanted, duck.onProgress);
  rejects.mostRows = await rowsOf(duck, file, role).catch(failed);
  const texts = await textColumns(duck, file, role, from(duck, file), wanted).catch(failed);
  const columns = Object.entries(fields).map(([name, { field, type }]) => {
    const column = identifier(field);
    const value = type === "JSON" ? `CASE WHEN ${column} IS NOT NULL THEN to_json(${column}) END` : texts.get(field);
    return `${value} AS ${name}`;
  });
  await duck
    .run(`CREATE TABLE ${table} AS SELECT ${columns.join(", ")} FROM ${from(duck, file)}`, `reading ${role}`)
    .catch(failed);
  const names = Object.keys(fields).map((name) => `${name}::VARCHAR`);
  await duck.each(
    `SELECT rowid, ${names.join(", ")} FROM ${table} WHERE ${rule.sql} ORDER BY rowid`,
    ([row, ...values]) => {
      rejects.rows = Number(row) + 1;
      const fields = values.map((value) => (value === null ? "" : String(value)));
      rejects.add(rejects.rows, Buffer.from(fields.join(",")), rule.reason(fields) ?? "value that cannot be read");
    },
  );
  rejects.rows = rejects.mostRows;
  if (rejects.count > 0) await duck.run(`DELETE FROM ${table} WHERE ${rule.sql}`);
}

/** How many rows the file has by its footer, which must be the one at the end of this very file. */
async function rowsOf(duck: Duck, file: TextFile, role: string): Promise<number> {
  const { size } = requireFile(file.path, `The ${role} file`);
  // The footer's length, and the format's mark, end the file.
  const end = Buffer.alloc(8);
  const handle = openSync(file.path, "r");
  try {
    readSync(handle, end, 0, end.length, size - end.length);
  } finally {
    closeSync(handle);
  }
  const found = await duck.rows(
    `SELECT num_rows FROM parquet_file_metadata(${duck.file(file.path)})
     WHERE file_size_bytes = ${size} AND footer_size = ${end.readUInt32LE(0)}`,
  );
  requireInput(
    found.length === 1,
    `The ${role} file ${file.path} was changed while it was read: wait until whatever writes it is done, and run this again.`,
  );
  return Number(found[0][0]);
}

/** The file as a table; its folders' names are no columns of it. */
const from = (duck: Duck, file: TextFile): string => `read_parquet(${duck.file(file.path)}, hive_partitioning = false)`;
