import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkpointFile } from "../../lib/src/lab/checkpoint";
import { stageCode } from "../../lib/src/lab/code";
import { listRuns } from "../../lib/src/lab/runs";
import { openStore, type StageKey, stageHash } from "../../lib/src/lab/store";
import { run } from "../cli/quick";

const folder = (): string => mkdtempSync(join(tmpdir(), "msae-runs-"));
const key = (seed: number, code = stageCode("sae") as string): StageKey => ({
  stage: "sae",
  config: {},
  inputs: {},
  library: "0",
  code,
  seed,
});
const HASH = stageHash(key(99));
const put = (file: string, text = "mine"): string => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const files = (root: string): string[] =>
  (readdirSync(root, { recursive: true, encoding: "utf8" }) as string[])
    .filter((name) => name !== ".msae-lab-store")
    .sort();

test("clean and list refuse a folder that is no store, and touch nothing in it", async () => {
  for (const place of [
    "photos/2020/a.jpg",
    `uploads/${HASH}/manifest.json`,
    `sae/${HASH}/arrays.safetensors`,
    "a.txt",
  ]) {
    const root = folder();
    put(join(root, place), '{"stage of life": 1}');
    const before = files(root);
    for (const command of [["list"], ["clean"], ["clean", "--all"]]) {
      const { code, err } = await run(["runs", ...command], root);
      assert.is(code, 2, place);
      assert.match(err, / is no store of results: it holds other things .* so nothing was touched; .* MSAE_RUNS\.\n$/);
    }
    assert.equal(files(root), before);
  }
  for (const root of [folder(), join(folder(), "missing")])
    for (const command of [["list"], ["clean", "--all"]]) assert.is((await run(["runs", ...command], root)).code, 0);
});

test("in a store, clean takes only what bears the store's names and marks", async () => {
  const root = folder();
  const elsewhere = folder();
  const store = openStore(root);
  const [old, current] = [store.save(key(1, "old"), { a: 1 }, 1), store.save(key(2), { a: 1 }, 1)];
  const mixed = store.save(key(3, "old"), { a: 1 }, 1, undefined, { "rejects.csv": "" });
  const mine = [
    "notes.txt",
    "photos/2020/a.jpg",
    "sae/notes.txt",
    `sae/${HASH}/a.jpg`,
    `photos/${HASH}/manifest.json`,
    `photos/${HASH}.checkpoint.safetensors`,
    `sae/${HASH}.txt`,
    `sae/${HASH}.damaged-1/thesis.tex`,
    `sae/${HASH}.checkpoint.safetensors.bak`,
  ].map((name) => put(join(root, name)));
  mine.push(put(join(mixed.folder, "notes.txt")), put(join(elsewhere, HASH, "manifest.json"), '{"stage": "sae"'));
  symlinkSync(join(elsewhere, HASH), join(root, "sae", HASH.replace(/./, "0")));
  symlinkSync(elsewhere, join(root, "scores"));
  const useless = [
    put(join(root, `data/${HASH}/manifest.json`), '{"stage": "da'),
    put(join(root, `split/${HASH}/record.json`)),
    put(join(root, `sae/${HASH.replace(/./, "1")}.damaged-1/arrays-2.safetensors`)),
    put(join(root, `sae/${HASH}.checkpoint.safetensors`)),
    put(join(root, `sae/${HASH}.checkpoint.safetensors.previous`)),
    put(join(root, `sae/${HASH}.checkpoint.safetensors.damaged-1`)),
    join(old.folder, "record.json"),
    join(mixed.folder, "record.json"),
    join(mixed.folder, "rejects.csv"),
  ];
  const { code, out } = await run(["runs", "clean", "--json"], root);
  assert.is(code, 0);
  assert.is(JSON.parse(out).removed, 8);
  for (const file of mine) assert.ok(existsSync(file), file);
  for (const file of useless) assert.not(existsSync(file), file);
  assert.ok(store.load(key(2)));
  assert.match(
    (await run(["runs", "list"], root)).out,
    /\n1 entries, .*; \d+ files or folders there are not the store's\n$/,
  );
  await run(["runs", "clean", "--all"], root);
  assert.not(existsSync(current.folder));
  for (const file of mine) assert.ok(existsSync(file), file);
});

