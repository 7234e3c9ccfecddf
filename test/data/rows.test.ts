import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readForm } from "../../lib/src/data/read/csv";
import { countRecords, readCsvRows } from "../../lib/src/data/read/csv-rows";
import { ingestFiles } from "../../lib/src/data/read/ingest";
import { preflight } from "../../lib/src/data/read/preflight";
import { Rejects } from "../../lib/src/data/read/rejects";
import { openLab } from "../../lib/src/lab/lab";
import { pairsOf, rejection, scratch, source } from "./files";

const { dir, put } = scratch();
const SIGNS = [..."ab ,;\n\r"];
const field = fc.array(fc.constantFrom(...SIGNS, '""'), { maxLength: 8 }).map((signs) => signs.join(""));

test("records are counted by quotation marks and line ends as the row by row reader finds them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 40 }),
      fc.constantFrom("\n", "\r\n", "\n\n"),
      fc.boolean(),
      fc.boolean(),
      async (rows, end, mark, gzip) => {
        const text = `${mark ? "\uFEFF" : ""}"user","item"${end}${rows.map((row) => row.map((value) => `"${value}"`).join(",")).join(end)}`;
        const path = put(gzip ? "r.csv.gz" : "r.csv", text);
        const file = await preflight(path, "ratings");
        const form = readForm(file);
        const rejects = new Rejects(file, "ratings", 1);
        await readCsvRows(file, form, rejects, () => undefined);
        assert.is(rejects.rows, rows.length, JSON.stringify(text));
        assert.is(await countRecords(file, form), rows.length + 1, JSON.stringify(text));
      },
    ),
    { numRuns: 200 },
  );
});

test("records are counted across the pieces in which a file is read", async () => {
  const row = `"${"a\nb".repeat(7)}","${'""'.repeat(5)}"\r\n`;
  for (const name of ["long.csv", "long.csv.gz"]) {
    const text = `"user","item"\n${row.repeat(70_000)}`;
    const file = await preflight(put(name, name.endsWith("gz") ? gzipSync(text) : text), "ratings");
    assert.is(await countRecords(file, readForm(file)), 70_001);
  }
});

test("line ends in quotes, blank lines and CRLF: every row is read once, and none is bad", async () => {
  const rows = Array.from({ length: 500 }, (_, at) => (at % 3 ? `u${at},i${at % 7}` : `"u\n\n${at}","i${at % 7}"`));
  for (const end of ["\n", "\r\n", "\n\n\n"]) {
    const dataset = await ingestFiles(source(put("q.csv", `user_id,item_id${end}${rows.join(end)}${end}`)));
    assert.is(dataset.funnel[0].interactions, 500);
    assert.equal(dataset.rejects, []);
    assert.is(dataset.rejected, 0);
  }
});

test("a carriage return alone is no line end: the row is bad, and the rows beside it are kept", async () => {
  const dataset = await ingestFiles(source(put("cr.csv", "user_id,item_id\nu1,i1\nu2,i2\ru3,i3\nu4,i4\n")));
  assert.equal(pairsOf(dataset.interactions), ["u1 i1", "u4 i4"]);
  assert.equal(
    dataset.rejects?.map(({ line, reason }) => [line, reason]),
    [[3, "too many fields"]],
  );
});

test("JSON lines of spaces only, cut off, with two objects, or over several lines: bad rows have their own lines", async () => {
  const good = (at: number): string => `{"user_id":"u${at}","item_id":12345678901234567890,"n":1.50}`;
  const lines = [
    good(1),
    "  \t ",
    good(2),
    '{"user_id":"u","item',
    good(3) + good(4),
    "",
    '{"user_id":"u9",',
    '"item_id":"x"}',
    good(5),
  ];
  for (const name of ["j.jsonl", "j.jsonl.gz"]) {
    const dataset = await ingestFiles(source(put(name, `${lines.join("\n")}\n`)));
    assert.equal(
      pairsOf(dataset.interactions),
      [1, 2, 5].map((at) => `u${at} 12345678901234567890`),
    );
    assert.equal(
      dataset.rejects?.map(({ line, reason }) => [line, reason]),
      [4, 5, 7, 8].map((line) => [line, "no valid JSON"]),
    );
  }
});

test("line by line, JSON fields are what the database's own reader makes of them", async () => {
  const rows = [
    '{"item_id":"a","title":{"x":[1,2.50]},"categories":["A","B"]}',
    '{"item_id":1e2,"title":true,"categories":"A|B","a/b~\\"c":1}',
    '{"item_id":12345678901234567890123,"title":"\\u00e9\\n","categories":null}',
    '{"item_id":"b","title":null,"categories":[]}',
    '{"title":"no id"}',
    '{"item_id":"a","item_id":"twice"}',
  ];
  const ratings = put("for-items.csv", "user_id,item_id\nu,a\nu,b\nu,100.0\nu,12345678901234567890123\n");
  const read = async (text: string) => {
    const { items, skipped, rejects = [] } = await ingestFiles(source(ratings, put("items.jsonl", text)));
    return {
      items,
      skipped: skipped.map(({ reason, count }) => [reason, count]),
      reasons: rejects.map(({ reason }) => reason),
    };
  };
  // A line of spaces is what makes the file unusual.
  assert.equal(await read([...rows, " ", ""].join("\n")), await read([...rows, ""].join("\n")));
});

test("a file that is written to between its checksum and its end stops the stage, and nothing is kept", async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `u${at % 60},i${(at * 7) % 50}\n`);
  const ratings = put("growing.csv", `user_id,item_id\n${rows.join("")}`);
  const lab = await openLab({
    ratings,
    runs: join(dir, "runs"),
    runner: (_, work) => {
      appendFileSync(ratings, "late,late\n");
      return work(() => undefined);
    },
  });
  assert.match(
    (await rejection(lab.data())).message,
    /ratings file .*growing\.csv was changed while it was read: wait/,
  );
});

test.run();
