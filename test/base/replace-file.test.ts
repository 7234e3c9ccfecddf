import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { replaceFile, replaceFiles } from "../../lib/src/base/replace-file";

const test = suite("replace-file");
/** No process has this number: it is beyond what systems give. */
const DEAD = 2 ** 31 - 1;
let dir: string;

test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), "replace-file-"));
});
test.after.each(() => rmSync(dir, { recursive: true }));

test("a file is replaced, its content at hand or in parts, plain or compressed", async () => {
  const file = join(dir, "a.txt");
  replaceFile(file, "old");
  replaceFile(file, new Uint8Array([0xc3, 0xa9]));
  assert.is(readFileSync(file, "utf8"), "é");
  await replaceFiles([
    { path: file, parts: ["n", "ew"], gzip: false },
    { path: `${file}.gz`, parts: ["new"], gzip: true },
  ]);
  assert.is(readFileSync(file, "utf8"), "new");
  assert.is(gunzipSync(readFileSync(`${file}.gz`)).toString(), "new");
  assert.equal(readdirSync(dir), ["a.txt", "a.txt.gz"]);
});

test("a write that fails leaves the old files and nothing else", async () => {
  const file = join(dir, "kept.txt");
  replaceFile(file, "old");
  function* failing(): Generator<string> {
    yield "x".repeat(1 << 18);
    throw new Error("no more");
  }
  const failed = await replaceFiles([
    { path: join(dir, "first.txt"), parts: ["whole"], gzip: false },
    { path: file, parts: failing(), gzip: false },
  ]).catch((error: Error) => error.message);
  assert.is(failed, "no more");
  mkdirSync(join(dir, "folder"));
  assert.throws(() => replaceFile(join(dir, "folder"), "x"));
  assert.is(readFileSync(file, "utf8"), "old");
  assert.equal(readdirSync(dir), ["folder", "kept.txt"]);
});

test("what a killed process left of this file is removed, in either form of the name; what lives or is another's stays", () => {
  const living = process.ppid;
  const names = [
    `.card.json.${DEAD}.tmp`,
    `card.json.tmp-${DEAD}`,
    `.card.json.${living}.tmp`,
    `card.json.tmp-${living}`,
    `.other.json.${DEAD}.tmp`,
    `card.json.tmp-${DEAD}.txt`,
    "card.json.tmp-mine",
  ];
  for (const name of names) writeFileSync(join(dir, name), "x");
  replaceFile(join(dir, "card.json"), "{}");
  assert.equal(readdirSync(dir).sort(), ["card.json", ...names.slice(2)].sort());
});

test.run();