test("a store of earlier versions is known by its content: without the mark, without checksums of manifests", async () => {
  const root = folder();
  const saved = openStore(root).save(key(1, "old"), { a: 1 }, 1);
  rmSync(join(root, ".msae-lab-store"));
  const manifest = join(saved.folder, "manifest.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/ {2}"sha256".*\n/, ""));
  assert.equal(
    listRuns(root).map(({ state, code }) => [state, code]),
    [["finished", "old"]],
  );
  assert.is((await run(["runs", "clean"], root)).code, 0);
  assert.not(existsSync(saved.folder));
  assert.is((await run(["runs", "clean", "--all"], root)).code, 0);
});

test("damaged manifests, and files that come and go beside them, disturb neither list nor clean", async () => {
  const root = folder();
  const { folder: good } = openStore(root).save(key(1), { a: 1 }, 1);
  const whole = readFileSync(join(good, "manifest.json"));
  const flipped = Buffer.from(whole);
  flipped[200] ^= 4;
  const texts = [
    "",
    '{"stage": "sae",',
    "null",
    "[]",
    '{"stage":1}',
    whole.toString().slice(0, 300),
    flipped.toString("latin1"),
  ];
  for (const [at, text] of texts.entries())
    put(join(root, "sae", HASH.replace(/^../, `${10 + at}`), "manifest.json"), text);
  cpSync(good, join(root, "sae", HASH), { recursive: true });
  assert.equal(listRuns(root).filter(({ state }) => state === "finished").length, 1);
  assert.is((await run(["runs", "list"], root)).code, 0);
  // Entries that another process removes between the look and the removal.
  const entries = listRuns(root);
  for (const { folder: path } of entries) rmSync(path, { recursive: true });
  const { removeRuns } = await import("../../lib/src/lab/runs");
  assert.is(removeRuns(root, entries).removed, entries.length);
});

test("a running training's checkpoint and a writer's folder stay; what a killed process left goes", async () => {
  const root = folder();
  const store = openStore(root);
  const [running, stopped] = [key(1), key(2)].map((of) => store.checkpointFile(of));
  for (const file of [running, stopped]) {
    const checkpoint = checkpointFile<{ epoch: number }>(file, () => {});
    checkpoint.write({ epoch: 1 });
    checkpoint.write({ epoch: 2 });
  }
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  mkdirSync(join(root, `.tmp-${dead}-duckdb`));
  mkdirSync(join(root, `.tmp-${process.pid}-duckdb`));
  const release = store.claim(key(1));
  assert.equal(
    listRuns(root)
      .map(({ state }) => state)
      .sort(),
    ["checkpoint", "checkpoint", "training", "training"],
  );
  await run(["runs", "clean", "--all"], root);
  assert.ok(existsSync(running) && existsSync(`${running}.previous`));
  assert.not(existsSync(stopped));
  assert.is(readdirSync(root).filter((name) => name.startsWith(".tmp-")).length, 2);
  release();
  await run(["runs", "clean"], root);
  assert.not(existsSync(running));
});

test("replies of language models are counted, and stay when all results are removed", async () => {
  const root = folder();
  openStore(root).save(key(1), { a: 1 }, 1);
  const replies = ["ab/ab0.json", "ab/ab1.json", "cd/cd0.json"].map((name) => put(join(root, "model-replies", name)));
  const { out } = await run(["runs", "list"], root);
  assert.match(out, /^model-replies +3 replies, kept +0\.0 MB$/m);
  assert.match(out, /^1 entries, .*\n$/m);
  assert.not.match(out, "not the store's");
  assert.match((await run(["runs", "clean", "--all"], root)).out, "removed 1 entries");
  assert.equal(replies.filter(existsSync), replies);
});

test.run();
