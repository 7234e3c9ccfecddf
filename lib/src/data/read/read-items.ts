import { z } from "zod";
import { described } from "../../base/settings";
import type { Skip } from "../../records/dataset";
import { findColumn, loadCsv, type RowRule, readForm, requireEveryRow } from "./csv";
import { type Duck, literal } from "./duck";
import { idFault, noIdSql } from "./ids";
import type { JsonField } from "./json-lines";
import { jsonKeys, loadJson, missingField } from "./json-rows";
import { isParquet, loadParquet, parquetColumns } from "./parquet-rows";
import { ITEM_COLUMNS } from "./read-ratings";
import type { Rejects } from "./rejects";
import { sniffColumn, sniffSeparator } from "./sniff";
import type { TextFile } from "./text-file";

/** Settings of the categories, by name: {@link categorySettings} describes each. */
export type CategoryShape = { column: z.ZodString; separator: z.ZodOptional<z.ZodString> };

/** Which field holds an item's category names, and what separates them where they are one string. */
export type CategoryColumn = z.infer<z.ZodObject<CategoryShape>>;

const guessed = { default: undefined, source: "the files" };

/** Each setting of the categories. */
export const categorySettings: z.ZodObject<CategoryShape, z.core.$strict> = z.strictObject({
  column: described(
    z.string({ error: ({ path = [] }) => `${path.join(".")} is missing: name the column that holds the categories.` }),
    {
      ...guessed,
      meaning: "Column of the metadata that holds the categories. Guessed where it is not named.",
      unit: "column",
    },
  ),
  separator: described(z.string().optional(), {
    ...{ ...guessed, unit: "text" },
    meaning:
      "What separates the categories of an item where they are one text. Guessed from the values where it is not set.",
  }),
});

/** How metadata is read. */
export interface ItemsOptions {
  /** The item column of the ratings, which the metadata may have as well. */
  item?: string;
  categories?: CategoryColumn;
  /** The ratings file is the metadata as well: an item has as many rows as ratings. */
  oneFile?: boolean;
}

/** What reading the metadata gave; `metadata(row, id, title, store, main_category)` and `category_places(row, place, name)` are left in the database. */
export interface ItemsRead {
  skipped: Skip[];
  /** The field that was taken for each column, and the separator of the categories. */
  mapping: Record<string, string>;
}

const ROLE = "item metadata";
const NAME_CATEGORIES = "name the right column, --categories COLUMN or categories: { column: … } of openLab";
const ruleFor = ({ innerMarks }: TextFile): RowRule => ({
  sql: noIdSql("id", innerMarks),
  reason: ([id]) => idFault(id),
});

/**
 * Read item metadata, one row an item, from JSON lines, from Parquet, or from CSV, TSV or `::`-separated text when the name
 * says so.
 *
 * @param rejects is told of the rows that cannot be used
 * @throws InputError no object in the first line, no id column, no named category column, too many rows that cannot be used
 */
export async function readItems(
  duck: Duck,
  file: TextFile,
  options: ItemsOptions,
  rejects: Rejects,
): Promise<ItemsRead> {
  const { categories } = options;
  const kind = isParquet(file.path)
    ? "parquet"
    : /\.(csv|tsv|tab|dat|txt)(\.gz)?$/i.test(file.path) && !file.firstLine.startsWith("{")
      ? "csv"
      : "json";
  const form = kind === "csv" ? readForm(file) : undefined;
  const names = form?.columns ?? (kind === "json" ? jsonKeys(file, ROLE) : await parquetColumns(duck, file, ROLE));
  const mapping = chooseFields(file, names, kind, options);
  const rule = ruleFor(file);
  if (form === undefined) {
    const fields = Object.entries(mapping).map(([name, field]): [string, JsonField] => {
      return [name, { field, type: name === "categories" ? "JSON" : "VARCHAR" }];
    });
    const load = kind === "json" ? loadJson : loadParquet;
    await load(duck, file, ROLE, "metadata_read", Object.fromEntries(fields), rule, rejects);
  } else {
    const select = Object.fromEntries(Object.entries(mapping).map(([name, field]) => [name, names.indexOf(field)]));
    await loadCsv(duck, file, ROLE, form, "metadata_read", select, rule, rejects);
  }
  await requireEveryRow(duck, file, ROLE, "metadata_read", rejects);
  if (categories !== undefined && !names.includes(categories.column)) {
    const [[filled]] = await duck.rows("SELECT count(*) FROM metadata_read WHERE categories IS NOT NULL");
    if (filled === 0) findColumn(file, ROLE, names, [categories.column], NAME_CATEGORIES);
  }
  await splitCategories(duck, mapping, categories?.separator, form === undefined);
  if (kind === "json") await dropAbsent(duck, mapping);
  const skipped = await oneRowAnItem(duck, mapping, options.oneFile === true);
  return { skipped, mapping };
}

