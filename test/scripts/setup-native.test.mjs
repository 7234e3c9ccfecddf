import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fakePython, projectCopy } from "./copy.mjs";

const FINE = { python3: fakePython("3.11"), "g++": "exit 0" };
const STILL = /Everything works without it: .+\n$/;

/** Code that runs before the script does, given through NODE_OPTIONS. */
const before = (code) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });

/** Run the native set-up with these programs; it must fail with one line that matches and leave nothing behind. */
function refuses(programs, env, expected) {
  const copy = projectCopy(programs);
  try {
    const { code, out, err } = copy.run("scripts/setup-native.mjs", env);
    assert.is(code, 1);
    assert.is(out, "", "nothing was begun");
    assert.match(err, expected);
    assert.match(err, STILL);
    assert.is(err.trimEnd().split("\n").length, 1, `one line, no stack: ${err}`);
    assert.not.ok(existsSync(join(copy.folder, "node_modules")) || existsSync(join(copy.folder, ".native")));
  } finally {
    copy.remove();
  }
}

for (const [platform, arch] of [
  ["darwin", "arm64"],
  ["linux", "arm64"],
  ["win32", "x64"],
])
  test(`on ${platform} ${arch} the native set-up refuses with one sentence that says what still works`, () => {
    const pretend = `for (const [n, value] of Object.entries({ platform: "${platform}", arch: "${arch}" })) Object.defineProperty(process, n, { value });`;
    refuses(FINE, before(pretend), new RegExp(`built on Linux x64 only, and this is ${platform} ${arch}\\.`));
  });

test("a system with another C library, or an old one, is named", () => {
  const pretend = (version) => `process.report.getReport = () => ({ header: { glibcVersionRuntime: ${version} } });`;
  refuses(FINE, before(pretend("undefined")), /needs glibc 2\.27 or newer, and this system has another C library\./);
  refuses(FINE, before(pretend('"2.17"')), /this system has 2\.17\./);
});

test("a disk that is too full is told before anything is fetched, with both figures", () => {
  const full =
    'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; fs.statfsSync = () => ({ bavail: 250000, bsize: 4096 }); syncBuiltinESMExports();';
  refuses(FINE, before(full), /needs 2 GB of disk to be built, and 1\.0 GB are free: free some/);
});

test("a machine without a C++ compiler is told what to install", () => {
  refuses({ python3: fakePython("3.11") }, {}, /compiler g\+\+ was not found: install it .*sudo apt install g\+\+/);
});

test("a CXX that is no compiler is named", () => {
  refuses(FINE, { CXX: "/nowhere/clang++" }, /compiler \/nowhere\/clang\+\+ was not found: .*CXX names it: correct/);
});

test("a machine without Python is told so by the set-up, and no stage is begun", () => {
  const copy = projectCopy({ "g++": "exit 0" });
  const { code, out, err } = copy.run("scripts/setup-native.mjs");
  copy.remove();
  assert.is(code, 1);
  assert.is(out, "");
  assert.match(err, /^Python was not found: install Python 3\.10/);
});

/** Run code with the library of the native set-up in a copy. */
function inCopy(programs, code) {
  const copy = projectCopy(programs);
  const result = copy.run(`
    import { program } from "./scripts/lib/program.mjs";
    import * as native from "./scripts/lib/native.mjs";
    await program(async () => { ${code} });`);
  copy.remove();
  return result;
}

test("PyPI that is not reached makes one sentence", () => {
  const broken = "echo 'WARNING: Retrying after connection broken by NewConnectionError' >&2; exit 1";
  const { code, err } = inCopy({ python3: broken }, 'await native.fetchWheels("cpu", "wheels", "python3");');
  assert.is(code, 1);
  assert.match(
    err,
    /^TensorFlow could not be installed: PyPI was not reached\. [^\n]* Everything works without it: [^\n]*\n$/,
  );
});

test("wheels are fetched by hash, for the manylinux tags, whatever Python asks", () => {
  const { out } = inCopy(
    { python3: 'echo "$@" > asked; exit 0' },
    'await native.fetchWheels("gpu", "wheels", "python3"); console.log((await import("node:fs")).readFileSync("asked", "utf8"));',
  );
  assert.match(out, /-m pip download .*--require-hashes .*--platform manylinux_2_27_x86_64 .*tensorflow-gpu\.txt/);
});

test("a part counts as built only when its folder has its name; half of one is made again", () => {
  const copy = projectCopy();
  const version = /==(\S+)/.exec(readFileSync(join(copy.folder, "scripts/lib/tensorflow-cpu.txt"), "utf8"))[1];
  const state = () =>
    copy.run(
      'import { chosenPart, choosePart, nativeIsWhole } from "./scripts/lib/native.mjs"; choosePart("cpu"); console.log(nativeIsWhole("cpu"), chosenPart());',
    ).out;
  mkdirSync(join(copy.folder, ".native", ".making-cpu"), { recursive: true });
  writeFileSync(join(copy.folder, ".native", ".making-cpu", "tfjs_binding.node"), "");
  assert.is(state(), "false undefined\n");
  mkdirSync(join(copy.folder, ".native", `tensorflow-${version}-cpu`));
  writeFileSync(join(copy.folder, ".native", `tensorflow-${version}-cpu`, "tfjs_binding.node"), "");
  assert.is(state(), "true cpu\n");
  copy.remove();
});

test("after the packages are installed anew the engine is linked again, and only then", () => {
  const copy = projectCopy();
  const version = /==(\S+)/.exec(readFileSync(join(copy.folder, "scripts/lib/tensorflow-cpu.txt"), "utf8"))[1];
  const built = join(copy.folder, ".native", `tensorflow-${version}-cpu`);
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, "tfjs_binding.node"), "addon");
  const packages = join(copy.folder, "node_modules", "@tensorflow", "tfjs-node-gpu");
  const finder = join(copy.folder, "node_modules", "@mapbox", "node-pre-gyp");
  for (const folder of [packages, finder]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(packages, "package.json"), "{}");
  writeFileSync(
    join(finder, "index.js"),
    'exports.find = (file) => require("path").join(file, "../lib/tfjs_binding.node");',
  );
  const { out } = copy.run(`
    import { choosePart, linkIsMissing, linkNative } from "./scripts/lib/native.mjs";
    console.log(linkIsMissing()); choosePart("cpu"); console.log(linkIsMissing()); linkNative(); console.log(linkIsMissing());`);
  assert.is(out, "false\ntrue\nfalse\n");
  assert.is(realpathSync(join(packages, "lib", "tfjs_binding.node")), join(built, "tfjs_binding.node"));
  copy.remove();
});

test.run();
