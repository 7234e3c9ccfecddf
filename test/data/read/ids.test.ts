import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/src/base/errors";
import { openDuck } from "../../../lib/src/data/read/duck";
import { idFault, noIdSql } from "../../../lib/src/data/read/ids";
import { type Dataset, ingestFiles } from "../../../lib/src/data/read/ingest";
import { scratch, source, writeParquet } from "../files";

const { dir: folder } = scratch();

const read = (ratings: string): Promise<Dataset> => ingestFiles(source(ratings));

/** A Parquet file of what a query gives. */
async function parquet(name: string, query: string): Promise<string> {
  await writeParquet(join(folder, name), query);
  return join(folder, name);
}

const ODD = ["a", " a", "a ", "A", "caf\u00e9", "cafe\u0301", "\u200ba", "a\u00a0", "\ud83d\udc5f", "007", "7"];
const BAD = ["", " ", "\t", "\u00a0", "\u3000 ", "\ufeffa", "a\ufeff", "\ufeff"];

test("the rule of ids is the same in the database and in JavaScript", async () => {
  const duck = await openDuck();
  for (const id of [...ODD, ...BAD, "\u0001", "~", "\u007f", "\u2028", "\u180e"]) {
    const [[no]] = await duck.rows(`SELECT ${noIdSql("id", true)} FROM (SELECT '${id}' AS id)`);
    assert.is(no === 1, idFault(id) !== undefined, JSON.stringify(id));
  }
  duck.close();
});

test("odd ids stay as they are and apart, bad ones are counted by reason, whichever reader took the file", async () => {
  const csv = join(folder, "odd.csv");
  const rows = ODD.map((id, at) => `u${at},${id}`);
  writeFileSync(csv, `user_id,item_id\n${rows.join("\n")}\n`);
  const sorted = [...ODD].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.equal((await read(csv)).interactions.items, sorted);
  writeFileSync(csv, `user_id,item_id\n${[...rows, ...BAD.map((id) => `u,${id}`)].join("\n")}\n`);
  const { interactions, rejects = [] } = await read(csv);
  assert.equal(interactions.items, sorted);
  const count = (reason: string): number => rejects.filter((reject) => reject.reason === reason).length;
  assert.is(count("byte-order mark in an id"), 2);
  assert.is(count("empty id"), 6);
});

test("a byte-order mark is found in JSON as well, written out or as an escape of either case", async () => {
  const file = join(folder, "marks.jsonl");
  const lines = ["A", "\ufeffB", "C\\ufeff", "\\uFEFFD", "caf\\u00e9"].map(
    (id, at) => `{"user_id": "u${at}", "item_id": "${id}"}`,
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  const { interactions, rejects = [] } = await read(file);
  assert.equal(interactions.items, ["A", "café"]);
  assert.equal(
    rejects.map(({ line, reason }) => [line, reason]),
    [2, 3, 4].map((line) => [line, "byte-order mark in an id"]),
  );
});

test('a number of JSON is the id that its text is: 1 and "1" are one user', async () => {
  const file = join(folder, "numbers.jsonl");
  writeFileSync(
    file,
    '{"user_id": 1, "item_id": 7}\n{"user_id": "1", "item_id": "8"}\n{"user_id": "01", "item_id": 7}\n',
  );
  const { interactions } = await read(file);
  assert.equal(interactions.users, ["01", "1"]);
  assert.equal(interactions.items, ["7", "8"]);
});

test("bytes of Parquet without the mark of text are UTF-8, or are refused by column and row", async () => {
  const whole = await parquet(
    "bytes.parquet",
    "SELECT * FROM (VALUES (encode('u1'), encode('éI1')), (encode('u2'), encode('éI2'))) t(user_id, item_id)",
  );
  assert.equal((await read(whole)).interactions.items, ["éI1", "éI2"]);
  const latin = await parquet(
    "latin.parquet",
    "SELECT * FROM (VALUES (encode('u1'), encode('I1')), (encode('u2'), '\\xE9I2'::BLOB)) t(user_id, item_id)",
  );
  try {
    await read(latin);
    assert.unreachable("Latin-1 was read");
  } catch (error) {
    assert.instance(error, InputError);
    assert.match((error as Error).message, /1 values in the column "item_id" that are not UTF-8, the first in row 2/);
  }
});

test.run();
