import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Dataset, ingestFiles } from "../../lib/src/data/read/ingest";
import { linesOf } from "../../lib/src/data/read/lines";
import { rejectsCsv, TooManyRejects } from "../../lib/src/data/read/rejects";
import { rejection, scratch, source } from "./files";

const { dir, put } = scratch();
const ROWS = 3000;

/** A ratings file of 3,000 rows, some of them replaced by bad ones; line 1 is the header. */
function ratings(bad: Readonly<Record<number, string | Buffer>>, start = ""): Buffer {
  const lines: (string | Buffer)[] = [`${start},user_id,parent_asin,rating,timestamp`];
  for (let line = 2; line <= ROWS + 1; line++)
    lines.push(bad[line] ?? `${line},u${line % 700},i${line % 50},4.0,${line}`);
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
}

const found = ({ rejects = [] }: Dataset): [number, string][] => rejects.map(({ line, reason }) => [line, reason]);

test("bad rows of the ratings are counted by reason with their lines, and no other row is lost", async () => {
  const file = put(
    "bad.csv",
    ratings(
      {
        10: "10,u1",
        20: "20,u1,i1,5,1,7",
        30: Buffer.from([0x33, 0x30, 0x2c, 0xff, 0xfe, 0x2c, 0x69, 0x2c, 0x31, 0x2c, 0x31]),
        40: `40,${"x".repeat(10_000_000)},i1,5,1`,
        50: "50,,i1,5.0,1",
        60: "60,u1,i1,NaN,1",
        70: '70,"two\nlines",i1,4.0,1',
        80: "80,carriage,i1,4.0,1\r",
        90: '90,"u1,i1,4.0,1',
        100: "100,u1,i1,5.0,yesterday",
      },
      "\uFEFF",
    ),
  );
  const dataset = await ingestFiles(source(file, undefined, { maxRejected: 0.01 }));
  // The quoted line end of row 70 moves everything after it by one.
  assert.equal(found(dataset), [
    [10, "too few fields"],
    [20, "too many fields"],
    [30, "bytes that are not UTF-8"],
    [40, "line longer than 8 MB"],
    [50, "empty id"],
    [60, "rating that is no number"],
    [91, "quotation mark that is never closed"],
    [101, "time that is no number"],
  ]);
  assert.is(dataset.funnel[0].interactions, ROWS - 8);
  for (const user of ["two\nlines", "carriage"]) assert.ok(dataset.interactions.users.includes(user), user);
});

test("a byte-order mark and CRLF ends are no fault", async () => {
  const crlf = ratings({}, "\uFEFF").toString().replaceAll("\n", "\r\n");
  const dataset = await ingestFiles(source(put("crlf.csv", crlf), undefined, { maxRejected: 0 }));
  assert.is(dataset.funnel[0].interactions, ROWS);
  assert.equal(found(dataset), []);
});

test("bad rows of the metadata are counted by reason with their lines, and no other row is lost", async () => {
  const lines: (string | Buffer)[] = Array.from({ length: 1000 }, (_, at) =>
    JSON.stringify({ parent_asin: `i${at}`, title: `t${at}`, categories: ["A"] }),
  );
  lines[9] = '{"parent_asin":"x",';
  lines[19] = Buffer.from('{"parent_asin":"i\xff19"}', "latin1");
  lines[29] = "[1,2]";
  lines[39] = `{"parent_asin":"i39","title":"${"y".repeat(10_000_000)}"}`;
  lines[49] = "";
  lines[59] = '{"parent_asin":null}';
  lines[69] = `${lines[69]}\r`;
  const bytes = Buffer.concat([
    Buffer.from("\uFEFF"),
    ...lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]),
  ]);
  const dataset = await ingestFiles(
    source(put("good.csv", ratings({})), put("bad.jsonl", bytes), { maxRejected: 0.01 }),
  );
  assert.equal(found(dataset), [
    [10, "no valid JSON"],
    [20, "bytes that are not UTF-8"],
    [30, "no JSON object"],
    [40, "line longer than 8 MB"],
    [60, "empty id"],
  ]);
  assert.is(dataset.items.titles?.[dataset.items.ids.indexOf("i0")], "t0");
  assert.is(dataset.items.titles?.[dataset.items.ids.indexOf("i10")], "t10");
});

test("more bad rows than allowed stop with the counts, and carry the rows along", async () => {
  const bad = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at + 2, at % 2 ? "1,u" : `${at},u,i,x,1`]));
  const error = await rejection(ingestFiles(source(put("many.csv", ratings(bad)), undefined, { maxRejected: 0.01 })));
  assert.instance(error, TooManyRejects);
  assert.match(
    error.message,
    /40 bad rows of 3000 \(1\.33 %\), more than the 1 % .*20 × rating that is no number \(first in line 2: 0,u,i,x,1\); 20 × too few fields/,
  );
  assert.match(error.message, /\(--set data\.maxRejected=0\.014\)\.$/);
  assert.is((error as TooManyRejects).rejects.length, 40);
});

test("a file that went away after it was checked is an error, gzipped or not, and not the end of the process", async () => {
  for (const gzip of [true, false]) {
    const error = await rejection(linesOf({ path: join(dir, "gone.csv.gz"), gzip }).next());
    assert.match(error.message, /ENOENT/);
  }
});

test("rejects.csv has file, line, reason and text, whatever the text holds", () => {
  const text = rejectsCsv([{ file: "r.csv", line: 3, reason: "too few fields", text: 'a,"b"' }]);
  assert.is(text, 'file,line,reason,text\nr.csv,3,too few fields,"a,""b"""\n');
});

test.run();
