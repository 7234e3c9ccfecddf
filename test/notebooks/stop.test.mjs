import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../scripts/lib/paths.mjs";
import { commandOf, descendants, eventually, LISTED } from "../descendants.mjs";

const stops = suite("notebooks: stopped in the middle of a cell");
const dist = join(root, "lib", "dist");

/** Executes a notebook whose cell never ends, as the command line does. */
const ENDLESS = `
  const { stoppable } = require(${JSON.stringify(join(dist, "base", "signals.js"))});
  const { runNotebooks } = require(${JSON.stringify(join(dist, "lab", "notebooks.js"))});
  const options = { root: ${JSON.stringify(root)}, files: ["test/notebooks/fixtures/endless.ipynb"], onLine: console.error };
  const command = () => runNotebooks(options).then(() => 0, (error) => (console.error(error.message), 1));
  stoppable(command, () => console.error("Stopped: finished stages are kept, and so on.")).then((code) => { process.exitCode = code; });`;

let runtime;
stops.before.each(() => {
  runtime = mkdtempSync(join(tmpdir(), "msae-lab-runtime-"));
});
stops.after.each(() => rmSync(runtime, { recursive: true, force: true }));

/** Start it and wait until the cell runs: node, Python and kernel, and how it ends. */
async function start() {
  const child = spawn(process.execPath, ["-e", ENDLESS], {
    env: { ...process.env, JUPYTER_RUNTIME_DIR: runtime, TMPDIR: runtime },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const ended = new Promise((resolve) => child.once("close", (code) => resolve({ code, err })));
  const find = (word) => descendants(child.pid).find((pid) => commandOf(pid).includes(word));
  const kernel = await eventually("the kernel starts", () => find("tslab kernel"));
  await eventually("the cell runs", () => existsSync(join(runtime, "running")));
  rmSync(join(runtime, "running"));
  return { node: child.pid, python: find("run_notebooks.py"), kernel, ended };
}

/** Every process is gone, and so is what they wrote beside their results. */
async function nothingIsLeft(...pids) {
  await eventually("all processes end", () => pids.every((pid) => commandOf(pid) === ""), 30_000);
  await eventually("no file is left", () => readdirSync(runtime).length === 0, 10_000).catch(() =>
    assert.equal(readdirSync(runtime), []),
  );
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  stops(`${signal} ends command, Python and kernel, with the sentence and code ${code}`, async () => {
    const { node, python, kernel, ended } = await start();
    process.kill(node, signal);
    const end = await ended;
    assert.is(end.code, code, end.err);
    // Where Python takes long to end, on a busy machine, it is not waited for, and the word is the shorter one.
    assert.match(end.err, /^Stopped( during the notebooks)?: finished stages are kept, [^\n]*\n$/, end.err);
    await nothingIsLeft(python, kernel);
  });

stops("killed itself, it leaves neither Python nor a kernel", async () => {
  const { node, python, kernel, ended } = await start();
  process.kill(node, "SIGKILL");
  await ended;
  await nothingIsLeft(python, kernel);
});

stops("when Python is killed the command says so, and the kernel ends by itself", async () => {
  const { python, kernel, ended } = await start();
  process.kill(python, "SIGKILL");
  const { code, err } = await ended;
  assert.is(code, 1, err);
  assert.match(err, /The notebook runner ended \(code 1\) after 0 of 1 notebooks\.\n$/);
  await nothingIsLeft(kernel);
});

if (LISTED) stops.run();
else {
  console.log("skip: processes are listed on Linux only");
  const none = suite("notebooks: stopped");
  none.skip("needs Linux");
  none.run();
}
