import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkpointFile } from "../../lib/src/lab/checkpoint";
import { canonicalJson } from "../../lib/src/lab/hash";
import { runStage, type StageContext } from "../../lib/src/lab/stage";
import { listRuns, openStore, type StageKey, stageHash, writeFileWhole } from "../../lib/src/lab/store";

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

test("what a killed process left half written is removed, what a living one writes is not", () => {
  const root = folder();
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  mkdirSync(join(root, `.tmp-${dead}-sae-x`));
  mkdirSync(join(root, `.tmp-${process.pid}-sae-x`));
  openStore(root);
  assert.equal(readdirSync(root), [`.tmp-${process.pid}-sae-x`]);
});

test("saving twice keeps one whole artifact", () => {
  const store = openStore(folder());
  store.save(key, value, 1);
  store.save(key, value, 1);
  assert.equal(readdirSync(store.root), ["sae"]);
  assert.is(listRuns(store.root).length, 1);
});

test("a stage is computed once and then loaded", async () => {
  const store = openStore(folder());
  const context: StageContext = { store, seed: 1, warn: () => {}, run: (_phase, work) => work(() => {}) };
  let computed = 0;
  const spec = { stage: "split", phase: "splitting", config: {}, inputs: {}, compute: async () => ({ n: ++computed }) };
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
    await runStage(context, { stage: "split", phase: "splitting", config: {}, inputs: {}, compute });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no");
  }
  assert.equal(readdirSync(store.root), []);
});

test("a checkpoint is replaced whole, and a damaged one is thrown away with a word", () => {
  const file = join(folder(), "sae", "x.checkpoint.safetensors");
  const warnings: string[] = [];
  const checkpoint = checkpointFile<{ epoch: number; w: Float32Array }>(file, (message) => warnings.push(message));
  assert.is(checkpoint.read(), undefined);
  checkpoint.write({ epoch: 3, w: Float32Array.of(1) });
  checkpoint.write({ epoch: 4, w: Float32Array.of(2) });
  assert.equal(checkpoint.read(), { epoch: 4, w: Float32Array.of(2) });
  writeFileSync(file, "damaged");
  assert.is(checkpoint.read(), undefined);
  assert.is(warnings.length, 1);
  assert.not(existsSync(file));
});

test("a file that cannot be written leaves no temporary file", () => {
  const root = folder();
  mkdirSync(join(root, "card.json"));
  assert.throws(() => writeFileWhole(join(root, "card.json"), Buffer.from("x")));
  assert.equal(readdirSync(root), ["card.json"]);
  rmSync(root, { recursive: true });
});

test.run();
