import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { damaged, inWords, record } from "../../lib/bin/installed.cjs";
import { projectCopy } from "./copy.mjs";

let copy;
let folder;
let list;
test.before.each(() => {
  copy = projectCopy();
  folder = join(copy.folder, "made");
  list = join(copy.folder, "made.json");
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(join(folder, "a.js"), "exports.a = 1;");
  writeFileSync(join(folder, "deep", "b.wasm"), Buffer.alloc(100, 7));
  symlinkSync("../a.js", join(folder, "deep", "link"));
});
test.after.each(() => copy.remove());

test("nothing of a folder that is as it was is damaged; files that came later do not count", () => {
  record(folder, list);
  writeFileSync(join(folder, "later"), "");
  assert.equal(damaged(folder, list), []);
});

test("a file that is gone, cut short, overwritten, or a link that points elsewhere: each is named", () => {
  const b = join(folder, "deep", "b.wasm");
  const link = join(folder, "deep", "link");
  const faults = {
    "a.js": () => rmSync(join(folder, "a.js")),
    "deep/b.wasm": () => truncateSync(b, 50),
    "deep/b.wasm ": () => writeFileSync(b, Buffer.alloc(100, 8)),
    "deep/link": () => {
      rmSync(link);
      symlinkSync("../b.js", link);
    },
  };
  for (const [path, damage] of Object.entries(faults)) {
    record(folder, list);
    damage();
    assert.equal(damaged(folder, list), [path.trim()]);
  }
  rmSync(folder, { recursive: true });
  assert.is(damaged(folder, list).length, 2);
});

test("content that changed under the same size and time is seen where it is asked for", () => {
  const file = join(folder, "a.js");
  utimesSync(file, 1e9, 1e9);
  record(folder, list);
  writeFileSync(file, "exports.a = 2;");
  utimesSync(file, 1e9, 1e9);
  assert.equal(damaged(folder, list), []);
  assert.equal(damaged(folder, list, { always: true }), ["a.js"]);
});

test("a copied folder, whose times are others, is whole, and its times are noted", () => {
  record(folder, list);
  const before = readFileSync(list, "utf8");
  utimesSync(join(folder, "a.js"), 1e9, 1e9);
  assert.equal(damaged(folder, list), []);
  assert.is.not(readFileSync(list, "utf8"), before);
  assert.equal(damaged(folder, list), []);
});

test("a list that is missing or cut short says nothing", () => {
  assert.is(damaged(folder, list), undefined);
  record(folder, list);
  truncateSync(list, 30);
  assert.is(damaged(folder, list), undefined);
});

test("what is left out may change", () => {
  record(folder, list, ["deep"]);
  rmSync(join(folder, "deep"), { recursive: true });
  assert.equal(damaged(folder, list), []);
});

test("a few names are told, and how many more", () => {
  assert.is(inWords(["a", "b"]), "a, b");
  assert.is(inWords(["a", "b", "c", "d"]), "a, b and 2 more");
});

test("a stage whose result was damaged says so and is made again, once", () => {
  const { out } = copy.run(`
    import { rmSync, writeFileSync } from "node:fs";
    import { damaged, record } from "./lib/bin/installed.cjs";
    import { stage } from "./scripts/lib/stage.mjs";
    const one = () => stage("s", {
      key: () => "k",
      isThere: () => true,
      damage: () => damaged("made", "made.json"),
      make: () => { writeFileSync("made/a.js", "1"); record("made", "made.json"); },
    });
    await one(); await one(); rmSync("made/a.js"); await one(); await one();`);
  const lines = out.trim().split("\n");
  assert.is(lines.length, 5);
  assert.is(lines[2], "set-up: s        missing or changed: a.js; made again");
  assert.match(lines.join("\n"), /made,.*\n.*up to date,.*\n.*\n.*made,.*\n.*up to date,/);
});

/** A project whose command line is these files of `lib/dist`, and what running it says. */
function commandLine(files) {
  const dist = join(copy.folder, "lib", "dist");
  mkdirSync(join(dist, "cli"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dist, name), text);
  const run = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["lib/bin/msae-lab.cjs"], {
      cwd: copy.folder,
      encoding: "utf8",
    });
    return { code: status, out: stdout, err: stderr };
  };
  return { dist, run, built: () => record(dist, join(dist, ".built.json")) };
}

const MAIN = {
  "cli/index.js": 'exports.main = async () => { require("../part.js"); console.log("ran"); };',
  "part.js": "exports.part = 1;",
};

test("the command line runs a whole library", () => {
  const { run, built } = commandLine(MAIN);
  built();
  mkdirSync(join(copy.folder, "node_modules"));
  assert.equal(run(), { code: 0, out: "ran\n", err: "" });
});

test("a library that is not built, or that lacks a file, makes one sentence without a stack", () => {
  const { dist, run, built } = commandLine(MAIN);
  assert.equal(run(), {
    code: 1,
    out: "",
    err: `The library in lib/dist was not built: run \`npm run setup\` in ${copy.folder}, which mends it.\n`,
  });
  built();
  for (const damage of [() => truncateSync(join(dist, "part.js"), 3), () => rmSync(join(dist, "part.js"))]) {
    damage();
    const { code, out, err } = run();
    assert.equal([code, out], [1, ""]);
    assert.is(
      err,
      `The library in lib/dist has missing or changed files (part.js): run \`npm run setup\` in ${copy.folder}, which mends it.\n`,
    );
  }
});

test("a command that fails because packages are damaged or missing says so; another failure keeps its own words", () => {
  const { run, built } = commandLine({
    "cli/index.js":
      'exports.main = async () => { require("shop"); console.error("other trouble"); process.exitCode = 1; };',
  });
  built();
  const packages = join(copy.folder, "node_modules");
  assert.match(run().err, /^The npm packages are not installed: run `npm run setup` in [^\n]*\n$/);
  mkdirSync(join(packages, "shop"), { recursive: true });
  writeFileSync(join(packages, "shop", "index.js"), "exports.shop = 1;");
  mkdirSync(join(copy.folder, ".setup"), { recursive: true });
  record(packages, join(copy.folder, ".setup", "packages.json"));
  assert.equal(run(), { code: 1, out: "", err: "other trouble\n" });
  truncateSync(join(packages, "shop", "index.js"), 10);
  const { code, err } = run();
  assert.is(code, 1);
  assert.match(
    err,
    /^other trouble\nnode_modules has missing or changed files \(shop\/index\.js\): run `npm run setup`[^\n]*\n$/,
  );
});

test("a folder that was copied with its list is whole in its new place", () => {
  record(folder, list);
  cpSync(folder, `${folder}-copy`, { recursive: true, verbatimSymlinks: true });
  assert.equal(damaged(`${folder}-copy`, list), []);
});

test.run();
