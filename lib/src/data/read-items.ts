import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { InputError, requireInput } from "../errors";
import { findColumn, list, loadCsv, readHeader, translate } from "./csv";
import type { Skip } from "./dataset";
import { type Duck, literal } from "./duck";
import type { TextFile } from "./preflight";
import { ITEM_COLUMNS } from "./read-ratings";

/** Which field holds an item's category names, and what separates them where they are one string. */
export interface CategoryColumn {
  /** Default `categories`. */
  column: string;
  /** Default "|". */
  separator?: string;
}

/** Columns of the `metadata` table besides `id`, by their name in the file. */
const FIELDS = { title: "title", store: "store", main_category: "main_category" } as const;

/**
 * Read item metadata into `metadata(row, id, title, store, main_category)`, one row an item, and
 * `item_categories(id, name)`, each name once an item. The file holds JSON lines, or CSV or TSV when its name says so.
 *
 * @throws InputError bad JSON (with its line), no id column, no named category column
 */
export async function readItems(
  duck: Duck,
  file: TextFile,
  itemColumn: string | undefined,
  categories: CategoryColumn | undefined,
): Promise<Skip[]> {
  const skipped: Skip[] = [];
  const names = itemColumn === undefined ? ITEM_COLUMNS : [itemColumn, ...ITEM_COLUMNS];
  if (/\.(csv|tsv|tab)(\.gz)?$/i.test(file.path)) {
    const bad = await loadItemsCsv(duck, file, names, categories);
    if (bad.count > 0) skipped.push(bad);
  } else await loadItemsJson(duck, file, names, categories);
  await splitCategories(duck, categories?.separator ?? "|");
  await duck.run("ALTER TABLE metadata_raw DROP COLUMN categories");
  skipped.push(...(await oneRowAnItem(duck)));
  return skipped;
}

async function loadItemsJson(
  duck: Duck,
  file: TextFile,
  names: readonly string[],
  categories: CategoryColumn | undefined,
): Promise<void> {
  const keys = Object.keys(parseLine(file.firstLine, file, file.firstLineNumber));
  const id = names.find((name) => keys.includes(name));
  if (id === undefined)
    throw new InputError(
      `The item metadata file ${file.path} has no ${names.map((name) => `"${name}"`).join(" or ")} in line ${file.firstLineNumber}: it has ${list(keys)}; name the item column.`,
    );
  const category = categories?.column ?? "categories";
  const columns: Record<string, string> = { ...Object.fromEntries(Object.values(FIELDS).map((f) => [f, "VARCHAR"])) };
  columns[id] = "VARCHAR";
  columns[category] = "JSON";
  const types = Object.entries(columns).map(([name, type]) => `${literal(name)}: '${type}'`);
  const fields = Object.entries(FIELDS).map(([name, field]) => `${identifier(field)} AS ${name}`);
  try {
    await duck.run(
      `CREATE TABLE metadata_raw AS SELECT ${identifier(id)} AS id, ${fields.join(", ")},
         to_json(${identifier(category)}) AS categories
       FROM read_json(${literal(file.path)}, format = 'newline_delimited', columns = {${types.join(", ")}},
         compression = '${file.gzip ? "gzip" : "uncompressed"}')`,
      "reading item metadata",
    );
  } catch (error) {
    await findBadLine(file);
    throw translate(error, file, "item metadata");
  }
  if (categories !== undefined && !keys.includes(category)) {
    const [[filled]] = await duck.rows("SELECT count(*) FROM metadata_raw WHERE categories IS NOT NULL");
    requireInput(
      filled !== 0,
      `The item metadata file ${file.path} has no category column "${category}": it has ${list(keys)}; name the right one.`,
    );
  }
}

