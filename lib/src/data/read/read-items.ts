import { z } from "zod";
import { described } from "../../base/settings";
import type { Skip } from "../../records/dataset";
import { findColumn, loadCsv, readForm, requireEveryRow } from "./csv";
import { type Duck, literal } from "./duck";
import { idFault, noIdSql } from "./ids";
import type { JsonField } from "./json-lines";
import { jsonKeys, loadJson, missingField } from "./json-rows";
import type { Load, RowRule } from "./load";
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

/** One column of categories, or several. */
export type CategoriesSetting = z.ZodUnion<[typeof categorySettings, z.ZodArray<typeof categorySettings>]>;

/** The setting of the categories. */
export const categoriesSetting: CategoriesSetting = described(
  z.union([categorySettings, z.array(categorySettings).min(1)], {
    error: 'name a column, as in { column: "genres", separator: "|" }, or a list of such columns',
  }),
  {
    meaning:
      "Column of the metadata that holds the categories, and what separates those of an item where they are one text; or a list of " +
      "several columns, whose names are all an item's. Guessed where it is not named.",
    ...{ ...guessed, unit: "column" },
  },
);

/** How metadata is read. */
export interface ItemsOptions {
  /** The item column of the ratings, which the metadata may have as well. */
  item?: string;
  /** One field or several; the names of all are an item's. */
  categories?: readonly CategoryColumn[];
  /** Further columns to keep as they are. */
  attributes?: readonly string[];
  /** The ratings file is the metadata as well: an item has as many rows as ratings. */
  oneFile?: boolean;
}

/** What reading the metadata gave; `metadata(row, id, title, store, main_category, attribute0, …)` and `category_places(row, place, name)` are left in the database. */
export interface ItemsRead {
  skipped: Skip[];
  /** The field that was taken for each column, and the separator of the categories. */
  mapping: Record<string, string>;
}

const ROLE = "item metadata";
const NAME_CATEGORIES = "name the right column, --categories COLUMN or categories: { column: … } of openLab";
const NAME_ATTRIBUTE = "name a column of the metadata, --axis column=COLUMN or axis: { column: … } of openLab";
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
  const { categories = [], attributes = [] } = options;
  const kind = isParquet(file.path)
    ? "parquet"
    : /\.(csv|tsv|tab|dat|txt)(\.gz)?$/i.test(file.path) && !file.firstLine.startsWith("{")
      ? "csv"
      : "json";
  const form = kind === "csv" ? readForm(file) : undefined;
  const names = form?.columns ?? (kind === "json" ? jsonKeys(file, ROLE) : await parquetColumns(duck, file, ROLE));
  const mapping = chooseFields(file, names, kind, options);
  const load: Load = { file, role: ROLE, table: "metadata_read", rule: ruleFor(file), rejects };
  if (form === undefined) {
    // A field is read once, as one type.
    const read = Object.entries(mapping).filter(([name]) => twin(mapping, name) === undefined);
    const fields = read.map(([name, field]): [string, JsonField] => {
      return [name, { field, type: isCategories(name) ? "JSON" : "VARCHAR" }];
    });
    await (kind === "json" ? loadJson : loadParquet)(duck, load, Object.fromEntries(fields));
  } else {
    const select = Object.fromEntries(Object.entries(mapping).map(([name, field]) => [name, names.indexOf(field)]));
    await loadCsv(duck, load, form, select);
  }
  await requireEveryRow(duck, load);
  if (form === undefined)
    for (const name of Object.keys(mapping)) {
      const same = twin(mapping, name);
      if (same) await duck.run(`ALTER TABLE metadata_read ADD COLUMN ${name} VARCHAR`);
      if (same) await duck.run(`UPDATE metadata_read SET ${name} = ${same} ->> '$'`);
    }
  const wanted = categories.map(({ column }, index): [string, string, string] => [
    categoriesAt(index),
    column,
    NAME_CATEGORIES,
  ]);
  for (const [index, column] of attributes.entries()) wanted.push([`attribute${index}`, column, NAME_ATTRIBUTE]);
  for (const [name, column, remedy] of wanted) {
    if (names.includes(column)) continue;
    const [[filled]] = await duck.rows(`SELECT count(*) FROM metadata_read WHERE ${name} IS NOT NULL`);
    if (filled === 0) findColumn(file, ROLE, names, [column], remedy);
  }
  await splitCategories(duck, mapping, categories, form === undefined);
  if (kind === "json") await dropAbsent(duck, mapping);
  const skipped = await oneRowAnItem(duck, mapping, options.oneFile === true);
  return { skipped, mapping };
}

/** Of a further column that holds categories as well: the name in the table of those. */
function twin(mapping: Readonly<Record<string, string>>, name: string): string | undefined {
  if (!name.startsWith("attribute")) return undefined;
  return Object.keys(mapping).find((other) => isCategories(other) && mapping[other] === mapping[name]);
}

