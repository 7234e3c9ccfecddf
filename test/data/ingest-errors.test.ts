import { join } from "node:path";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { type FileSource, ingestFiles } from "../../lib/src/data/read/ingest";
import { rejection, scratch, source } from "./files";

const { dir, put } = scratch();
const RATINGS = "user_id,parent_asin\nu1,a\nu2,b\n";
const ITEMS = '{"parent_asin":"a","categories":["A"]}\n{"parent_asin":"b","categories":["A"]}\n';

/** The error of an ingest: an InputError of one line and one sentence, without a stack or SQL, that names the file. */
async function sentence(from: FileSource, file: string): Promise<string> {
  const error = await rejection(ingestFiles(from));
  assert.instance(error, InputError);
  assert.not.match(error.message, /\n|SELECT|read_csv|read_json| {4}at /);
  assert.ok(error.message.includes(file), `names ${file}: ${error.message}`);
  assert.match(error.message, /^(The|No) .*\.$/);
  return error.message;
}

test("a missing ratings file is named", async () => {
  const file = join(dir, "nowhere.csv");
  assert.match(await sentence(source(file), file), /ratings file .* does not exist/);
});

test("a missing metadata file is named", async () => {
  const file = join(dir, "nowhere.jsonl");
  assert.match(await sentence(source(put("r.csv", RATINGS), file), file), /item metadata file .* does not exist/);
});

test("a folder in place of a file is named", async () => {
  assert.match(await sentence(source(dir), dir), /is a folder/);
});

test("a file of 0 bytes is empty", async () => {
  const file = put("zero.csv", "");
  assert.match(await sentence(source(file), file), /is empty \(0 bytes\)/);
});

test("a gzip file that holds nothing is empty", async () => {
  const file = put("zero.csv.gz", "");
  assert.match(await sentence(source(file), file), /is empty/);
});

test("a file of blank lines is empty", async () => {
  const file = put("blank.csv", "\n\r\n\n");
  assert.match(await sentence(source(file), file), /is empty \(no line with text\)/);
});

test("a header without a row is empty", async () => {
  const file = put("header.csv", "user_id,parent_asin\n\n");
  assert.match(await sentence(source(file), file), /is empty \(a header and no row\)/);
});

test("an empty metadata file is named", async () => {
  const file = put("zero.jsonl", "");
  assert.match(await sentence(source(put("r.csv", RATINGS), file), file), /is empty/);
});

test("a wrong column is answered with the columns found", async () => {
  const file = put("columns.csv", "who,what,stars\nu,a,1\n");
  assert.match(
    await sentence(source(file), file),
    /no column "user_id" .*line 1: it has "who", "what", "stars"; name .* --columns user=/,
  );
});

test("a named column that is not there is answered with the columns found", async () => {
  const file = put("r.csv", RATINGS);
  const message = await sentence(source(file, undefined, { columns: { rating: "stars" } }), file);
  assert.match(message, /no column "stars".*"user_id", "parent_asin"/);
});

test("a wrong item column of the metadata is answered with the fields found", async () => {
  const file = put("fields.jsonl", '{"code":"a","name":"x"}\n');
  const message = await sentence(source(put("r.csv", RATINGS), file), file);
  assert.match(message, /no "parent_asin" or "item_id" in its first lines: it has "code", "name"; name .*--columns/);
});

test("a named category column that is not there is answered with the fields found", async () => {
  const file = put("m.jsonl", ITEMS);
  const message = await sentence(source(put("r.csv", RATINGS), file, { categories: { column: "genres" } }), file);
  assert.match(
    message,
    /no column "genres" in its first lines: it has "parent_asin", "categories"; name .* --categories/,
  );
});

/** 20,001 lines, and where the gzip file that holds them can be cut. */
const LONG = `user_id,parent_asin\n${Array.from({ length: 20000 }, (_, n) => `u${(n * 7919) % 10007},i${n}`).join("\n")}\n`;
const ZIPPED = gzipSync(LONG);

test("a truncated gzip file is named, with the line in which it really breaks off", async () => {
  for (const keep of [1000, ZIPPED.length >> 1, ZIPPED.length - 100]) {
    const file = put("cut.csv.gz", ZIPPED.subarray(0, keep));
    const message = await sentence(source(file), file);
    const found = /truncated gzip file \(it breaks off in line ([\d,]+), after ([\d,]+) bytes of text\)/.exec(message);
    const [line, bytes] = [1, 2].map((group) => Number(found?.[group].replaceAll(",", "")));
    assert.is(LONG.slice(0, bytes).split("\n").length, line, message);
    const text = gunzipSync(ZIPPED.subarray(0, keep), { finishFlush: constants.Z_SYNC_FLUSH });
    assert.is(bytes, text.length);
    assert.match(message, /fetch or compress it again, and test it with `gzip -t`\.$/);
  }
});

test("a gzip file cut in its last bytes breaks off after its last line; one cut in its first has no line to name", async () => {
  const end = put("end.csv.gz", ZIPPED.subarray(0, ZIPPED.length - 3));
  assert.match(await sentence(source(end), end), /breaks off after line 20,001, after 246,706 bytes/);
  for (const keep of [5, 12, 30]) {
    const start = put("start.csv.gz", ZIPPED.subarray(0, keep));
    const message = await sentence(source(start), start);
    assert.match(message, /breaks off before its first byte of text\)/);
    assert.not.match(message, /line/);
  }
});

