import { z } from "zod";
import { InputError, requireInput } from "../../base/errors";
import { memoryLimit } from "../../base/memory";
import { quote } from "../../base/quote";
import { described } from "../../base/settings";
import { findColumn, list, loadCsv, readForm, requireEveryRow } from "./csv";
import { type CsvForm, splitFields } from "./csv-rows";
import { dateOf, dateSql } from "./dates";
import type { Duck } from "./duck";
import { idFault, noIdSql } from "./ids";
import { jsonKeys, loadJson, missingField } from "./json-rows";
import type { Load, RowRule } from "./load";
import { isParquet, loadParquet, parquetColumns, sampleOfParquet } from "./parquet-rows";
import type { Rejects } from "./rejects";
import { mostlyNumbers, numberOf, type Role, sniffColumn } from "./sniff";
import type { TextFile } from "./text-file";

/** Settings of the columns, by name: {@link columnSettings} describes each. */
export type ColumnShape = {
  user: z.ZodOptional<z.ZodString>;
  item: z.ZodOptional<z.ZodString>;
  rating: z.ZodOptional<z.ZodString>;
  time: z.ZodOptional<z.ZodString>;
};

/** Names of the columns in the files; what is not named is guessed from the usual names. A file without a header has columns 1, 2, … */
export type Columns = z.infer<z.ZodObject<ColumnShape>>;

const column = (meaning: string): z.ZodOptional<z.ZodString> =>
  described(z.string().optional(), {
    ...{
      meaning: `${meaning} Guessed where it is not named.`,
      unit: "column",
      default: undefined,
      source: "the files",
    },
  });

/** Each setting of the columns. */
export const columnSettings: z.ZodObject<ColumnShape, z.core.$strict> = z.strictObject({
  user: column("Column of the ratings that has the user; 1, 2, … in a file without a header."),
  item: column("Column that has the item, in both files."),
  rating: column("Column of the ratings that has the rating; any is a positive unless a threshold is set."),
  time: column("Column of the ratings that has the time, a number or a date."),
});

/** Names tried first for the item id when none is given, in the metadata as well. */
export const ITEM_COLUMNS: readonly string[] = ["parent_asin", "item_id"];

/** Ratings with users and items as numbers, in the byte order of their ids; row r of all arrays is one rating. */
export interface CodedRatings {
  /** [ratings] */
  user: Int32Array;
  /** [ratings] */
  item: Int32Array;
  /** [ratings], where the file has them */
  rating?: Float32Array;
  /** [ratings] milliseconds since 1970 where they are dates or that large, else as the file has them */
  time?: Float64Array;
  /** [ratings] how many rows of the file each stands for, where equal ones were put together; else one each */
  copies?: Int32Array;
}

/** What reading the ratings gave; the tables `users(n, id)` and `items(n, id)` are left in the database. */
export interface RatingsRead {
  ratings: CodedRatings;
  /** Rows of the file that they come from. */
  rows: number;
  userIds: string[];
  itemIds: string[];
  /** The column that was taken for each role. */
  mapping: Partial<Record<Role, string>>;
  /** In words, which column of a usual name was not taken, and why. */
  passed: string[];
}

const LETTER: Readonly<Record<Role, string>> = { user: "u", item: "i", rating: "r", time: "t" };

/**
 * Read ratings from CSV, TSV, `::`-separated, JSON lines or Parquet. Ids stay strings, and are numbered in the database.
 *
 * @param rejects is told of the rows that cannot be used @param what role of the file, for messages
 * @throws InputError wrong column, no row, no usable row, too many that cannot be used
 */
