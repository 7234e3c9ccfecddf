import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { canonicalJson } from "../../lib/src/base/hash";
import { replaceFile } from "../../lib/src/base/replace-file";
import { listRuns } from "../../lib/src/lab/runs";
import { runStage, type StageContext } from "../../lib/src/lab/stage";
import { openStore, type StageKey, stageHash } from "../../lib/src/lab/store";
import { withoutRight } from "./unreadable";

const folder = (): string => mkdtempSync(join(tmpdir(), "msae-store-"));
const key: StageKey = { stage: "sae", config: { a: 1, b: [2] }, inputs: { x: "1" }, library: "0", code: "c", seed: 1 };
const value = { weights: Float32Array.of(1, 2), ids: ["a"], score: Number.NaN };

test("a saved artifact is loaded with the same content, and its manifest says where it comes from", () => {
  const store = openStore(folder());
  assert.is(store.load(key), undefined);
  store.save(key, value, 1.5);
  const loaded = store.load<typeof value>(key);
  assert.equal(loaded?.value, value);
  assert.is(loaded?.manifest.seconds, 1.5);
  assert.equal(loaded?.manifest.inputs, { x: "1" });
});

test("every part of the key changes the hash, and the order of settings does not", () => {
  const hashes = [
    key,
    { ...key, seed: 2 },
    { ...key, config: { a: 2, b: [2] } },
    { ...key, inputs: { x: "2" } },
    { ...key, code: "d" },
    { ...key, stage: "scores" },
  ].map(stageHash);
  assert.is(new Set(hashes).size, hashes.length);
  assert.is(stageHash({ ...key, config: { b: [2], a: 1 } }), hashes[0]);
  assert.is(canonicalJson({ b: { d: 1, c: 2 }, a: [3, 1] }), '{"a":[3,1],"b":{"c":2,"d":1}}');
});

test("a damaged artifact is named, set aside and not loaded", () => {
  const warnings: string[] = [];
  const root = folder();
  const saved = openStore(root).save(key, value, 1);
  appendFileSync(join(saved.folder, "arrays.safetensors"), "x");
  const store = openStore(root, (message) => warnings.push(message));
  assert.is(store.load(key), undefined);
  assert.match(warnings[0], "arrays.safetensors");
  assert.ok(existsSync(`${saved.folder}.damaged-1`));
  store.save(key, value, 1);
  assert.equal(store.load<typeof value>(key)?.value, value);
});

test("another key's folder in a result's place is named, set aside and not loaded", () => {
  const root = folder();
  const warnings: string[] = [];
  const store = openStore(root, (message) => warnings.push(message));
  const other: StageKey = { ...key, stage: "scores", seed: 2 };
  const [mine, theirs] = [store.save(key, value, 1), store.save(other, value, 1)];
  rmSync(mine.folder, { recursive: true });
  cpSync(theirs.folder, mine.folder, { recursive: true });
  assert.is(store.load(key), undefined);
  assert.match(
    warnings[0],
    /manifest\.json is of another result: the stage "scores", [0-9a-f]{24}\. It was set aside as /,
  );
  assert.ok(existsSync(`${mine.folder}.damaged-1`));
  assert.ok(store.load(other));
});

test("a manifest that was changed anywhere, or lacks a file, is not believed", () => {
  const changes: Array<[what: string, change: (text: string) => string]> = [
    ["hash", (text) => text.replace(/"hash": "./, '"hash": "0')],
    ["seconds", (text) => text.replace('"seconds": 1.5', '"seconds": 9.5')],
    ["config", (text) => text.replace('"a": 1', '"a": 7')],
    ["inputs", (text) => text.replace('"x": "1"', '"x": "2"')],
    ["code", (text) => text.replace('"code": "c"', '"code": "d"')],
    ["a blank more", (text) => `${text} `],
    ["cut short", (text) => text.slice(0, 40)],
    ["empty", () => ""],
    ["written again by another program", (text) => JSON.stringify(JSON.parse(text))],
    ["no checksum", (text) => text.replace(/ {2}"sha256".*\n/, "")],
  ];
  for (const [what, change] of changes) {
    const warnings: string[] = [];
    const store = openStore(folder(), (message) => warnings.push(message));
    const file = join(store.save(key, value, 1.5).folder, "manifest.json");
    const text = readFileSync(file, "utf8");
    assert.not.equal(change(text), text, what);
    writeFileSync(file, change(text));
    assert.is(store.load(key), undefined, what);
    assert.match(warnings[0], /manifest\.json .*\. It was set aside as .*\.damaged-1 and is computed again\.$/, what);
  }
});

test("a folder without its manifest, or without one of its files, is set aside with a word", () => {
  for (const name of ["manifest.json", "record.json", "arrays.safetensors", "rejects.csv"]) {
    const warnings: string[] = [];
    const store = openStore(folder(), (message) => warnings.push(message));
    const saved = store.save(key, value, 1, undefined, { "rejects.csv": "file,line\n" });
    rmSync(join(saved.folder, name));
    assert.is(store.load(key), undefined, name);
    assert.match(warnings[0], `${name} is missing. It was set aside`);
    const again = store.save(key, value, 1, undefined, { "rejects.csv": "" });
    mkdirSync(join(again.folder, "more"));
    rmSync(join(again.folder, name));
    mkdirSync(join(again.folder, name));
    assert.is(store.load(key), undefined, name);
    assert.match(warnings[1], `${name} is no file.`);
  }
});

test("saving puts a folder aside that has the result's name and is none", () => {
  const store = openStore(folder());
  const place = join(store.root, "sae", stageHash(key));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "notes.txt"), "mine");
  store.save(key, value, 1);
  assert.equal(store.load<typeof value>(key)?.value, value);
  assert.is(readFileSync(join(`${place}.damaged-1`, "notes.txt"), "utf8"), "mine");
});

