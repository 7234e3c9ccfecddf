import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hashOf } from "../../scripts/lib/hash.mjs";
import { choosePort, isFree } from "../../scripts/lib/port.mjs";
import { identityOf } from "../../scripts/lib/processes.mjs";
import { projectCopy } from "./copy.mjs";

let copy;
test.before.each(() => {
  copy = projectCopy();
});
test.after.each(() => copy.remove());

test("a stage is made once, made again when its inputs change, and made again after it was cut short", () => {
  const code = `
    import { stage } from "./scripts/lib/stage.mjs";
    let made = 0;
    const once = (key, make = () => {}) =>
      stage("s", { key: () => key, isThere: () => true, make: () => (make(), void made++) }).catch(() => {});
    await once("a"); await once("a"); console.error(made);
    await once("b"); console.error(made);
    await once("c", () => { throw new Error("cut short"); }); console.error(made);
    await once("b"); console.error(made);
    await once("b"); console.error(made);`;
  assert.equal(copy.run(code).err.trim().split("\n"), ["1", "2", "2", "3", "3"]);
});

test("each stage prints one line with its seconds", () => {
  const { out } = copy.run(`
    import { stage } from "./scripts/lib/stage.mjs";
    for (const n of [1, 2]) await stage("python", { key: () => "k", isThere: () => true, make: () => "installed" });`);
  assert.match(out, /^set-up: python {3}installed, \d+\.\d s\nset-up: python {3}up to date, \d+\.\d s\n$/);
});

test("the lock of a process that is gone is taken over; it is given back at the end", () => {
  const code = `
    import { mkdirSync, writeFileSync } from "node:fs";
    import { locked } from "./scripts/lib/lock.mjs";
    mkdirSync(".setup", { recursive: true });
    writeFileSync(".setup/lock", "99999999 1\\n${process.pid} 1\\n");
    console.log(await locked(async () => "worked"));`;
  assert.is(copy.run(code).out, "worked\n");
  assert.not.ok(existsSync(join(copy.folder, ".setup", "lock")));
});

test("a set-up waits while an installer that an earlier one started is still at work", () => {
  const code = `
    import { mkdirSync, rmSync, writeFileSync } from "node:fs";
    import { locked } from "./scripts/lib/lock.mjs";
    mkdirSync(".setup", { recursive: true });
    writeFileSync(".setup/lock", ${JSON.stringify(`99999999 1\n${identityOf(process.pid)}\n`)});
    setTimeout(() => rmSync(".setup/lock"), 300);
    const started = performance.now();
    await locked(async () => console.log(performance.now() - started > 250));`;
  assert.match(copy.run(code).out, /waiting for it to end\ntrue\n$/);
});

test("the kernelspec is written once, and rewritten when the folder is moved", () => {
  const code = 'import { writeKernel } from "./scripts/lib/kernel.mjs"; console.log(writeKernel());';
  const spec = (folder) =>
    JSON.parse(readFileSync(join(folder, ".venv/share/jupyter/kernels/tslab/kernel.json"), "utf8"));
  assert.is(copy.run(code).out, "2\n");
  assert.is(copy.run(code).out, "0\n");
  assert.ok(spec(copy.folder).argv.includes(join(copy.folder, "node_modules/tslab/bin/tslab")));
  const moved = `${copy.folder}-moved`;
  renameSync(copy.folder, moved);
  assert.is(copy.run(code, {}, moved).out, "1\n");
  assert.ok(spec(moved).argv.includes(join(moved, "node_modules/tslab/bin/tslab")));
  assert.not.ok(spec(moved).argv.some((word) => word.startsWith(`${copy.folder}/`)));
  assert.is(spec(moved).argv[0], process.execPath);
});

test("the hash of a folder changes with a file's text, name and coming", () => {
  const file = join(copy.folder, "scripts", "new.mjs");
  const hash = () => hashOf({ files: [join(copy.folder, "scripts")], values: ["v"] });
  const before = hash();
  assert.is(hash(), before);
  writeFileSync(file, "1");
  const added = hash();
  writeFileSync(file, "2");
  const changed = hash();
  renameSync(file, join(copy.folder, "scripts", "newer.mjs"));
  assert.is(new Set([before, added, changed, hash()]).size, 4);
});

test("a port in use is refused when asked for, and passed over when not", async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  try {
    assert.not.ok(await isFree(port));
    const refusal = await choosePort(String(port)).catch((error) => error.message);
    assert.match(refusal, new RegExp(`^Port ${port} is in use .* leave --port out to have a free one chosen\\.$`));
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  assert.is(await choosePort(String(port)), port);
  for (const wrong of ["x", "0", "70000", "1.5"])
    assert.match(await choosePort(wrong).catch((error) => error.message), /is not a port: give a whole number/);
});

test.run();
