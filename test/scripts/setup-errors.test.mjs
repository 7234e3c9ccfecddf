import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nodeAdvice, PlainError, requireNode } from "../../scripts/lib/program.mjs";
import { installError } from "../../scripts/lib/trouble.mjs";
import { fakePython, projectCopy } from "./copy.mjs";

/** Run the set-up where only `programs` exist; it must fail with one line that matches. */
function refuses(programs, expected, env) {
  const copy = projectCopy(programs);
  try {
    const { code, out, err } = copy.run("scripts/setup.mjs", env);
    assert.is(code, 1);
    assert.is(out, "", "nothing was begun");
    assert.match(err, expected);
    assert.is(err.trimEnd().split("\n").length, 1, `one line, no stack: ${err}`);
    assert.not.ok(existsSync(join(copy.folder, "node_modules")));
  } finally {
    copy.remove();
  }
}

test("a machine without Python is told what to install", () => {
  refuses({}, /Python was not found: install Python 3\.10 or newer .*apt install python3 python3-venv/);
});

test("a Python older than 3.10 is named, and MSAE_PYTHON offered", () => {
  refuses({ python3: fakePython("3.9") }, /Python 3\.9 \(python3\) is too old: .*MSAE_PYTHON=/);
});

test("Debian's Python without python3-venv is told the package's name", () => {
  refuses({ python3: fakePython("3.11", { venv: false }) }, /sudo apt install python3-venv.*python3\.11-venv/);
});

test("an MSAE_PYTHON that is no Python is named", () => {
  const env = { MSAE_PYTHON: "/nowhere/python" };
  refuses({ python3: fakePython("3.11") }, /MSAE_PYTHON names \/nowhere\/python, which is not a Python that runs/, env);
});

test("a newer Python is chosen when the first one is too old", () => {
  const copy = projectCopy({ python3: fakePython("3.8"), "python3.12": fakePython("3.12") });
  const { out } = copy.run('import { findPython } from "./scripts/lib/python.mjs"; console.log(await findPython());');
  copy.remove();
  assert.is(out, "python3.12\n");
});

test("Node older than the minimum is refused with its version, the minimum itself is not", () => {
  for (const version of ["v16.20.2", "v18.19.1", "v20.9.0"])
    assert.throws(
      () => requireNode(version),
      (error) => error instanceof PlainError && error.message.includes(version),
    );
  for (const version of ["v20.10.0", "v20.20.2", "v22.0.0", "v24.1.0"]) requireNode(version);
});

test("a newer Node is recommended, in one line, on one that works and is past its end of life", () => {
  for (const version of ["v20.10.0", "v21.7.3"]) {
    assert.match(nodeAdvice(version), new RegExp(`^Node ${version} works, .* Node 22 or newer is recommended[^\\n]*$`));
  }
  for (const version of ["v22.0.0", "v24.9.0"]) assert.is(nodeAdvice(version), undefined);
});

test("an npm registry that is not reached makes one sentence, and no stamp that says it was installed", () => {
  const copy = projectCopy({ python3: fakePython("3.11"), npm: "echo 'npm error code EAI_AGAIN' >&2; exit 1" });
  const { code, out, err } = copy.run("scripts/setup.mjs");
  const stamped = existsSync(join(copy.folder, ".setup", "packages"));
  copy.remove();
  assert.is(code, 1);
  assert.is(out, "");
  assert.match(err, /^The npm packages could not be installed: the npm registry was not reached\. [^\n]*\n$/);
  assert.not.ok(stamped);
});

test("what installers say becomes a sentence on the network, the disk or rights, or else is shown", () => {
  const source = { name: "PyPI", hint: "pip's index" };
  const cases = [
    [
      "WARNING: Retrying after connection broken by 'NewConnectionError(…)'",
      /PyPI was not reached\. Check the network/,
    ],
    [
      "error: Failed to fetch: `…/jupyterlab/`\n  Caused by: dns error: failed to lookup address",
      /PyPI was not reached/,
    ],
    ["npm error code ENOSPC\nnpm error nospc", /the disk is full/],
    ["npm error code EACCES\nnpm error syscall mkdir", /belongs to someone else/],
    ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", /last lines were:\n {4}ERROR: THESE PACKAGES/],
  ];
  for (const [output, expected] of cases) assert.match(installError("JupyterLab", source, output).message, expected);
});

test("a library that does not compile stops the set-up with the compiler's own words", () => {
  const copy = projectCopy();
  const { err } = copy.run(`
    import { mkdirSync, writeFileSync } from "node:fs";
    import { program } from "./scripts/lib/program.mjs";
    import { buildLibrary } from "./scripts/lib/build.mjs";
    mkdirSync("node_modules/typescript/bin", { recursive: true });
    writeFileSync("node_modules/typescript/bin/tsc", "console.log('lib/src/a.ts(1,2): error TS2322: no'); process.exit(2);");
    await program(buildLibrary);`);
  copy.remove();
  assert.match(err, /The library does not compile; [^\n]*\nlib\/src\/a\.ts\(1,2\): error TS2322: no\n$/);
});

test.run();