test("what cannot be read is no damage: one sentence, and everything stays as it was", () => {
  const store = openStore(folder());
  const saved = store.save(key, value, 1);
  for (const path of [
    saved.folder,
    ...["manifest.json", "arrays.safetensors"].map((name) => join(saved.folder, name)),
  ]) {
    const said = withoutRight(path, [store.root, JSON.stringify(key)]);
    assert.match(
      said,
      /^InputError: The result of the stage "sae" in .* cannot be read \(permission is denied\): nothing was changed; give yourself/,
    );
    assert.equal(readdirSync(join(store.root, "sae")), [stageHash(key)]);
  }
  assert.equal(store.load<typeof value>(key)?.value, value);
});

test("a link in a result's place is read, and only the link is set aside", () => {
  const store = openStore(folder());
  const saved = store.save(key, value, 1);
  const elsewhere = join(folder(), "elsewhere");
  renameSync(saved.folder, elsewhere);
  symlinkSync(elsewhere, saved.folder);
  assert.equal(store.load<typeof value>(key)?.value, value);
  writeFileSync(join(elsewhere, "record.json"), "{}");
  assert.is(store.load(key), undefined);
  assert.ok(existsSync(join(elsewhere, "manifest.json")));
});

test("what a killed process left half written is removed, what a living one writes is not", () => {
  const root = folder();
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  mkdirSync(join(root, `.tmp-${dead}-sae-x`));
  mkdirSync(join(root, `.tmp-${process.pid}-sae-x`));
  openStore(root);
  assert.equal(readdirSync(root), [".msae-lab-store", `.tmp-${process.pid}-sae-x`]);
});

test("saving twice keeps one whole artifact", () => {
  const store = openStore(folder());
  store.save(key, value, 1);
  store.save(key, value, 1);
  assert.equal(readdirSync(store.root), [".msae-lab-store", "sae"]);
  assert.is(listRuns(store.root).length, 1);
});

test("a stage is computed once and then loaded", async () => {
  const store = openStore(folder());
  const context: StageContext = { store, seed: 1, warn: () => {}, run: (_phase, work) => work(() => {}) };
  let computed = 0;
  const spec = {
    stage: "split",
    phase: "splitting",
    config: {},
    inputs: {},
    code: "c",
    compute: async () => ({ n: ++computed }),
  };
  assert.is((await runStage(context, spec)).value.n, 1);
  assert.is((await runStage(context, spec)).value.n, 1);
  assert.is((await runStage({ ...context, seed: 2 }, spec)).value.n, 2);
});

test("a stage that fails leaves nothing behind", async () => {
  const store = openStore(folder());
  const context: StageContext = { store, seed: 1, warn: () => {}, run: (_phase, work) => work(() => {}) };
  const compute = async (): Promise<never> => {
    throw new Error("no");
  };
  try {
    await runStage(context, { stage: "split", phase: "splitting", config: {}, inputs: {}, code: "c", compute });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no");
  }
  assert.equal(readdirSync(store.root), [".msae-lab-store"]);
});

test("a file that cannot be written leaves no temporary file", () => {
  const root = folder();
  mkdirSync(join(root, "card.json"));
  assert.throws(() => replaceFile(join(root, "card.json"), "x"));
  assert.equal(readdirSync(root), ["card.json"]);
  rmSync(root, { recursive: true });
});

test.run();