/** Name in the table of the field of category names that was named at this place. */
const categoriesAt = (index: number): string => (index === 0 ? "categories" : `categories${index + 1}`);

const isCategories = (name: string): boolean => /^categories\d*$/.test(name);

function chooseFields(
  file: TextFile,
  names: readonly string[],
  kind: "csv" | "json" | "parquet",
  { item, categories = [], attributes = [], oneFile }: ItemsOptions,
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
  for (const [index, { column }] of categories.entries()) {
    if (kind !== "json") findColumn(file, ROLE, names, [column], NAME_CATEGORIES);
    mapping[categoriesAt(index)] = column;
  }
  for (const [index, role] of (["title", "categories", "store", "mainCategory"] as const).entries()) {
    const name = role === "mainCategory" ? "main_category" : role;
    // JSON objects of one file may have different fields, so the usual ones are asked for even if the first lacks them.
    const usual = kind === "json" ? name : undefined;
    const field = headerless ? (index < 2 ? names[index + 1] : undefined) : (sniffColumn(role, names) ?? usual);
    if (mapping[name] === undefined && field !== undefined && !Object.values(mapping).includes(field))
      mapping[name] = field;
  }
  for (const [index, column] of attributes.entries()) {
    if (kind !== "json") findColumn(file, ROLE, names, [column], NAME_ATTRIBUTE);
    mapping[`attribute${index}`] = column;
  }
  return mapping;
}

/**
 * `category_places(row, place, name)`: a list of names, a list of lists (the older Amazon files), or one separated string. The names
 * of a second field stand behind those of the first.
 */
async function splitCategories(
  duck: Duck,
  mapping: Record<string, string>,
  settings: readonly CategoryColumn[],
  json: boolean,
): Promise<void> {
  await duck.run("CREATE TABLE category_places (row BIGINT, place BIGINT, name VARCHAR)");
  for (const [index, column] of Object.keys(mapping).filter(isCategories).entries()) {
    const text = json ? `${column} ->> '$'` : column;
    const isText = json ? `json_type(${column}) = 'VARCHAR'` : `${column} IS NOT NULL`;
    let separator = settings[index]?.separator;
    if (separator === undefined) {
      const sample = await duck.rows(`SELECT ${text} FROM metadata_read WHERE ${isText} LIMIT 500`);
      separator = sniffSeparator(sample.map(([value]) => String(value)));
      if (sample.length > 0) mapping[index === 0 ? "separator" : `separator${index + 1}`] = separator;
    }
    const lists = json
      ? `WHEN json_type(${column}) = 'ARRAY' AND json_type(${column}, '$[0]') = 'ARRAY' THEN ${column} ->> '$[*][*]'
         WHEN json_type(${column}) = 'ARRAY' THEN ${column} ->> '$[*]'`
      : "";
    await duck.run(
      `INSERT INTO category_places SELECT row, ${index * PLACES_A_FIELD} + generate_subscripts(names, 1) AS place, trim(unnest(names)) AS name FROM (
         SELECT rowid AS row, CASE ${lists}
           WHEN ${isText} AND starts_with(ltrim(${text}), '[[') AND try_cast(${text} AS VARCHAR[][]) IS NOT NULL THEN flatten(try_cast(${text} AS VARCHAR[][]))
           WHEN ${isText} AND starts_with(ltrim(${text}), '[') AND try_cast(${text} AS VARCHAR[]) IS NOT NULL THEN try_cast(${text} AS VARCHAR[])
           WHEN ${isText} THEN string_split(${text}, ${literal(separator)}) END AS names
         FROM metadata_read WHERE ${column} IS NOT NULL)`,
    );
  }
  await duck.run("DELETE FROM category_places WHERE coalesce(name, '') IN ('', '(no genres listed)')");
}

/** More names than one field of an item has. */
const PLACES_A_FIELD = 1_000_000;

/** Usual fields that no object has leave the mapping. */
async function dropAbsent(duck: Duck, mapping: Record<string, string>): Promise<void> {
  const names = Object.keys(mapping).filter(
    (name) => ["title", "store", "main_category"].includes(name) || isCategories(name),
  );
  if (names.length === 0) return;
  const counts = names.map((name) => `count(${name})`).join(", ");
  const [filled] = await duck.rows(`SELECT ${counts} FROM metadata_read`);
  for (const [index, name] of names.entries()) if (filled[index] === 0) delete mapping[name];
}

async function oneRowAnItem(duck: Duck, mapping: Readonly<Record<string, string>>, oneFile: boolean): Promise<Skip[]> {
  const columns = ["title", "store", "main_category"].map((name) =>
    mapping[name] === undefined ? `NULL::VARCHAR AS ${name}` : name,
  );
  for (const name of Object.keys(mapping).filter((own) => own.startsWith("attribute"))) columns.push(name);
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
