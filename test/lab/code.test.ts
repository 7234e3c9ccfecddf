import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { closure, closureHash, stageCode, stageCodes } from "../../lib/src/lab/code";
import * as stages from "../../lib/src/stages";
import type { Stage } from "../../lib/src/stages/stage";

const dist = join(__dirname, "..", "..", "lib", "dist");
const source = join(__dirname, "..", "..", "lib", "src");
const copy = (): string => {
  const root = join(mkdtempSync(join(tmpdir(), "msae-code-")), "dist");
  cpSync(dist, root, { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
  return root;
};

test("the build keeps the hash of every stage's code beside the library", () => {
  const kept = JSON.parse(readFileSync(join(dist, "code.json"), "utf8")) as Record<string, string>;
  assert.equal(kept, stageCodes(dist));
  for (const stage of Object.values(stages as unknown as Record<string, Stage<unknown, never>>)) {
    assert.match(kept[stage.name], /^[0-9a-f]{16}$/, stage.name);
    assert.type(stageCode(stage.name), "string");
  }
  assert.is(stageCode("of-somebody-else"), undefined);
});

test("an edit of a stage, of a step or of a kernel changes the keys that rest on it, and no other", () => {
  const root = copy();
  const before = stageCodes(root);
  const changedBy = (file: string, edit: () => void): string[] => {
    const held = readFileSync(join(root, file));
    edit();
    const after = stageCodes(root);
    writeFileSync(join(root, file), held);
    return Object.keys(before).filter((stage) => before[stage] !== after[stage]);
  };
  const append = (file: string): string[] => changedBy(file, () => appendFileSync(join(root, file), "\n// edited\n"));
  assert.equal(append("stages/scores.js"), ["scores"]);
  assert.equal(append("stages/alignment.js"), ["alignment"]);
  assert.equal(append("lab/card.js"), []);
  assert.equal(append("charts/score-histogram.js"), []);
  assert.equal(append("metrics/verdict.js"), ["verdict"]);
  const trained = ["noise-trained", "plain-sae", "sae"];
  assert.equal(append("kernels/msae.wasm"), trained);
  const training = append("stages/training.js");
  assert.equal(training, trained);
});

test("what runs is in some stage's closure: each kernel, each step; what draws or serves is in none", () => {
  const inSome = new Set<string>();
  for (const stage of Object.keys(stageCodes(dist)))
    for (const file of closure(dist, stage).files) inSome.add(relative(dist, file));
  for (const kernel of readdirSync(join(dist, "kernels")).filter((name) => name.endsWith(".wasm")))
    assert.ok(inSome.has(join("kernels", kernel)) || kernel === "peak.wasm", kernel);
  assert.ok(inSome.has(join("kernels", "worker.js")));
  for (const file of inSome) assert.not.match(file, /^(charts|cli|bench)\/|^lab\/(?!rows)/);
});

test("a package's version is part of the key of the stages that import it", () => {
  const { packages } = closure(dist, "data");
  assert.ok(
    packages.some((name) => /^@duckdb\/node-api@\d/.test(name)),
    packages.join(", "),
  );
  assert.is(closureHash(dist, "split") === closureHash(dist, "ranking"), false);
});

test("a stage takes from another stage's file nothing but the stage and types, since its code is not in the key", () => {
  const files = readdirSync(join(source, "stages"));
  const named = new Set(Object.keys(stageCodes(source)));
  for (const file of files.filter((name) => named.has(name.replace(/\.ts$/, "")))) {
    const text = readFileSync(join(source, "stages", file), "utf8");
    for (const [, what, from] of text.matchAll(/^import \{([^}]*)\} from "\.\/([a-z-]+)";$/gm)) {
      if (!named.has(from)) continue;
      const own = from.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const values = what
        .split(",")
        .map((name) => name.trim().replace(/ as .*/, ""))
        .filter((name) => name && !name.startsWith("type "));
      assert.equal(
        values.filter((name) => name !== own),
        [],
        `${file} imports from ${from}`,
      );
    }
  }
});

test.run();
