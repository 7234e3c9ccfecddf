import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Progress } from "../../../lib/src/base/progress";
import { type Dataset, ingestFiles, type Skip } from "../../../lib/src/data/read/ingest";
import { namesOf, pairsOf, rejection, scratch, source } from "../files";

const { put } = scratch();

const RATINGS = `user_id,parent_asin,rating,timestamp
u2,0007,5.0,1
u1,0007,1.0,2
u1,007,3.0,3
u10,7,4.0,4
`;
const ITEMS = [
  { parent_asin: "7", categories: ["Root", "B"], title: "seven", store: "S" },
  { parent_asin: "0007", categories: ["Root", "A", "A", " "], title: null },
  { parent_asin: "007", categories: [], title: "double-o seven" },
];
const jsonl = (rows: readonly unknown[]): string => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
const find = (dataset: Dataset, part: string): Skip | undefined =>
  dataset.skipped.find((skip) => skip.reason.includes(part));
const digest = (dataset: Dataset): string => createHash("sha256").update(JSON.stringify(dataset)).digest("hex");

test("ids are strings whose leading zeros survive, sorted by bytes, and any rating is a positive", async () => {
  const { interactions } = await ingestFiles(source(put("a.csv", RATINGS)));
  assert.equal(interactions.users, ["u1", "u10", "u2"]);
  assert.equal(interactions.items, ["0007", "007", "7"]);
  assert.equal(pairsOf(interactions), ["u1 0007", "u1 007", "u10 7", "u2 0007"]);
});

test("metadata is joined by id: titles, stores and categories stand in the rows of the interactions' items", async () => {
  const { items, interactions } = await ingestFiles(source(put("a.csv", RATINGS), put("a.jsonl", jsonl(ITEMS))));
  // 007 has no category, so pruning drops it although every name is kept.
  assert.equal(interactions.items, ["0007", "7"]);
  assert.equal(items.ids, interactions.items);
  assert.equal(items.titles, ["", "seven"]);
  assert.equal(items.stores, ["", "S"]);
  assert.equal(items.categoryNames, ["Root", "A", "B"]);
  assert.equal(namesOf(items, 0), ["Root", "A"]);
  assert.equal(namesOf(items, 1), ["Root", "B"]);
});

test("plain, gzipped, tab-separated, CRLF and reordered files with further columns give the same data", async () => {
  const plain = await ingestFiles(source(put("same.csv", RATINGS), put("same.jsonl", jsonl(ITEMS))));
  const zipped = await ingestFiles(source(put("same.csv.gz", RATINGS), put("same.jsonl.gz", jsonl(ITEMS))));
  const tabs = `\uFEFF${RATINGS.replaceAll(",", "\t").replaceAll("\n", "\r\n")}`;
  const tsv = await ingestFiles(source(put("same.tsv", tabs), put("same2.jsonl", jsonl([...ITEMS].reverse()))));
  const moved = RATINGS.split("\n").map((line) => (line ? `x,${line.split(",").reverse().join(",")}` : line));
  const other = await ingestFiles(source(put("moved.csv", moved.join("\n")), put("same.jsonl", jsonl(ITEMS))));
  for (const dataset of [zipped, tsv, other]) {
    assert.equal(dataset.interactions, plain.interactions);
    assert.equal(dataset.items, plain.items);
    assert.equal(dataset.funnel, plain.funnel);
  }
});

test("an unnamed index column, quoted ids with commas and blank lines are read", async () => {
  const file = put("index.csv", ',user_id,parent_asin\n0,"u,1",a\n\n1,u2,"b""c"\n');
  assert.equal(pairsOf((await ingestFiles(source(file))).interactions), ["u,1 a", 'u2 b"c']);
});

test("columns are taken by the names given, in both files", async () => {
  const ratings = put("movies.csv", "userId,movieId,rating,timestamp\n1,010,4,0\n2,011,4,0\n");
  const items = put("movies-meta.csv", 'movieId,title,genres\n010,"One, Two",Drama|War\n011,Three,War\n');
  const { interactions, items: table } = await ingestFiles(
    source(ratings, items, {
      columns: { user: "userId", item: "movieId", rating: "rating", time: "timestamp" },
      categories: { column: "genres", separator: "|" },
    }),
  );
  assert.equal(pairsOf(interactions), ["1 010", "2 011"]);
  assert.equal(table.titles, ["One, Two", "Three"]);
  assert.equal(table.categoryNames, ["War", "Drama"]);
  assert.equal(namesOf(table, 0), ["War", "Drama"]);
});

