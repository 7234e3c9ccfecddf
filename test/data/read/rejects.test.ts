import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ingestFiles } from "../../../lib/src/data/read/ingest";
import { MOST_LISTED, TooManyRejects } from "../../../lib/src/data/read/rejects";
import { rejection, scratch, source, writeParquet } from "../files";

const { dir, put } = scratch();
const BAD = 30_000;
const csv = (bad: number): string => `user_id,item_id\n${"x\n".repeat(bad)}u,i\n`;
const json = (bad: number): string => `{"user_id":"u","item_id":"i"}\n${"x\n".repeat(bad)}`;
const parquet = async (bad: number): Promise<string> => {
  const path = join(dir, "bad.parquet");
  await writeParquet(
    path,
    `SELECT CASE WHEN i = ${bad} THEN 'u' END AS user_id, 'i' AS item_id FROM range(${bad + 1}) t(i)`,
  );
  return path;
};
const files = async (bad: number): Promise<string[]> => [
  put("bad.csv.gz", csv(bad)),
  put("bad.csv", csv(bad)),
  put("bad.jsonl", json(bad)),
  put("spaces.jsonl", `${json(bad)}  \n`),
  await parquet(bad),
];

test("reading stops as soon as more rows are bad than may be, and says what was read", async () => {
  for (const file of await files(BAD)) {
    const error = (await rejection(ingestFiles(source(file, undefined, { maxRejected: 0.4 })))) as TooManyRejects;
    assert.instance(error, TooManyRejects);
    const stopped =
      /has (12,00\d) bad rows among the first [\d,]+ of at most 30,00\d, which is more than the 40 % .* stopped there: (12\d+) × /.exec(
        error.message,
      );
    assert.ok(stopped, error.message);
    assert.is(error.count, Number(stopped[2]));
    assert.is(stopped[1].replace(",", ""), stopped[2]);
    assert.is(error.rejects.length, MOST_LISTED);
  }
});

test("fewer bad rows than can be listed are all read, so that all can be mended", async () => {
  for (const file of await files(2_000)) {
    const error = (await rejection(ingestFiles(source(file, undefined, { maxRejected: 0 })))) as TooManyRejects;
    assert.match(error.message, /has 2000 bad rows of 2001 \(100 %\)/);
    assert.is(error.rejects.length, 2_000);
  }
});

test("where they are allowed, all bad rows are counted and the first are listed, in the order of their lines", async () => {
  for (const file of await files(BAD)) {
    const { rejects = [], rejected, skipped } = await ingestFiles(source(file));
    assert.is(rejected, BAD, file);
    assert.is(skipped[0].count, BAD);
    assert.is(rejects.length, MOST_LISTED);
    for (const [at, { line }] of rejects.entries()) assert.is(line, rejects[0].line + at);
  }
});

test("millions of bad rows, marks that never close and a line without end need no more memory than a few", async () => {
  const quotes = put("quotes.csv.gz", `user_id,item_id\n${'"x\n'.repeat(100_000)}u,i\n`);
  const endless = put("endless.csv.gz", `user_id,item_id\nu,i\n${"x".repeat(60_000_000)}\n`);
  const endlessJson = put("endless.jsonl.gz", `${json(0)}${"x".repeat(60_000_000)}\n`);
  const code = `
    const { ingestFiles } = require(${JSON.stringify(require.resolve("../../../lib/src/data/read/ingest.ts"))});
    const prune = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0, mainCategory: false };
    (async () => {
      for (const ratings of process.argv.slice(1)) {
        const { rejected } = await ingestFiles({ kind: "files", ratings, prune, maxRejected: 1 });
        console.log(rejected);
      }
    })();`;
  const small = ["--max-old-space-size=80", "--import", "tsx", "-e", code];
  const given = [
    put("millions.csv.gz", csv(1_200_000)),
    put("millions.jsonl.gz", json(400_000)),
    quotes,
    endless,
    endlessJson,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...small, ...given]);
  assert.equal(stdout.trim().split("\n").map(Number), [1_200_000, 400_000, 100_000, 1, 1]);
});

test("a first line that never ends, and one of too many columns, are refused", async () => {
  for (const [name, text, expected] of [
    ["first.csv.gz", "x".repeat(60_000_000), /line 1 is longer than 8 MB/],
    ["first.jsonl.gz", `{"a":"${"x".repeat(60_000_000)}"}`, /line 1 is longer than 8 MB/],
    ["wide.csv", `${"a,".repeat(1_000_000)}\n1,2\n`, /has 1,000,001 columns in line 1/],
  ] as const)
    assert.match((await rejection(ingestFiles(source(put(name, text))))).message, expected);
});

test.run();
