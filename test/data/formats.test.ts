import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import { namesOf, pairsOf, rejection, scratch, source, writeParquet } from "./files";

const { dir, put } = scratch();

test("the MovieLens 1M form is read: no header, two colons, Latin-1, quotation marks that mean nothing", async () => {
  const ratings = put("ratings.dat", "1::0012::5::978300760\n1::13::3::978302109\n2::0012::4::978301968\n");
  const movies = put(
    "movies.dat",
    Buffer.from('0012::Caf\xe9 "Toy" (1995)::Animation|Comedy\n13::Heat (1995)::Action\n', "latin1"),
  );
  const dataset = await ingestFiles(source(ratings, movies, { maxRejected: 0 }));
  assert.equal(pairsOf(dataset.interactions), ["1 0012", "1 13", "2 0012"]);
  assert.equal(dataset.items.titles, ['Café "Toy" (1995)', "Heat (1995)"]);
  assert.equal(namesOf(dataset.items, 0), ["Animation", "Comedy"]);
  assert.equal([...(dataset.interactions.times ?? [])], [978300760, 978302109, 978301968]);
});

test("the newer MovieLens form is read by its names, and genres not listed are none", async () => {
  const ratings = put("ratings.csv", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n7,10,4.0,851868750\n");
  const movies = put(
    "movies.csv",
    'movieId,title,genres\n31,"Dangerous, Minds",Drama\n10,GoldenEye,(no genres listed)\n',
  );
  const dataset = await ingestFiles(source(ratings, movies, { maxRejected: 0 }));
  assert.match(
    dataset.mapping?.ratings ?? "",
    /user = "userId", item = "movieId", rating = "rating", time = "timestamp"/,
  );
  assert.equal(dataset.items.categoryNames, ["Drama"]);
  assert.equal(dataset.items.ids, ["31"]);
});

test("a shop nobody has seen, semicolons and other names, is read by naming its columns", async () => {
  const ratings = put(
    "sales.csv",
    "when;who;what;how much\n2020-01-01;k1;00A;3\n2021-06-01;k1;00B;5\n2022-01-01;k2;00A;4\n",
  );
  const items = put("goods.tsv", "what\tlabel\tshelf\n00A\tHat\tHead / Winter\n00B\tSock\tFoot\n");
  const dataset = await ingestFiles(
    source(ratings, items, {
      columns: { user: "who", item: "what", rating: "how much", time: "when" },
      categories: { column: "shelf", separator: " / " },
      maxRejected: 0,
    }),
  );
  assert.equal(pairsOf(dataset.interactions), ["k1 00A", "k1 00B", "k2 00A"]);
  assert.equal(dataset.items.categoryNames, ["Foot", "Head", "Winter"]);
  assert.is(dataset.interactions.times?.[0], Date.UTC(2020, 0, 1));
});

test("JSON lines and Parquet hold ratings as well as CSV does", async () => {
  const rows = [
    ["u1", "007", 4, 1000],
    ["u2", "007", 5, 2000],
    ["u2", "8", 1, 3000],
  ];
  const lines = rows.map(([user, item, stars, ts]) =>
    JSON.stringify({ reviewerID: user, asin: item, overall: stars, ts }),
  );
  const json = await ingestFiles(source(put("r.jsonl.gz", lines.join("\n")), undefined, { maxRejected: 0 }));
  const file = join(dir, "r.parquet");
  const values = rows.map(([user, item, stars, ts]) => `('${user}', '${item}', ${stars}, ${ts})`);
  await writeParquet(file, `SELECT * FROM (VALUES ${values.join(", ")}) AS t(customer_id, product_id, stars, ts)`);
  const parquet = await ingestFiles(source(file, undefined, { maxRejected: 0 }));
  assert.equal(pairsOf(json.interactions), ["u1 007", "u2 007", "u2 8"]);
  assert.equal(parquet.interactions, json.interactions);
});

test("what is called Parquet and is not is refused by name", async () => {
  const error = await rejection(ingestFiles(source(put("no.parquet", "PAR0 nothing"))));
  assert.instance(error, InputError);
  assert.match(error.message, /no\.parquet is not Parquet/);
});

const REPEATED = "user_id,item_id,rating,timestamp\nu,a,5,3\nu,a,2,9\nu,b,4,5\nv,a,3,1\n";

test("a rating threshold applies to the rating that counts: the latest, the earliest or the highest", async () => {
  const kept = async (repeats?: "latest" | "earliest" | "highest"): Promise<string[]> => {
    const dataset = await ingestFiles(
      source(put("rep.csv", REPEATED), undefined, { filter: { minRating: 4, repeats } }),
    );
    return pairsOf(dataset.interactions);
  };
  assert.equal(await kept(), ["u b"]);
  assert.equal(await kept("latest"), ["u b"]);
  assert.equal(await kept("earliest"), ["u a", "u b"]);
  assert.equal(await kept("highest"), ["u a", "u b"]);
});

test("a time range leaves out what lies outside, and says how much", async () => {
  const dataset = await ingestFiles(source(put("t.csv", REPEATED), undefined, { filter: { from: 3, until: 9 } }));
  assert.equal(pairsOf(dataset.interactions), ["u a", "u b"]);
  assert.equal(
    dataset.skipped.find(({ reason }) => /time range/.test(reason)),
    { reason: "ratings outside the time range", count: 2, examples: [] },
  );
  assert.is(dataset.funnel[1].note, "from 3, until 9");
});

test("a threshold without ratings and a range without times are one sentence each", async () => {
  const file = put("bare.csv", "user_id,item_id\nu,a\n");
  for (const filter of [{ minRating: 3 }, { from: "2015-01-01" }]) {
    const error = await rejection(ingestFiles(source(file, undefined, { filter })));
    assert.instance(error, InputError);
    assert.match(error.message, /--columns/);
  }
});

test("category names are cleaned when asked: entities, single letters, stores, notices", async () => {
  const items = [
    { parent_asin: "a", store: "Columbia", categories: ["Tops &amp; Tees", "C", "Columbia", "Women"] },
    { parent_asin: "b", categories: ["Women", "International Shipping Available", "Caf&eacute; Wear"] },
  ];
  const file = put("dirty.jsonl", items.map((item) => JSON.stringify(item)).join("\n"));
  const ratings = put("c.csv", "user_id,item_id\nu,a\nu,b\n");
  const cleaned = await ingestFiles(source(ratings, file, { cleanCategories: true }));
  // An entity that is not known stays, and is not said to have been written out.
  assert.equal(cleaned.items.categoryNames, ["Women", "Caf&eacute; Wear", "Tops & Tees"]);
  assert.equal(
    cleaned.skipped.filter(({ reason }) => /^category names/.test(reason)).map(({ count }) => count),
    [1, 1, 1, 1],
  );
  assert.is((await ingestFiles(source(ratings, file))).items.categoryNames.length, 6);
});

test("ordered paths give a tree in which one name may stand below two parents; flattened sets give none", async () => {
  const paths = Array.from({ length: 40 }, (_, at) => ["Root", at % 2 ? "Women" : "Men", "Shoes", `Kind ${at % 4}`]);
  const write = (name: string, lists: string[][]): string =>
    put(name, lists.map((categories, at) => JSON.stringify({ parent_asin: `i${at}`, categories })).join("\n"));
  const ratings = put("o.csv", `user_id,item_id\n${paths.map((_, at) => `u,i${at}`).join("\n")}\n`);
  const { tree } = await ingestFiles(source(ratings, write("paths.jsonl", paths)));
  assert.is(tree?.kind, "paths");
  const shoes = tree?.nodes.filter(({ name }) => name === "Shoes") ?? [];
  assert.equal(shoes.map(({ parent, depth, items }) => [tree?.nodes[parent].name, depth, items]).sort(), [
    ["Men", 3, 20],
    ["Women", 3, 20],
  ]);
  const mixed = paths.map((path, at) => (at % 3 === 0 ? [...path].reverse() : path));
  assert.is((await ingestFiles(source(ratings, write("sets.jsonl", mixed)))).tree, undefined);
});

test.run();