test("truncated gzip metadata is named, small as it is", async () => {
  const whole = gzipSync(ITEMS);
  const file = put("cut.jsonl.gz", whole.subarray(0, whole.length - 9));
  const message = await sentence(source(put("r.csv", RATINGS), file), file);
  assert.match(
    message,
    /item metadata file .* truncated gzip file \(it breaks off after line 2, after \d+ bytes of text\)/,
  );
});

test("a damaged gzip file is named", async () => {
  const whole = gzipSync(RATINGS.repeat(50));
  whole[whole.length - 6] ^= 0xff;
  const file = put("damaged.csv.gz", whole);
  assert.match(await sentence(source(file), file), /damaged gzip file \(incorrect data check, .*`gzip -t`/);
});

test("a file named .gz that is not gzip is named", async () => {
  const file = put("plain.csv.gz", Buffer.from(RATINGS));
  assert.match(await sentence(source(file), file), /not gzip although its name ends in \.gz/);
});

test("a binary file is named, with the line of its first NUL byte", async () => {
  const file = put("binary.csv", Buffer.from("user_id,parent_asin\nu,a\nu\0,b\n", "latin1"));
  assert.match(await sentence(source(file), file), /not a text file \(line 3 holds NUL bytes\)/);
});

test("a binary file inside gzip is named", async () => {
  const file = put("binary.csv.gz", gzipSync(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13])));
  assert.match(await sentence(source(file), file), /not a text file/);
});

test("a header that is not UTF-8 is named", async () => {
  const file = put("latin.csv", Buffer.from("utilisateur_\xe9,id\nu,a\n", "latin1"));
  assert.match(await sentence(source(file), file), /line 1 holds bytes that are not UTF-8/);
});

test("binary metadata is named", async () => {
  const file = put("binary.jsonl", Buffer.from([0x7b, 0, 1, 2, 3]));
  assert.match(await sentence(source(put("r.csv", RATINGS), file), file), /not a text file/);
});

test("a bad JSON line is named by its number where none is allowed", async () => {
  const file = put("bad.jsonl", `${ITEMS}\n{"parent_asin":"c",\n${ITEMS}`);
  const message = await sentence(source(put("r.csv", RATINGS), file, { maxRejected: 0.01 }), file);
  assert.match(
    message,
    /1 bad rows of 5 \(20 %\).* than the 1 % .*1 × no valid JSON \(first in line 4: {"parent_asin":"c",\)/,
  );
});

test("a bad JSON line deep in a large gzipped file is named by its number", async () => {
  const good = Array.from({ length: 60000 }, (_, n) => `{"parent_asin":"i${n}","categories":["A","B${n % 9}"]}`);
  good[54320] = good[54320].slice(0, -3);
  const file = put("deep.jsonl.gz", good.join("\n"));
  assert.match(await sentence(source(put("r.csv", RATINGS), file, { maxRejected: 0 }), file), /line 54321:/);
});

test("a JSON array in place of JSON lines is named", async () => {
  const file = put("array.jsonl", '[{"parent_asin":"a"}]\n');
  assert.match(await sentence(source(put("r.csv", RATINGS), file), file), /no JSON object in line 1 .*jq -c/);
});

test("a quotation mark that is never closed loses its own line and no other", async () => {
  const rows = Array.from({ length: 400 }, (_, n) => `${n === 200 ? '"' : ""}u${n},a`).join("\n");
  const file = put("quote.csv", `user_id,parent_asin\n${rows}\n`);
  const message = await sentence(source(file, undefined, { maxRejected: 0 }), file);
  assert.match(message, /1 bad rows of 400 .*quotation mark that is never closed \(first in line 202:/);
});

test("rows that are all without ids are named", async () => {
  const file = put("no-ids.csv", "user_id,parent_asin\n,a\nu,\n");
  assert.match(await sentence(source(file), file), /no row with both a user and an item/);
});

test("metadata that shares no id with the ratings shows three ids of each", async () => {
  const ratings = put("r4.csv", "user_id,parent_asin\nu,a\nu,b\nu,c\nu,d\n");
  const file = put("strangers.jsonl", ["w", "x", "y", "z"].map((id) => `{"parent_asin":"${id}"}`).join("\n"));
  const message = await sentence(source(ratings, file), file);
  assert.match(message, /shares no item id .*metadata: "w", "x", "y"; ratings: "a", "b", "c"\)/);
});

test("thresholds that leave nothing say which step emptied the data", async () => {
  const file = put("r.csv", RATINGS);
  const prune = { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 40 };
  assert.match(
    await sentence(source(file, undefined, { prune }), file),
    /users with at least 3, items with at least 5/,
  );
});

test("a main category that no item has is named", async () => {
  const prune = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0, mainCategory: "BOOKS" };
  const from = source(put("r.csv", RATINGS), put("m.jsonl", ITEMS), { prune });
  assert.match(await sentence(from, "BOOKS"), /main_category "BOOKS"/);
});

test("a threshold that is no whole number is named", async () => {
  const prune = { minUserRatings: 1.5, minItemRatings: 0, minCategoryItems: 0 };
  const error = await rejection(ingestFiles(source(put("r.csv", RATINGS), undefined, { prune })));
  assert.instance(error, InputError);
  assert.match(error.message, /prune\.minUserRatings is 1\.5/);
});

test("file names with quotes, spaces and glob characters are read", async () => {
  const dataset = await ingestFiles(source(put("it's [1] *.csv", RATINGS), put("it's [1] ?.jsonl", ITEMS)));
  assert.is(dataset.interactions.csr.indices.length, 2);
});

test.run();
