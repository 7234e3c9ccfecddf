import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
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

test("no reader of files is in the key of what does not read them: of the split, and of what rests on it", () => {
  const all = Object.values(stages as unknown as Record<string, Stage<unknown, never>>);
  // What is not kept has a key that nothing lies under.
  const others = new Set(["data", "held-out", ...all.flatMap(({ name, stored }) => (stored === false ? [name] : []))]);
  for (const stage of Object.keys(stageCodes(dist)).filter((name) => !others.has(name))) {
    const { files, packages } = closure(dist, stage);
    assert.equal(
      files.map((file) => relative(dist, file)).filter((file) => file.startsWith(join("data", "read"))),
      [],
      stage,
    );
    assert.not(
      packages.some((name) => name.startsWith("@duckdb")),
      stage,
    );
  }
});

test("no file that a stage runs takes from another stage's file anything but the stage and types, since its code is not in the key", () => {
  const named = Object.keys(stageCodes(source));
  const files = new Set(named.flatMap((stage) => closure(source, stage).files));
  const paths = new Map(named.map((stage) => [join(source, "stages", stage), stage]));
  const wrong: string[] = [];
  for (const file of files) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(file, "utf8");
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    for (const [, what, from] of code.matchAll(/\b(?:import|export)\s+(?!type\b)([^;"']*?)\s*from\s*"(\.[^"]*)"/g)) {
      const stage = paths.get(join(dirname(file), from));
      if (stage === undefined) continue;
      const own = stage.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const values = (/^\{([^}]*)\}$/.exec(what.trim())?.[1] ?? what).split(",").map((name) => name.trim());
      for (const name of values)
        if (name && !name.startsWith("type ") && name.replace(/ as .*/, "") !== own)
          wrong.push(`${relative(source, file)} takes ${name} from ${stage}`);
    }
  }
  assert.equal(wrong, []);
});

test.run();
