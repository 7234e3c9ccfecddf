import { InputError, requireInput } from "../errors";
import { findColumn, loadCsv, readHeader } from "./csv";
import { type FunnelStep, funnelStep, type Skip } from "./dataset";
import type { Duck } from "./duck";
import type { TextFile } from "./preflight";

/** Names of the columns in the files; what is not named has the defaults of Amazon Reviews 2023. */
export interface Columns {
  /** Default `user_id`. */
  user?: string;
  /** In both files; default `parent_asin`, or `item_id` where that is absent. */
  item?: string;
  /** Not needed, since any rating is a positive; checked to be there when named. */
  rating?: string;
  /** Not needed; checked to be there when named. */
  time?: string;
}

/** Names tried for the item id when none is given. */
export const ITEM_COLUMNS: readonly string[] = ["parent_asin", "item_id"];

/** What went into the database, and what it took to get there. */
export interface Loaded {
  funnel: FunnelStep[];
  skipped: Skip[];
}

/**
 * Read ratings as distinct (user, item) pairs into three tables: `users(n, id)` and `items(n, id)`, numbered in the byte
 * order of their ids, and `pairs(u, i)` of those numbers. Ids stay strings; any rating is a positive (arXiv 2606.29341, section 3).
 *
 * @throws InputError wrong column, no row, no usable row
 */
export async function readRatings(duck: Duck, file: TextFile, columns: Columns): Promise<Loaded> {
  requireInput(
    !file.firstLine.startsWith("{"),
    `The ratings file ${file.path} holds JSON in line ${file.firstLineNumber}: ratings are read from CSV or TSV with a header.`,
  );
  const header = readHeader(file.firstLine);
  const find = (names: readonly string[]): number => findColumn(file, "ratings", header, names);
  const user = find([columns.user ?? "user_id"]);
  const item = find(columns.item === undefined ? ITEM_COLUMNS : [columns.item]);
  for (const named of [columns.rating, columns.time]) if (named !== undefined) find([named]);
  const { malformed, examples } = await loadCsv(duck, file, "ratings", header, "raw", { u: user, i: item });

  const skipped: Skip[] = [];
  if (malformed > 0)
    skipped.push({
      reason: "malformed lines of the ratings (wrong number of fields, or broken text)",
      count: malformed,
      examples,
    });
  const empty = await skipEmptyIds(duck);
  if (empty) skipped.push(empty);
  const rows = await numberIds(duck, file);
  const repeated = await distinctPairs(duck, rows);
  if (repeated) skipped.push(repeated);

  const [[users, items, pairs]] = await duck.rows(
    "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM items), (SELECT count(*) FROM pairs)",
  );
  const size = [Number(users), Number(items)] as const;
  return {
    funnel: [
      funnelStep("ratings as read", ...size, rows),
      funnelStep("distinct user–item pairs", ...size, Number(pairs), "any rating is a positive"),
    ],
    skipped,
  };
}

async function skipEmptyIds(duck: Duck): Promise<Skip | undefined> {
  const blank = (id: string): string => `coalesce(trim(${id}), '') = ''`;
  const where = `${blank("u")} OR ${blank("i")}`;
  const [[count]] = await duck.rows(`SELECT count(*) FROM raw WHERE ${where}`);
  if (count === 0) return undefined;
  const kinds = await duck.rows(
    `SELECT DISTINCT CASE WHEN ${blank("u")} AND ${blank("i")} THEN 'neither user nor item'
       WHEN ${blank("u")} THEN 'item ' || i || ' without a user' ELSE 'user ' || u || ' without an item' END AS kind
     FROM raw WHERE ${where} ORDER BY kind LIMIT 3`,
  );
  await duck.run(`DELETE FROM raw WHERE ${where}`);
  return { reason: "ratings with an empty id", count: Number(count), examples: kinds.map(([kind]) => String(kind)) };
}

/** Number users and items by the byte order of their ids and keep the ratings as numbers only; returns how many there are. */
async function numberIds(duck: Duck, file: TextFile): Promise<number> {
  const [[rows]] = await duck.rows("SELECT count(*) FROM raw");
  if (rows === 0)
    throw new InputError(`The ratings file ${file.path} has no row with both a user and an item: check its columns.`);
  for (const [table, id] of [
    ["users", "u"],
    ["items", "i"],
  ])
    await duck.run(
      `CREATE TABLE ${table} AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS n, id
       FROM (SELECT DISTINCT ${id} AS id FROM raw)`,
    );
  await duck.run(
    `CREATE TABLE coded AS SELECT users.n AS u, items.n AS i FROM raw
     JOIN users ON users.id = raw.u JOIN items ON items.id = raw.i`,
  );
  await duck.run("DROP TABLE raw");
  return Number(rows);
}

async function distinctPairs(duck: Duck, rows: number): Promise<Skip | undefined> {
  await duck.run("CREATE TABLE pairs AS SELECT DISTINCT u, i FROM coded");
  const [[pairs]] = await duck.rows("SELECT count(*) FROM pairs");
  const count = rows - Number(pairs);
  const examples =
    count === 0
      ? []
      : await duck.rows(
          `SELECT users.id || ' ' || items.id FROM (SELECT u, i FROM coded GROUP BY u, i HAVING count(*) > 1
             ORDER BY u, i LIMIT 3) AS twice JOIN users ON users.n = u JOIN items ON items.n = i ORDER BY u, i`,
        );
  await duck.run("DROP TABLE coded");
  if (count === 0) return undefined;
  return {
    reason: "repeated ratings of one user and item (counted once)",
    count,
    examples: examples.flat().map(String),
  };
}