export async function readRatings(
  duck: Duck,
  file: TextFile,
  columns: Columns,
  rejects: Rejects,
  what = "ratings",
): Promise<RatingsRead> {
  const kind = isParquet(file.path) ? "parquet" : file.firstLine.startsWith("{") ? "json" : "csv";
  const form = kind === "csv" ? readForm(file) : undefined;
  const names = form?.columns ?? (kind === "json" ? jsonKeys(file, what) : await parquetColumns(duck, file, what));
  const sample = form
    ? sampleOf(file, form)
    : kind === "json"
      ? sampleOfJson(file)
      : await sampleOfParquet(duck, file, names);
  const { mapping, passed } = chooseColumns(file, kind, names, columns, sample, what);
  const roles = Object.keys(mapping) as Role[];
  const dates = mapping.time !== undefined && !mostlyNumbers(sample.get(mapping.time) ?? []);
  const load: Load = { file, role: what, table: "raw", rule: ruleFor(roles, dates, file.innerMarks), rejects };
  if (form !== undefined) {
    const select = Object.fromEntries(roles.map((role) => [LETTER[role], names.indexOf(mapping[role] as string)]));
    await loadCsv(duck, load, form, select);
  } else {
    const fields = roles.map((role) => [LETTER[role], { field: mapping[role] as string, type: "VARCHAR" as const }]);
    await (kind === "json" ? loadJson : loadParquet)(duck, load, Object.fromEntries(fields));
  }
  const loaded = await requireEveryRow(duck, load);
  const [first] = rejects.listed;
  if (loaded === 0)
    throw new InputError(
      `The ${what} file ${file.path} has no row with both a user and an item${first ? ` (the first of ${rejects.count} bad rows is line ${first.line}: ${first.reason})` : ""}: check its columns.`,
    );
  const coded = await encode(duck, loaded, roles, numberSql(dates));
  return { ...coded, rows: loaded, mapping, passed };
}

/** Take the columns named, else those that look right; a guessed rating or time column must hold numbers or dates. */
function chooseColumns(
  file: TextFile,
  kind: string,
  names: readonly string[],
  chosen: Columns,
  sample: ReadonlyMap<string, readonly string[]>,
  what: string,
): Pick<RatingsRead, "mapping" | "passed"> {
  const mapping: Partial<Record<Role, string>> = {};
  const passed: string[] = [];
  const headerless = names[0] === "1";
  for (const [index, role] of (["user", "item", "rating", "time"] as const).entries()) {
    const named = chosen[role];
    const preferred = role === "item" ? ITEM_COLUMNS.find((name) => names.includes(name)) : undefined;
    const guess = headerless ? names[index] : (preferred ?? sniffColumn(role, names));
    if (named !== undefined || (guess === undefined && (role === "user" || role === "item"))) {
      const wanted = named === undefined ? (role === "user" ? ["user_id"] : ITEM_COLUMNS) : [named];
      if (kind !== "csv" && !wanted.some((name) => names.includes(name))) missingField(file, what, wanted, names);
      mapping[role] = names[findColumn(file, what, names, wanted)];
    } else if (guess !== undefined && !Object.values(mapping).includes(guess)) {
      const values = sample.get(guess);
      const numeric = role === "rating" || role === "time";
      if (!numeric || values === undefined || mostlyNumbers(values, role === "time")) mapping[role] = guess;
      else
        passed.push(
          `${quote(guess)} is not taken as the ${role}, since its first values are no ${role === "time" ? "dates or numbers" : "numbers"}`,
        );
    }
  }
  return { mapping, passed };
}

/** Values of each column in the first lines. */
function sampleOf(file: TextFile, form: CsvForm): Map<string, string[]> {
  const lines = file.head.slice(form.header ? 1 : 0, 200).map((line) => splitFields(line, form) ?? []);
  const whole = lines.filter((fields) => fields.length === form.columns.length);
  return new Map(form.columns.map((name, index) => [name, whole.map((fields) => fields[index])]));
}

function sampleOfJson(file: TextFile): Map<string, string[]> {
  const sample = new Map<string, string[]>();
  for (const line of file.head.slice(0, 200))
    try {
      for (const [name, value] of Object.entries(JSON.parse(line) as object))
        sample.set(name, [...(sample.get(name) ?? []), String(value ?? "")]);
    } catch {
      // A line that is no JSON is counted when the file is read.
    }
  return sample;
}

/** Ratings and times as SQL: numbers, or, where the times are dates, milliseconds since 1970. */
interface NumberSql {
  r: string;
  t: string;
}

const numberSql = (dates: boolean): NumberSql => ({
  r: "try_cast(r AS DOUBLE)",
  t: dates ? `${dateSql("t")}::DOUBLE` : "try_cast(t AS DOUBLE)",
});

/** Ratings are kept in single precision: beyond this there are none. */
const LARGEST_RATING = 3.4e38;

