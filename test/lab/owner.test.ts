import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { removeAbandoned, temporaryFolder, temporaryPath } from "../../lib/src/lab/owner";

const folder = (): string => mkdtempSync(join(tmpdir(), "msae-owner-"));
const library = resolve(__dirname, "..", "..", "lib", "src", "lab", "owner.ts");
const code = (root: string, then: string): string[] => [
  "--import",
  "tsx",
  "-e",
  `console.log(require(${JSON.stringify(library)}).temporaryFolder(${JSON.stringify(root)}, "x").path); ${then}`,
];
/** Whether what lies in a folder is still there after abandoned things were removed. */
const survives = (path: string, root: string): boolean => {
  removeAbandoned(root);
  return existsSync(path);
};

test("a temporary folder goes with its release, with its process's end, and after a kill", () => {
  const root = folder();
  const { path, release } = temporaryFolder(root, "x");
  assert.ok(survives(path, root));
  release();
  assert.equal(readdirSync(root), []);
  spawnSync(process.execPath, code(root, "process.exit(1)"));
  assert.equal(readdirSync(root), []);
  const killed = spawnSync(process.execPath, code(root, "process.kill(process.pid, 'SIGKILL')"), { encoding: "utf8" });
  assert.ok(existsSync(killed.stdout.trim()));
  assert.not(survives(killed.stdout.trim(), root));
});

test("a number that was given to another process since does not keep what the dead one left", () => {
  const root = folder();
  const own = temporaryPath(root, "x");
  const earlier = own.replace(/^(.*\.tmp-\d+-)(\d+)/, (_whole, before, start) => `${before}${Number(start) - 1 || 1}`);
  mkdirSync(own);
  mkdirSync(earlier);
  assert.ok(survives(own, root));
  if (process.platform === "linux") assert.not(survives(earlier, root));
});

test("of a process in another container, or on another machine, nothing goes that was touched within a day", () => {
  const root = folder();
  const path = temporaryPath(root, "x").replace(/\.tmp-\d+-(\d+)\.[0-9a-f]{8}/, ".tmp-999999999-$1.00000000");
  mkdirSync(path);
  const old = new Date(Date.now() - 25 * 3_600_000);
  writeFileSync(join(path, "spill"), "");
  utimesSync(path, old, old);
  assert.ok(survives(path, root));
  utimesSync(join(path, "spill"), old, old);
  assert.not(survives(path, root));
});

const apart = ["--pid", "--fork", "--mount-proc"];
const inContainers = spawnSync("unshare", [...apart, "true"]).status === 0;
if (!inContainers) console.log("skip: no container can be made here, so the check on two of them is left out");

(inContainers ? test : test.skip)("two containers over one store leave each other's folders alone", async () => {
  const root = folder();
  const child = spawn("unshare", [
    ...apart,
    "--kill-child",
    process.execPath,
    ...code(root, "setInterval(() => {}, 1000)"),
  ]);
  try {
    const path = await new Promise<string>((told) => child.stdout.once("data", (text) => told(String(text).trim())));
    assert.ok(survives(path, root));
    const other = spawnSync("unshare", [...apart, process.execPath, ...code(root, "")], { encoding: "utf8" });
    assert.is(other.status, 0);
    assert.ok(existsSync(path));
  } finally {
    child.kill("SIGKILL");
  }
});

test.run();
