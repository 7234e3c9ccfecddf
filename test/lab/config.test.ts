import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { resolveConfig } from "../../lib/src/lab/config";
import { parseSetting } from "../../lib/src/lab/settings/merge";
import { presetConfig } from "../../lib/src/stages/config";

const refuses = (options: Parameters<typeof resolveConfig>[0], ...words: string[]): void =>
  assert.throws(
    () => resolveConfig(options),
    (error: Error) => error instanceof InputError && words.every((word) => error.message.includes(word)),
  );

test("the presets have the paper's constants where they name them", () => {
  const paper = presetConfig("paper");
  assert.is(paper.mf.kind, "bce-sgd");
  assert.is(paper.sae.lr, 1e-4);
  assert.equal(paper.sae.prefixes, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
  const calibrated = presetConfig("calibrated");
  assert.is(calibrated.mf.kind, "ials");
  assert.is(calibrated.sae.lr, 2e-3);
});

test("options win over the file, and single settings win over both", () => {
  const file = join(mkdtempSync(join(tmpdir(), "msae-config-")), "c.json");
  writeFileSync(file, JSON.stringify({ seed: 1, mf: { d: 8 }, sae: { epochs: 3 } }));
  const config = resolveConfig({ config: file, seed: 2, set: { "sae.epochs": 4 } });
  assert.is(config.seed, 2);
  assert.is((config.mf as { d?: number }).d, 8);
  assert.is(config.sae.epochs, 4);
  assert.is(config.preset, "calibrated");
});

test("k alone gives ten prefixes, prefixes that are given stay", () => {
  assert.equal(resolveConfig({ k: 64 }).sae.prefixes, [6, 13, 19, 26, 32, 38, 45, 51, 58, 64]);
  assert.equal(resolveConfig({ k: 64, set: { "sae.prefixes": [8, 64] } }).sae.prefixes, [8, 64]);
});

test("ratings turn the source to files, with the paper's pruning", () => {
  const { data } = resolveConfig({ ratings: "r.csv", items: "i.jsonl", set: { "data.prune.minCategoryItems": 10 } });
  assert.equal(data, {
    kind: "files",
    ratings: "r.csv",
    items: "i.jsonl",
    filter: {},
    maxRejected: 0.01,
    prune: { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 10 },
  });
});

test("a factorization is changed by its kind alone", () => {
  const { mf } = resolveConfig({ preset: "calibrated", set: { "mf.kind": "bce-sgd" } });
  assert.is(mf.kind, "bce-sgd");
  assert.is((mf as { batch: number }).batch, 1024);
});

/** A configuration file of this content. */
function fileOf(content: string | Buffer): string {
  const file = join(mkdtempSync(join(tmpdir(), "msae-config-")), "c.json");
  writeFileSync(file, content);
  return file;
}

test("a byte-order mark before a configuration is no part of it", () => {
  assert.is(resolveConfig({ config: fileOf('\ufeff{"seed": 43}') }).seed, 43);
});

test("a configuration file that is damaged or says a thing twice is refused in a sentence", () => {
  for (const [content, word] of [
    ['{"seed": 1, "seed": 2}', 'has the key "seed" twice'],
    ['{"seed": 1', "is not JSON"],
    ['{"seed": 1}x', "is not JSON"],
    ['{"seed": NaN}', "is not JSON"],
    ['{"sae": {"lr": 1e999}}', "beyond the largest"],
    [Buffer.from('{"data": {"kind": "files", "ratings": "caf\xe9"}}', "latin1"), "is not UTF-8"],
    [Buffer.from('{"seed": 1}', "utf16le"), "is not JSON"],
    ["", "is not JSON"],
    ["null", "holds no JSON object"],
    ["[1]", "holds no JSON object"],
    [`${"[".repeat(5000)}${"]".repeat(5000)}`, "more than 100 lists"],
    ['{"sae": null}', '"sae" is wrong'],
    ['{"sae": 5}', '"sae" is wrong'],
    ['{"mf": "ials"}', '"mf" is wrong'],
    ['{"data": null}', '"data" is wrong'],
    ['{"data": {"kind": "files"}}', "data.ratings is missing: name the file of interactions"],
    ['{"preset": {}}', "There is no preset"],
    ['{"__proto__": {"seed": 1}}', 'There is no setting "__proto__"'],
    ['{"data": {"kind": "files", "ratings": "r", "columns": {"__proto__": 5}}}', 'There is no setting "__proto__"'],
    ['{"sae": {"constructor": 1}}', 'There is no setting "constructor"'],
    ['{"seed": "1"}', '"seed" is wrong'],
    ['{"seed": 1.5}', "seed is 1.5: a seed is a whole number from 0 to 2147483647"],
    ['{"seed": 9007199254740993}', "seed is 9007199254740992: a seed is a whole number from 0"],
  ] as const)
    refuses({ config: fileOf(content) }, word);
  refuses({ config: tmpdir() }, "is a folder or a device");
  refuses({ config: join(tmpdir(), "x".repeat(5000)) }, "There is no configuration file");
  refuses({ config: "a\0b" }, "There is no configuration file");
  refuses({ config: "/dev/zero" }, "is a folder or a device");
  refuses({ set: { sae: null } }, '"sae" is wrong');
  refuses({ items: "i.jsonl", set: { data: null } }, "without interactions");
});

test("a value on the command line that says a thing twice is refused, not half taken", () => {
  assert.throws(() => parseSetting('data={"a":1,"a":2}'), /The value of "data" has the key "a" twice/);
  assert.equal(parseSetting("x={a}"), ["x", "{a}"]);
});

test("a setting that does not exist is refused with those that do", () => {
  refuses({ set: { "mf.alhpa": 3 } }, "mf.alhpa", "alpha");
  refuses({ set: { "sae.epoch": 3 } }, "sae.epoch", "epochs");
  refuses({ set: { "nothing.here": 3 } }, "nothing");
});

test("values of the wrong kind or range are refused by name", () => {
  refuses({ set: { "mf.d": "many" as unknown as number } }, "mf.d");
  refuses({ set: { "split.trainShare": 1.5 } }, "split.trainShare");
  refuses({ d: 0 }, "mf.d");
  refuses({ k: 0 }, "k");
  refuses({ preset: "published" as "paper" }, "published", "calibrated");
  refuses({ items: "i.jsonl" }, "ratings");
  refuses({ config: "/nowhere/c.json" }, "/nowhere/c.json");
});

test("settings on the command line are JSON where they can be, else text", () => {
  assert.equal(parseSetting("sae.prefixes=[5,50]"), ["sae.prefixes", [5, 50]]);
  assert.equal(parseSetting("data.columns.user=who"), ["data.columns.user", "who"]);
  assert.throws(() => parseSetting("epochs"), /KEY=VALUE/);
});

test.run();