/** A number that the database reads as it is. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

function ruleFor(roles: readonly Role[], dates: boolean, marks: boolean): RowRule {
  const { r, t } = numberSql(dates);
  const sql = [noIdSql("u", marks), noIdSql("i", marks)];
  const numeric = roles.flatMap((role, index) => (role === "rating" || role === "time" ? [index] : []));
  if (roles.includes("rating")) sql.push(`NOT coalesce(abs(${r}) <= ${LARGEST_RATING}, false)`);
  if (roles.includes("time")) sql.push(`NOT coalesce(isfinite(${t}), false)`);
  return {
    numbers: roles.includes("time") && !dates ? ["r", "t"] : ["r"],
    sql: sql.join(" OR "),
    reason(values) {
      for (let index = 0; index < roles.length; index++) {
        const value = values[index];
        const role = roles[index];
        if (role === "user" || role === "item") {
          const fault = idFault(value);
          if (fault !== undefined) return fault;
        } else if (role === "rating") {
          const rating = numberOf(value);
          if (rating === undefined || Math.abs(rating) > LARGEST_RATING) return "rating that is no number";
        } else if ((dates ? dateOf(value) : numberOf(value)) === undefined)
          return `time that is no ${dates ? "date" : "number"}`;
      }
      return undefined;
    },
    plain(values) {
      if (numeric.every((index) => DECIMAL.test(values[index]))) return values;
      return values.map((value, index) => {
        if (!numeric.includes(index)) return value;
        if (roles[index] === "time" && dates) return new Date(dateOf(value) as number).toISOString();
        return String(numberOf(value));
      });
    },
  };
}

/** Number users and items by the byte order of their ids, and take the ratings out as numbers only. */
async function encode(
  duck: Duck,
  rows: number,
  roles: readonly Role[],
  sql: NumberSql,
): Promise<Pick<RatingsRead, "ratings" | "userIds" | "itemIds">> {
  for (const [table, id] of [
    ["users", "u"],
    ["items", "i"],
  ])
    await duck.run(
      `CREATE TABLE ${table} AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS n, id
       FROM (SELECT DISTINCT ${id} AS id FROM raw)`,
      "numbering users and items",
    );
  const columns = ["users.n AS user", "items.n AS item"];
  if (roles.includes("rating")) columns.push(`${sql.r}::FLOAT AS rating`);
  if (roles.includes("time")) columns.push(`${sql.t} AS time`);
  const coded = `SELECT ${columns.join(", ")} FROM raw JOIN users ON users.id = raw.u JOIN items ON items.id = raw.i`;
  const ratings = await numbersOf(duck, rows, roles, coded);
  await duck.run("DROP TABLE raw");
  const userIds = await duck.ids("users");
  const itemIds = await duck.ids("items");
  return { ratings, userIds, itemIds };
}

/** Bytes of a rating while distinct pairs are found: its columns, and a sorted copy of them. */
const RATING_BYTES = 48;

/** Take the ratings out as numbers; where they are many for the memory, equal ones are put together first, on disk if need be. */
async function numbersOf(duck: Duck, rows: number, roles: readonly Role[], coded: string): Promise<CodedRatings> {
  const room = memoryLimit() / 4;
  const grouped = rows * RATING_BYTES > room;
  let [from, size] = [coded, rows];
  if (grouped) {
    await duck.run(
      `CREATE TABLE coded AS SELECT *, count(*)::INTEGER AS copies FROM (${coded}) GROUP BY ALL`,
      "putting equal rows together",
    );
    size = Number((await duck.rows("SELECT count(*) FROM coded"))[0][0]);
    requireInput(
      size * RATING_BYTES <= 2 * room,
      `There is not enough memory for ${size.toLocaleString("en")} different ratings: they take some ${((size * RATING_BYTES) / 1e9).toFixed(1)} GB, and half of the ${((4 * room) / 1e9).toFixed(1)} GB that may be used is for them: give fewer, take a larger machine, or say in MSAE_MEMORY how much may be used.`,
    );
    from = "SELECT * FROM coded";
  }
  const ratings: CodedRatings = {
    user: new Int32Array(size),
    item: new Int32Array(size),
    ...(roles.includes("rating") && { rating: new Float32Array(size) }),
    ...(roles.includes("time") && { time: new Float64Array(size) }),
    ...(grouped && { copies: new Int32Array(size) }),
  };
  const { user, item, rating, time, copies } = ratings;
  const into = [user, item, rating, time, copies].filter((column) => column !== undefined);
  await duck.numbers(from, into);
  if (grouped) await duck.run("DROP TABLE coded");
  return ratings;
}

/** The mapping in words. */
export function mappingInWords(mapping: Partial<Record<string, string>>): string {
  return Object.entries(mapping)
    .map(([role, name]) => `${role} = ${list([String(name)])}`)
    .join(", ");
}