async function loadItemsCsv(
  duck: Duck,
  file: TextFile,
  names: readonly string[],
  categories: CategoryColumn | undefined,
): Promise<Skip> {
  const header = readHeader(file.firstLine);
  const select: Record<string, number> = { id: findColumn(file, "item metadata", header, names) };
  const category = categories?.column ?? "categories";
  const optional = { ...FIELDS, categories: category };
  for (const [name, field] of Object.entries(optional))
    if (header.columns.includes(field)) select[name] = header.columns.indexOf(field);
  if (categories !== undefined) select.categories = findColumn(file, "item metadata", header, [category]);
  const { malformed, examples } = await loadCsv(duck, file, "item metadata", header, "metadata_csv", select);
  const columns = Object.keys(optional).map((name) =>
    name in select ? (name === "categories" ? "to_json(categories) AS categories" : name) : `NULL AS ${name}`,
  );
  await duck.run(`CREATE TABLE metadata_raw AS SELECT id, ${columns.join(", ")} FROM metadata_csv ORDER BY rowid`);
  await duck.run("DROP TABLE metadata_csv");
  return {
    reason: "malformed lines of the item metadata (wrong number of fields, or broken text)",
    count: malformed,
    examples,
  };
}

/** Category names of every row: a list of names, a list of lists (the older Amazon files), or one separated string. */
async function splitCategories(duck: Duck, separator: string): Promise<void> {
  await duck.run(
    `CREATE TABLE raw_categories AS SELECT rowid AS row, unnest(CASE
         WHEN json_type(categories) = 'ARRAY' AND json_type(categories, '$[0]') = 'ARRAY' THEN categories ->> '$[*][*]'
         WHEN json_type(categories) = 'ARRAY' THEN categories ->> '$[*]'
         WHEN json_type(categories) = 'VARCHAR' THEN string_split(categories ->> '$', ${literal(separator)})
       END) AS name FROM metadata_raw WHERE categories IS NOT NULL`,
  );
}

async function oneRowAnItem(duck: Duck): Promise<Skip[]> {
  const skipped: Skip[] = [];
  await duck.run(
    `CREATE TABLE metadata AS SELECT min(rowid) AS row, id, count(*) AS times FROM metadata_raw
     WHERE coalesce(trim(id), '') <> '' GROUP BY id`,
  );
  const [[withoutId, repeated]] = await duck.rows(
    `SELECT (SELECT count(*) FROM metadata_raw) - (SELECT coalesce(sum(times), 0) FROM metadata),
       (SELECT coalesce(sum(times - 1), 0) FROM metadata)`,
  );
  if (Number(withoutId) > 0)
    skipped.push({ reason: "metadata rows with an empty id", count: Number(withoutId), examples: [] });
  if (Number(repeated) > 0) {
    const ids = await duck.rows("SELECT id FROM metadata WHERE times > 1 ORDER BY id LIMIT 3");
    const examples = ids.flat().map(String);
    skipped.push({
      reason: "metadata rows that repeat an item (the first is kept)",
      count: Number(repeated),
      examples,
    });
  }
  await duck.run(
    `CREATE TABLE item_categories AS SELECT DISTINCT metadata.id, trim(name) AS name
     FROM raw_categories JOIN metadata USING (row) WHERE coalesce(trim(name), '') <> ''`,
  );
  await duck.run("DROP TABLE raw_categories");
  await duck.run(
    `CREATE OR REPLACE TABLE metadata AS SELECT row, metadata.id, title, store, main_category
     FROM metadata JOIN metadata_raw ON metadata.row = metadata_raw.rowid`,
  );
  await duck.run("DROP TABLE metadata_raw");
  return skipped;
}

/** DuckDB's line numbers are by buffer: on failure the file is read again to name the line. */
async function findBadLine(file: TextFile): Promise<void> {
  const raw = createReadStream(file.path);
  const lines = createInterface({
    input: file.gzip ? raw.pipe(createGunzip()) : raw,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() !== "") parseLine(number === 1 ? line.replace(/^\uFEFF/, "") : line, file, number);
    }
  } finally {
    raw.destroy();
  }
}

function parseLine(line: string, file: TextFile, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(
      `The item metadata file ${file.path} has no valid JSON in line ${number} (${excerpt(line)}): one JSON object a line is expected; mend or remove that line.`,
    );
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new InputError(
      `The item metadata file ${file.path} has no JSON object in line ${number} (${excerpt(line)}): one object a line is expected, not a JSON array.`,
    );
  return value as Record<string, unknown>;
}

function excerpt(line: string): string {
  const text = line.trim();
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