for (const [form, put2] of [
  [
    "csv",
    (rows: object[]) => put("h.csv", [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].join("\n")),
  ],
  ["jsonl", (rows: object[]) => put("h.jsonl", jsonl(rows))],
] as const)
  test(`names of several columns are an item's, and a column is kept for an axis, from ${form}`, async () => {
    const ratings = put("h-ratings.csv", "user_id,item_id\nu,1\nu,2\nu,3\n");
    const items = put2([
      { item_id: "1", group: "Ladieswear", type: "Dress|Red" },
      { item_id: "2", group: "Menswear", type: "Shirt" },
      { item_id: "3", group: "", type: "Shirt" },
    ]);
    const asked = {
      categories: [{ column: "group" }, { column: "type", separator: "|" }],
      attributes: ["type", "group"],
    };
    const { items: table, tree } = await ingestFiles(source(ratings, items, asked));
    assert.equal(
      [0, 1, 2].map((row) => namesOf(table, row).sort().join()),
      ["Dress,Ladieswear,Red", "Menswear,Shirt", "Shirt"],
    );
    assert.equal(table.attributes, { type: ["Dress|Red", "Shirt", "Shirt"], group: ["Ladieswear", "Menswear", ""] });
    assert.is(tree, undefined, "the order of columns is no path");
    for (const wrong of [{ attributes: ["sex"] }, { categories: [{ column: "group" }, { column: "sex" }] }]) {
      const says = await rejection(ingestFiles(source(ratings, items, wrong)));
      assert.match(says.message, /sex.*group/);
    }
  });

test("item_id is understood where parent_asin is absent, and numbers in JSON become ids", async () => {
  const ratings = put("short.csv", "user_id,item_id\nu,12\nu,13\n");
  const { items } = await ingestFiles(
    source(
      ratings,
      put(
        "short.jsonl",
        jsonl([
          { item_id: 12, categories: "A" },
          { item_id: 13, categories: [["A", "B"], ["C"]] },
        ]),
      ),
    ),
  );
  assert.equal(items.ids, ["12", "13"]);
  assert.equal(items.categoryNames, ["A", "B", "C"]);
});

test("without metadata, items have ids only", async () => {
  const { items, interactions, source: words } = await ingestFiles(source(put("a.csv", RATINGS)));
  assert.equal(items.ids, interactions.items);
  assert.equal(items.categoryNames, []);
  assert.equal(items.categories.rows, 3);
  assert.is(items.titles, undefined);
  assert.is(words, "a.csv");
});

test("metadata without any category drops no item", async () => {
  const rows = ITEMS.map(({ parent_asin, title }) => ({ parent_asin, title }));
  const { items } = await ingestFiles(source(put("a.csv", RATINGS), put("bare.jsonl", jsonl(rows))));
  assert.equal(items.ids, ["0007", "007", "7"]);
  assert.equal(items.titles, ["", "double-o seven", "seven"]);
});

test("repeated ratings, empty ids and malformed lines are counted and stated with examples", async () => {
  const file = put(
    "dirty.csv",
    "user_id,parent_asin,rating\nu1,a,1\nu1,a,2\nu1,a,3\n,a,1\nu9,,1\nu2\nu2,b,1,2,3\nu2,b,1\nu3,b,1\n",
  );
  const dataset = await ingestFiles(source(file));
  assert.equal(pairsOf(dataset.interactions), ["u1 a", "u2 b", "u3 b"]);
  assert.equal(find(dataset, "repeated ratings"), {
    reason: "repeated ratings of one user and item (counted once)",
    count: 2,
    examples: ["u1 a"],
  });
  assert.equal(find(dataset, "empty id")?.count, 2);
  assert.equal(find(dataset, "empty id")?.examples, ["line 5", "line 6"]);
  assert.equal(find(dataset, "too few fields")?.examples, ["line 7"]);
  assert.equal(find(dataset, "too many fields")?.examples, ["line 8"]);
  assert.equal(
    dataset.funnel.slice(0, 2).map(({ interactions }) => interactions),
    [5, 3],
  );
});

test("a line that is not UTF-8 is stated by its number and the lines around it are read", async () => {
  const dataset = await ingestFiles(
    source(put("latin.csv", Buffer.from("user_id,parent_asin\nu1,a\nu\xe9,b\nu2,b\n", "latin1"))),
  );
  assert.equal(pairsOf(dataset.interactions), ["u1 a", "u2 b"]);
  assert.equal(find(dataset, "not UTF-8")?.examples, ["line 3"]);
});

