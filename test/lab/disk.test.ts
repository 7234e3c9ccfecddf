import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DiskError, InputError } from "../../lib/src/base/errors";
import { openStore, type StageKey } from "../../lib/src/lab/store";
import { mount } from "../mount";

const key: StageKey = { stage: "data", config: {}, inputs: {}, library: "0", code: "c", seed: 1 };
const root = mkdtempSync(join(tmpdir(), "msae-disk-"));

const small = mount("small", "size=1m");
const readOnly = mount("read-only", "ro,size=1m");
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

(small ? test : test.skip)("a full disk is said in a sentence, and leaves no half-written result", () => {
  const store = openStore(join(small as string, "runs"));
  assert.throws(
    () => store.save(key, { values: new Float64Array(400_000) }, 1),
    (error: unknown) =>
      error instanceof DiskError && /stage "data" could not be written to .*disk is full/.test(error.message),
  );
  assert.is(store.load(key), undefined);
  assert.equal(readdirSync(store.root), [".msae-lab-store"]);
  // What fits is still kept afterwards.
  store.save(key, { values: new Float64Array(10) }, 1);
  assert.ok(store.load(key));
});

(readOnly ? test : test.skip)("a read-only file system is said in a sentence", () => {
  assert.throws(
    () => openStore(join(readOnly as string, "runs")),
    (error: unknown) =>
      error instanceof InputError &&
      /read-only.*or choose another folder by the environment variable MSAE_RUNS\.$/.test(error.message),
  );
});

test("a file in the place of the folder is said in a sentence", () => {
  const file = join(root, "file");
  writeFileSync(file, "x");
  assert.throws(
    () => openStore(join(file, "runs")),
    (error: unknown) => error instanceof InputError && /a part of the path is a file.*MSAE_RUNS\.$/.test(error.message),
  );
  assert.ok(existsSync(file));
});

test("texts are kept beside a result, with their checksum", () => {
  const store = openStore(join(root, "texts"));
  const { folder, manifest } = store.save(key, { a: 1 }, 1, undefined, { "rejects.csv": "file,line\n" });
  assert.ok(readdirSync(folder).includes("rejects.csv"));
  assert.ok("rejects.csv" in manifest.checksums);
});

test.run();
