import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import type { CategoryColumn } from "../../lib/src/data/read/read-items";
import type { Dataset } from "../../lib/src/records/dataset";
import { namesOf, rejection, scratch, source, writeParquet } from "./files";

const { dir, put } = scratch();
const RATINGS = put("ratings.csv", "user_id,item_id\nu,007\nu,8\nv,9\nv,007\n");

/** id, title, store, categories: one repeated item, one without an id, one without categories, quotes and commas in a title. */
const ROWS: [string | null, string, string | null, string[]][] = [
  ["007", 'Boot, "tall"', "Blix", ["Women", "Shoes & Boots", "Boots"]],
  ["8", "Scarf", null, ["Men", "Scarves"]],
  [null, "Ghost", "Nobody", ["Women"]],
  ["8", "Scarf again", "Late", ["Women"]],
  ["9", "Thing", "Blix", []],
  ["99", "Never rated", "Blix", ["Women"]],
];

const json = (categories: (names: string[]) => unknown): string =>
  ROWS.map(([item_id, title, store, names]) =>
    JSON.stringify({ item_id, title, store, shelf: categories(names) }),
  ).join("\n");

const delimited = (delimiter: string, categories: (names: string[]) => string): string => {
  const quoted = (text: string | null): string => `"${(text ?? "").replaceAll('"', '""')}"`;
  const lines = ROWS.map(([id, title, store, names]) =>
    [id, title, store, categories(names)].map(quoted).join(delimiter),
  );
  return [["item_id", "title", "store", "shelf"].join(delimiter), ...lines, ""].join("\n");
};

/** A Parquet file of these rows; `shelf` is the SQL of the category column over `names`, a list of strings. */
async function parquet(name: string, shelf: string): Promise<string> {
  const path = join(dir, name);
  const text = (value: string | null): string => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);
  const rows = ROWS.map(([id, title, store, names]) => {
    return `(${[id, title, store].map(text).join(", ")}, [${names.map(text).join(", ")}]::VARCHAR[])`;
  });
  await writeParquet(
    path,
    `SELECT item_id, title, store, ${shelf} AS shelf FROM (VALUES ${rows.join(", ")}) AS t(item_id, title, store, names)`,
  );
  return path;
}

/** What every form must give; the line of the row without an id is the form's own. */
function check({ items, skipped, rejects = [], funnel }: Dataset, line: number, form: string): void {
  assert.equal(items.ids, ["007", "8"], form);
  assert.equal(items.titles, ['Boot, "tall"', "Scarf"], form);
  assert.equal(items.stores, ["Blix", ""], form);
  assert.equal(items.categoryNames, ["Boots", "Men", "Scarves", "Shoes & Boots", "Women"], form);
  assert.equal(
    [0, 1].map((row) => namesOf(items, row)),
    [
      ["Boots", "Shoes & Boots", "Women"],
      ["Men", "Scarves"],
    ],
    form,
  );
  assert.equal(
    rejects.map((reject) => [reject.reason, reject.line]),
    [["empty id", line]],
    form,
  );
  assert.equal(
    skipped.map(({ reason, count, examples }) => [reason, count, ...examples]),
    [
      ["rows of the item metadata: empty id", 1, `line ${line}`],
      ["metadata rows that repeat an item (the first is kept)", 1, "8"],
      ["metadata items without a rating", 1, "99"],
      ["items left without a kept category", 1, "9"],
      ["users left with one item (kept, though never in both train and test)", 1, "v"],
    ],
    form,
  );
  assert.equal(funnel.map(({ users, items, interactions }) => [users, items, interactions]).at(-1), [2, 2, 3], form);
}

const LIST: CategoryColumn = { column: "shelf" };
const BARS: CategoryColumn = { column: "shelf", separator: " | " };
const bars = (names: string[]): string => names.join(" | ");
const literal = (names: string[]): string => `[${names.map((name) => `'${name}'`).join(", ")}]`;

test("item metadata gives one table whatever form it comes in", async () => {
  const forms: [string, number, CategoryColumn][] = [
    [
      put(
        "list.jsonl",
        json((names) => names),
      ),
      3,
      LIST,
    ],
    [
      put(
        "lists.jsonl",
        json((names) => [names]),
      ),
      3,
      LIST,
    ],
    [put("text.jsonl.gz", gzipSync(json(bars))), 3, BARS],
    [put("bars.csv", delimited(",", bars)), 4, BARS],
    [
      put(
        "guessed.csv",
        delimited(",", (names) => names.join("|")),
      ),
      4,
      LIST,
    ],
    [
      put(
        "list.csv",
        delimited(",", (names) => JSON.stringify(names)),
      ),
      4,
      LIST,
    ],
    [
      put(
        "lists.csv",
        delimited(",", (names) => JSON.stringify([names])),
      ),
      4,
      LIST,
    ],
    [put("python.csv.gz", gzipSync(delimited(",", literal))), 4, LIST],
    [put("bars.tsv", delimited("\t", bars)), 4, BARS],
    [put("list.tsv.gz", gzipSync(delimited("\t", literal))), 4, LIST],
    [await parquet("list.parquet", "names"), 3, LIST],
    [await parquet("lists.parquet", "[names]"), 3, LIST],
    [await parquet("bars.parquet", "array_to_string(names, ' | ')"), 3, BARS],
    [await parquet("text.parquet", "to_json(names)::VARCHAR"), 3, LIST],
  ];
  for (const [path, line, categories] of forms)
    check(await ingestFiles(source(RATINGS, path, { categories })), line, path);
});

test("Parquet metadata is sniffed like the others: category and item columns by their usual names", async () => {
  const path = join(dir, "usual.parquet");
  await writeParquet(path, "SELECT '007' AS parent_asin, ['A', 'B'] AS categories, 'FASHION' AS main_category");
  const dataset = await ingestFiles(
    source(RATINGS, path, {
      prune: { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0, mainCategory: "FASHION" },
    }),
  );
  assert.equal(dataset.items.categoryNames, ["A", "B"]);
  assert.is(dataset.mapping?.items, 'id = "parent_asin", categories = "categories", main_category = "main_category"');
});

test("a category or item column that Parquet metadata lacks is answered with its columns", async () => {
  const path = await parquet("columns.parquet", "names");
  const wrong = await rejection(ingestFiles(source(RATINGS, path, { categories: { column: "genres" } })));
  assert.instance(wrong, InputError);
  assert.match(wrong.message, /no column "genres" among its columns: it has "item_id", "title", "store", "shelf"/);
  const bare = join(dir, "bare.parquet");
  await writeParquet(bare, "SELECT 'a' AS code");
  const nameless = await rejection(ingestFiles(source(RATINGS, bare)));
  assert.instance(nameless, InputError);
  assert.match(nameless.message, /no "parent_asin" or "item_id" among its columns: it has "code"/);
});

test("a Parquet metadata file that was cut off is named", async () => {
  const whole = await parquet("whole.parquet", "names");
  const cut = put("cut.parquet", readFileSync(whole).subarray(0, 200));
  const error = await rejection(ingestFiles(source(RATINGS, cut)));
  assert.instance(error, InputError);
  assert.match(error.message, /cut\.parquet is no whole Parquet file/);
});

test.run();