function chooseFields(
  file: TextFile,
  names: readonly string[],
  kind: "csv" | "json" | "parquet",
  { item, categories, oneFile }: ItemsOptions,
): Record<string, string> {
  const headerless = names[0] === "1";
  const wanted = item === undefined ? ITEM_COLUMNS : [item, ...ITEM_COLUMNS];
  const named =
    wanted.find((name) => names.includes(name)) ??
    sniffColumn("item", names) ??
    names.find((name) => name.toLowerCase() === "id");
  // A number is no name: the item column of the ratings says nothing about another file.
  const id = headerless ? (oneFile ? (item ?? names[1]) : names[0]) : named;
  const mapping: Record<string, string> = {};
  if (id === undefined) {
    if (kind !== "csv") missingField(file, ROLE, wanted, names);
    findColumn(file, ROLE, names, wanted);
  }
  mapping.id = id as string;
  if (categories !== undefined) {
    if (kind !== "json") findColumn(file, ROLE, names, [categories.column], NAME_CATEGORIES);
    mapping.categories = categories.column;
  }
  for (const [at, role] of (["title", "categories", "store", "mainCategory"] as const).entries()) {
    const name = role === "mainCategory" ? "main_category" : role;
    // JSON objects of one file may have different fields, so the usual ones are asked for even if the first lacks them.
    const usual = kind === "json" ? name : undefined;
    const field = headerless ? (at < 2 ? names[at + 1] : undefined) : (sniffColumn(role, names) ?? usual);
    if (mapping[name] === undefined && field !== undefined && !Object.values(mapping).includes(field))
      mapping[name] = field;
  }
  return mapping;
}

/** `category_places(row, place, name)`: a list of names, a list of lists (the older Amazon files), or one separated string. */
async function splitCategories(
  duck: Duck,
  mapping: Record<string, string>,
  given: string | undefined,
  json: boolean,
): Promise<void> {
  if (mapping.categories === undefined) {
    await duck.run("CREATE TABLE category_places (row BIGINT, place BIGINT, name VARCHAR)");
    return;
  }
  const text = json ? "categories ->> '$'" : "categories";
  const isText = json ? "json_type(categories) = 'VARCHAR'" : "categories IS NOT NULL";
  let separator = given;
  if (separator === undefined) {
    const sample = await duck.rows(`SELECT ${text} FROM metadata_read WHERE ${isText} LIMIT 500`);
    separator = sniffSeparator(sample.map(([value]) => String(value)));
    if (sample.length > 0) mapping.separator = separator;
  }
  const lists = json
    ? `WHEN json_type(categories) = 'ARRAY' AND json_type(categories, '$[0]') = 'ARRAY' THEN categories ->> '$[*][*]'
       WHEN json_type(categories) = 'ARRAY' THEN categories ->> '$[*]'`
    : "";
  await duck.run(
    `CREATE TABLE category_places AS SELECT row, generate_subscripts(names, 1) AS place, trim(unnest(names)) AS name FROM (
       SELECT rowid AS row, CASE ${lists}
         WHEN ${isText} AND starts_with(ltrim(${text}), '[[') AND try_cast(${text} AS VARCHAR[][]) IS NOT NULL THEN flatten(try_cast(${text} AS VARCHAR[][]))
         WHEN ${isText} AND starts_with(ltrim(${text}), '[') AND try_cast(${text} AS VARCHAR[]) IS NOT NULL THEN try_cast(${text} AS VARCHAR[])
         WHEN ${isText} THEN string_split(${text}, ${literal(separator)}) END AS names
       FROM metadata_read WHERE categories IS NOT NULL)`,
  );
  await duck.run("DELETE FROM category_places WHERE coalesce(name, '') IN ('', '(no genres listed)')");
}

/** Usual fields that no object has leave the mapping. */
async function dropAbsent(duck: Duck, mapping: Record<string, string>): Promise<void> {
  const names = Object.keys(mapping).filter((name) => ["title", "store", "main_category", "categories"].includes(name));
  if (names.length === 0) return;
  const counts = names.map((name) => `count(${name})`).join(", ");
  const [filled] = await duck.rows(`SELECT ${counts} FROM metadata_read`);
  for (const [at, name] of names.entries()) if (filled[at] === 0) delete mapping[name];
}

async function oneRowAnItem(duck: Duck, mapping: Readonly<Record<string, string>>, oneFile: boolean): Promise<Skip[]> {
  const columns = ["title", "store", "main_category"].map((name) =>
    mapping[name] === undefined ? `NULL::VARCHAR AS ${name}` : name,
  );
  await duck.run(
    `CREATE TABLE metadata AS SELECT row, id, ${columns.join(", ")} FROM metadata_read
     JOIN (SELECT min(rowid) AS row FROM metadata_read GROUP BY id) ON metadata_read.rowid = row`,
  );
  const repeated = oneFile
    ? `SELECT id, 1 AS rows FROM metadata_read GROUP BY id HAVING count(DISTINCT ${mapping.categories ? "categories::VARCHAR" : "1"}) > 1`
    : "SELECT id, count(*) - 1 AS rows FROM metadata_read GROUP BY id HAVING count(*) > 1";
  const [[count]] = await duck.rows(`SELECT coalesce(sum(rows), 0) FROM (${repeated})`);
  const skipped: Skip[] = [];
  if (Number(count) > 0) {
    const ids = await duck.rows(`SELECT id FROM (${repeated}) ORDER BY id LIMIT 3`);
    skipped.push({
      reason: oneFile
        ? "items whose rows name different categories (the first row's are kept)"
        : "metadata rows that repeat an item (the first is kept)",
      count: Number(count),
      examples: ids.flat().map(String),
    });
  }
  await duck.run("DELETE FROM category_places WHERE row NOT IN (SELECT row FROM metadata)");
  await duck.run("DROP TABLE metadata_read");
  return skipped;
}
