import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/errors";
import { presetConfig, resolveConfig } from "../../lib/src/lab/config";
import { parseSetting } from "../../lib/src/lab/settings";

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

test("a setting that does not exist is refused with those that do", () => {
  refuses({ set: { "mf.alhpa": 3 } }, "mf.alhpa", "alpha");
  refuses({ set: { "sae.epoch": 3 } }, "sae.epoch", "epochs");
  refuses({ set: { "nothing.here": 3 } }, "nothing");
});

test("values of the wrong kind or range are refused by name", () => {
  refuses({ set: { "mf.d": "many" } }, "mf.d");
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