test("an id on one side only is a stated, counted skip", async () => {
  const items = [...ITEMS.slice(0, 2), { parent_asin: "nobody-rated", categories: ["A"] }];
  const dataset = await ingestFiles(source(put("a.csv", RATINGS), put("side.jsonl", jsonl(items))));
  assert.equal(find(dataset, "item has no metadata"), {
    reason: "ratings whose item has no metadata",
    count: 1,
    examples: ["007"],
  });
  assert.equal(find(dataset, "metadata items without a rating")?.examples, ["nobody-rated"]);
});

test("metadata rows that repeat an item or lack an id are counted, and the first row of an item is kept", async () => {
  const items = [{ categories: ["A"] }, ...ITEMS, { parent_asin: "7", categories: ["Z"], title: "later" }];
  const dataset = await ingestFiles(
    source(put("a.csv", RATINGS), put("twice.jsonl", jsonl(items).replace("{", '{"parent_asin":"",'))),
  );
  assert.equal(dataset.items.titles?.at(-1), "seven");
  assert.not(dataset.items.categoryNames.includes("Z"));
  assert.equal(find(dataset, "repeat an item")?.examples, ["7"]);
  assert.equal(
    dataset.rejects?.map(({ line, reason }) => [line, reason]),
    [[1, "empty id"]],
  );
});

test("users with one item are stated, before pruning and after", async () => {
  const dataset = await ingestFiles(source(put("a.csv", RATINGS)));
  assert.equal(find(dataset, "never be in both train and test"), {
    reason: "users with one item, who can never be in both train and test",
    count: 2,
    examples: ["u10", "u2"],
  });
  assert.is(find(dataset, "users left with one item")?.count, 2);
});

test("the same files give the same bytes whatever the order of their rows", async () => {
  const lines = Array.from({ length: 3000 }, (_, n) => `u${(n * 7919) % 211},i${(n * 104729) % 97}`);
  const write = (name: string, rows: readonly string[]): string =>
    put(name, `user_id,parent_asin\n${rows.join("\n")}\n`);
  const meta = (name: string, order: number): string =>
    put(
      name,
      jsonl(
        Array.from({ length: 97 }, (_, i) => (i * order) % 97).map((i) => ({
          parent_asin: `i${i}`,
          categories: [`c${i % 5}`, "r"],
        })),
      ),
    );
  const one = await ingestFiles(source(write("o.csv", lines), meta("o.jsonl", 1)));
  const other = await ingestFiles(source(write("o.csv", [...lines].reverse()), meta("o.jsonl", 5)));
  assert.is(digest(one), digest(other));
});

test("progress is reported, and a listener that throws stops the work", async () => {
  const file = put("progress.csv", RATINGS);
  const seen: Progress[] = [];
  await ingestFiles(source(file), (progress) => {
    seen.push(progress);
  });
  assert.ok(seen.length > 5);
  assert.ok(seen.every(({ done, total }) => done <= total));
  const stopped = await rejection(
    ingestFiles(source(file), ({ phase }) => {
      if (phase === "pruning") throw new Error("stop here");
    }),
  );
  assert.is(stopped.message, "stop here");
});

const REAL = process.env.MSAE_REAL_DATA ?? resolve(__dirname, "../../../../shared/data/amazon-clothing-2014");
const isThere = existsSync(join(REAL, "ratings.csv.gz"));
if (!isThere) console.log("skip: the 2014 clothing set is not here (MSAE_REAL_DATA names its folder)");

(isThere ? test : test.skip)("the real clothing set keeps its published size and its gender counts", async () => {
  const dataset = await ingestFiles(
    source(join(REAL, "ratings.csv.gz"), join(REAL, "items.jsonl.gz"), {
      prune: { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 40 },
      maxRejected: 0,
    }),
  );
  const last = dataset.funnel.at(-1);
  assert.equal([last?.users, last?.items, last?.interactions], [39_387, 23_033, 278_677]);
  const tally = { women: 0, men: 0, both: 0 };
  dataset.items.ids.forEach((_, row) => {
    const names = namesOf(dataset.items, row);
    const [women, men] = [names.includes("Women"), names.includes("Men")];
    if (women || men) tally[women && men ? "both" : women ? "women" : "men"]++;
  });
  assert.equal(tally, { women: 14_277, men: 5_258, both: 503 });
  assert.is(dataset.tree, undefined, "its categories are sets, not paths");
});

test.run();
