import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../scripts/lib/paths.mjs";
import { startLab } from "../browser/server.mjs";
import { projectCopy } from "./copy.mjs";

const readOnly = suite("a project that cannot be written");
const base = mkdtempSync(join(tmpdir(), "msae-lab-read-only-"));
const project = join(base, "project");
const home = join(base, "home");
const runs = join(base, "runs");
const mounted = mount();

process.on("exit", () => {
  if (mounted) execFileSync("umount", ["-l", project], { stdio: "ignore" });
  rmSync(base, { recursive: true, force: true });
});

/** This checkout, read-only and at another place; undefined, and said so, where none can be mounted. */
function mount() {
  for (const folder of [project, home, runs]) mkdirSync(folder);
  try {
    execFileSync("mount", ["--bind", root, project], { stdio: "ignore" });
    execFileSync("mount", ["-o", "remount,ro,bind", project], { stdio: "ignore" });
    return true;
  } catch {
    console.log("skip: nothing can be mounted here, so the checks on a read-only project are left out");
    return false;
  }
}

const whereMounted = mounted ? readOnly : readOnly.skip;

/** Run the command line of the read-only project, with an empty home. */
function lab(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "lib/bin/msae-lab.cjs"), ...args], {
    cwd: base,
    encoding: "utf8",
    env: { ...process.env, HOME: home, MSAE_RUNS: runs },
  });
  return { code: status, out: stdout, err: stderr };
}

whereMounted("doctor finds everything, and a run goes where it is told to", () => {
  const found = lab("doctor", "--no-speed");
  assert.is(found.code, 0, found.err);
  assert.not.match(found.out, /^--/m);
  const quick = ["data.users=300", "data.items=200", "data.interactions=4000", "sae.epochs=2", "sae.minSteps=0"];
  const out = join(base, "out");
  const run = lab("run", "--set", ...quick, "sae.batch=64", "mf.iterations=3", "--out", out);
  assert.is(run.code, 0, run.err);
  assert.ok(readdirSync(out).includes("card.json"));
});

whereMounted("a notebook is executed, and nothing is written to the user's home", () => {
  const { code, err } = lab("notebooks", "--only", "00");
  assert.is(code, 0, err);
  assert.equal(readdirSync(home), []);
});

whereMounted("npm start says what it cannot do, and starts", async () => {
  const command = [process.execPath, join(project, "scripts/start.mjs")];
  const { stop, output } = await startLab({ command, env: { HOME: home, MSAE_RUNS: runs } });
  assert.equal(await stop(), []);
  assert.match(output(), /nothing can be written in this folder; what is installed is whole/);
  assert.match(output(), /cannot be written: notebooks cannot be saved there/);
});

readOnly("what is not whole cannot be mended there, and is named in a sentence", () => {
  const copy = projectCopy();
  const code = (lost) => `
    import { program } from "./scripts/lib/program.mjs";
    import { useAsItIs } from "./scripts/lib/read-only.mjs";
    await program(async () => useAsItIs({ packages: () => [], library: () => ${lost} }));`;
  assert.match(copy.run(code("[]")).out, /is used as it is\n$/);
  for (const [lost, words] of [
    ["undefined", "was never finished"],
    ['["cli.js"]', "has missing or changed files \\(cli\\.js\\)"],
  ]) {
    const { code: status, err } = copy.run(code(lost));
    assert.is(status, 1);
    assert.match(err, new RegExp(`^The set-up \\(library\\) ${words}, and [^\\n]* cannot be written: [^\\n]*\\n$`));
  }
  copy.remove();
});

readOnly.run();
