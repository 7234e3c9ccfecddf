import { InputError, Interrupted, requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import type { Duck } from "./duck";
import { identifier } from "./json-rows";
import type { TextFile } from "./text-file";

/** What went wrong inside the database with a Parquet file, as one sentence; a sentence or an interrupt stays what it is. */
export function notWhole(error: unknown, file: TextFile, role: string): Error {
  if (error instanceof InputError || error instanceof Interrupted) return error;
  const [reason] = String((error as Error)?.message ?? error).split("\n");
  return new InputError(
    `The ${role} file ${file.path} is no whole Parquet file (${reason.replace(/[.\s]+$/, "")}): write or fetch it again.`,
  );
}

/**
 * SQL for each column's values as text. Bytes without the mark of text, which ClickHouse, Impala and older Spark write for strings,
 * are taken as UTF-8.
 *
 * @param source the file in SQL
 * @throws InputError naming the first row whose bytes are not UTF-8
 */
export async function textColumns(
  duck: Duck,
  file: TextFile,
  role: string,
  source: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const described = await duck.rows(`DESCRIBE SELECT * FROM ${source}`);
  const bytes = new Set(described.filter(([, type]) => type === "BLOB").map(([name]) => String(name)));
  const columns = new Map<string, string>();
  for (const name of names) {
    const column = identifier(name);
    columns.set(name, bytes.has(name) ? `decode(${column})` : `${column}::VARCHAR`);
    if (!bytes.has(name)) continue;
    const [[count, first]] = await duck.rows(
      `SELECT count(*), min(place) FROM (SELECT row_number() OVER () AS place, ${column} AS value FROM ${source})
       WHERE value IS NOT NULL AND try(decode(value)) IS NULL`,
    );
    requireInput(
      count === 0,
      `The ${role} file ${file.path} has ${count} values in the column ${quote(name)} that are not UTF-8, the first in row ${first}: write the column as text.`,
    );
  }
  return columns;
}
