import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root, run } from "./quick";

const cli = suite("command line: files and settings");

/** Ratings and metadata of a small shop, as files. */
function files(name: string, ratings: string | Buffer, items?: string | Buffer): string[] {
  const dir = join(root, "bad", name);
  mkdirSync(dir, { recursive: true });
  const zipped = Buffer.isBuffer(ratings) ? ".gz" : "";
  writeFileSync(join(dir, `ratings.csv${zipped}`), ratings);
  if (items !== undefined) writeFileSync(join(dir, "items.jsonl"), items);
  return [
    "--ratings",
    join(dir, `ratings.csv${zipped}`),
    ...(items === undefined ? [] : ["--items", join(dir, "items.jsonl")]),
  ];
}
const good = [
  "user_id,parent_asin",
  ...Array.from({ length: 800 }, (_, at) => [at % 20, Math.floor(at / 20)])
    .filter(([user, item]) => (user + item) % 2 === 0)
    .map(([user, item]) => `u${user},i${item}`),
].join("\n");

const metadata = Array.from({ length: 40 }, (_, at) =>
  JSON.stringify({ parent_asin: `i${at}`, categories: ["Clothing"] }),
).join("\n");

function textFile(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

const BAD: [string, () => string[], RegExp][] = [
  ["a wrong column", () => files("column", good.replace("user_id", "person"), metadata), /ratings\.csv.*user_id/],
  ["an empty file", () => files("empty", "", metadata), /ratings\.csv.*empty/],
  ["a truncated gzip", () => files("gzip", gzipSync(good).subarray(0, 60), metadata), /ratings\.csv\.gz/],
  ["metadata with no id in common", () => files("ids", good, metadata.replaceAll('"i', '"x')), /items\.jsonl.*x0.*i0/],
  ["a binary file", () => files("binary", `${String.fromCharCode(0, 1, 2)}${good}`, metadata), /ratings\.csv/],
  ["a broken JSON line", () => files("json", good, `${metadata}\n{"parent_asin": `), /items\.jsonl.*line 41/],
  ["fewer items than latents", () => files("few", good), /40 items.*50 latents/],
  ["a missing file", () => ["--ratings", join(root, "nowhere.csv")], /nowhere\.csv/],
  ["metadata without ratings", () => ["--items", join(root, "i.jsonl")], /ratings/],
  ["a folder without ratings", () => ["--data", root], /ratings\.csv/],
  ["an unknown setting", () => ["--set", "sae.epoch=3"], /sae\.epoch.*epochs/],
  ["a setting that every object has", () => ["--set", "sae.__proto__.x=1"], /no setting "__proto__"/],
  ["a setting of the wrong type", () => ["--set", "sae.epochs=three"], /sae\.epochs.*number/],
  ["a folder in place of a file", () => ["--ratings", root], /is a folder/],
  ["metadata that is a folder", () => files("folder", good).concat("--items", root), /metadata.*is a folder/],
  ["a header without rows", () => files("header", "user_id,parent_asin\n"), /header and no row/],
  ["a broken configuration file", () => ["--config", textFile("bad.json", '{"sae": {')], /bad\.json is not JSON/],
  [
    "a configuration that is a list",
    () => ["--config", textFile("list.json", "[1]")],
    /list\.json holds no JSON object/,
  ],
  ["an unknown key", () => ["--config", textFile("key.json", '{"sae": {"epoch": 3}}')], /sae\.epoch.*epochs/],
  [
    "a key that every object has",
    () => ["--config", textFile("own.json", '{"__proto__": {}}')],
    /no setting "__proto__"/,
  ],
  ["an unknown preset", () => ["--preset", "published"], /paper, calibrated/],
  ["a column map that is none", () => ["--ratings", "r.csv", "--columns", "who=a"], /user=/],
];

for (const [what, make, says] of BAD)
  cli(`${what}: exit 2 and one sentence`, async () => {
    const { code, err, out } = await run(["run", ...make(), "--out", join(root, "bad-out"), "--json"]);
    assert.is(code, 2, err);
    assert.is(out, "");
    const sentence = err
      .trim()
      .split("\n")
      .filter((line) => !/^[a-zA-Z ]+: \d+\.\d s$|^left out|^ {2}\d|^bad rows|^columns of /.test(line));
    assert.is(sentence.length, 1, err);
    assert.match(sentence[0], says);
    assert.not.match(err, /\n\s+at /);
  });

cli("an --out that cannot be written is known before the work: exit 2 and one sentence", async () => {
  const places = [join(textFile("in-the-way", ""), "below"), join(root, "in-the-way"), "/proc/msae-lab"];
  for (const place of process.platform === "linux" ? places : places.slice(0, 2)) {
    const { code, err } = await run(["run", "--out", place]);
    assert.is(code, 2, place);
    assert.match(err, new RegExp(`^Nothing can be written to ${place} .*choose another --out\\.\\n$`));
  }
});

cli(
  "a shop with other names and separators runs by --columns; its bad rows are in rejects.csv, and it has no alignment without categories",
  async () => {
    const dir = join(root, "shop");
    mkdirSync(dir, { recursive: true });
    const rows = good
      .split("\n")
      .slice(1)
      .map((row, at) => `${1e9 + at};${row.replace(",", ";")};${(at % 5) + 1}`);
    rows[7] = "1;u1;i1;many";
    writeFileSync(join(dir, "sales.txt"), `at;buyer;thing;points\n${rows.join("\n")}\n`);
    writeFileSync(
      join(dir, "things.tsv"),
      `thing\tlabel\tshelf\n${Array.from({ length: 40 }, (_, at) => `i${at}\tT${at}\t`).join("\n")}\n`,
    );
    const { code, err, out } = await run([
      "run",
      "--ratings",
      join(dir, "sales.txt"),
      "--items",
      join(dir, "things.tsv"),
      "--columns",
      "user=buyer,item=thing,rating=points,time=at",
      "--categories",
      "shelf:/",
      "--set",
      "sae.k=4",
      "--set",
      "sae.batch=16",
      "--set",
      "split.kind=time",
      "--out",
      join(dir, "out"),
      "--json",
    ]);
    assert.is(code, 0, err);
    const card = JSON.parse(out) as {
      data: { interactions: number };
      alignment?: unknown;
      config: { split: { kind: string } };
    };
    assert.is(card.data.interactions, 399);
    assert.is(card.config.split.kind, "time");
    assert.is(card.alignment, undefined);
    assert.match(err, /columns of ratings: user = "buyer", item = "thing", rating = "points", time = "at"/);
    assert.match(err, /no categories: alignment/);
    const rejects = readFileSync(join(dir, "out", "rejects.csv"), "utf8")
      .trim()
      .split("\n");
    assert.equal(rejects.slice(1), ['sales.txt,9,rating that is no number,"1;u1;i1;many"']);
  },
);

cli("bad rows are announced with the place of their list, whether the run goes on or stops", async () => {
  const shop = (name: string, bad: string[]): string[] => files(name, `${good}\n${bad.join("\n")}`, metadata);
  const settings = ["--set", "sae.k=4", "--set", "sae.batch=16", "--set", "data.prune.minCategoryItems=1"];
  const out = join(root, "announced");
  const few = await run(["run", ...shop("few", ["short", '"u\n7",i1', '"u\n8",i1']), ...settings, "--out", out]);
  assert.is(few.code, 0, few.err);
  const list = join(out, "rejects.csv");
  assert.ok(few.err.includes(`\nbad rows, each with file, line and reason: ${list}\n`), few.err);
  assert.match(few.err, /\nleft out, or worth a word:\n {2}1 rows of the ratings: too few fields \(line 402\)\n/);
  assert.match(few.err, /\(u\\n7, u\\n8\)\n/, "a line end in an id is written out");
  const many = await run(["run", ...shop("many", Array(20).fill("short")), ...settings, "--out", out]);
  assert.is(many.code, 2);
  assert.match(many.err, /20 bad rows of 420 .*20 × too few fields .*--set data\.maxRejected=0\.048\)\. All of them/);
  assert.ok(many.err.trimEnd().endsWith(list));
  assert.is(readFileSync(list, "utf8").trim().split("\n").length, 21);
  const none = await run(["run", ...shop("none", []), ...settings, "--out", out]);
  assert.is(none.code, 0, none.err);
  assert.not.ok(existsSync(list), "the list of an earlier run is gone");
});

cli("ids on one side only and users with one item are stated with their counts", async () => {
  const args = files(
    "skips",
    `${good}\nlonely,i1\nu1,unknown\nu2,unknown`,
    `${metadata}\n${JSON.stringify({ parent_asin: "never", categories: ["Clothing"] })}`,
  );
  const { err } = await run([
    "run",
    ...args,
    "--set",
    "sae.k=4",
    "--set",
    "sae.batch=16",
    "--set",
    "data.prune.minCategoryItems=1",
    "--out",
    join(root, "skips"),
  ]);
  assert.match(err, /\n {2}1 metadata items without a rating \(never\)/);
  assert.match(err, /\n {2}2 ratings whose item has no metadata \(unknown\)/);
  assert.match(err, /\n {2}1 users with one item.*lonely/);
});

cli.run();
