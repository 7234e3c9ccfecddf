import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codeCells } from "../../scripts/checks/notebook-cells.mjs";
import { faultsOf } from "../../scripts/checks/notebook-form.mjs";
import { typeFaults } from "../../scripts/checks/notebook-types.mjs";
import { runUnitTests, summaryOf } from "../../scripts/checks/unit.mjs";
import { findChromium } from "../../scripts/lib/chromium.mjs";
import { root } from "../../scripts/lib/paths.mjs";

/** The content of a notebook with these code cells, a line of prose before each. */
function notebook(sources, change = {}) {
  const cells = sources.flatMap((source) => [
    { cell_type: "markdown", source: ["prose"] },
    { cell_type: "code", source, outputs: [], execution_count: null, ...change },
  ]);
  return { cells, metadata: { kernelspec: { name: "tslab" }, language_info: { name: "typescript" } } };
}

const form = (content) => faultsOf({ content, cells: codeCells(content) });

test("a notebook in good form has no fault", () => {
  assert.equal(form(notebook(["1;", "2;\n".repeat(15)])), []);
});

test("a long cell, outputs, an execution count, another kernel: each is a fault of its own", () => {
  assert.match(form(notebook(["1;", "2;\n".repeat(16)]))[0], /cell \[2\] has 16 lines; at most 15/);
  assert.match(form(notebook(["1;"], { outputs: [{}] }))[0], /cell \[1\] has outputs/);
  assert.match(form(notebook(["1;"], { execution_count: 3 }))[0], /cell \[1\] has an execution count/);
  assert.match(form({ ...notebook(["1;"]), metadata: {} }).join(), /kernelspec is missing.*lack language_info/);
  assert.match(form(notebook([]))[0], /no code cell/);
  assert.match(form(notebook([" \n"]))[0], /cell \[1\] is empty/);
});

test("the cells of a notebook are one strict module: errors name the cell and its line", async () => {
  const check = (...sources) => ({ file: "notebooks/x.ipynb", cells: codeCells(notebook(sources)) });
  const apart = (n, notebook) => ({ ...notebook, file: `notebooks/x${n}.ipynb` });
  const notebooks = [
    check("const a = 1;\nconst b = a;", "const c: number = await Promise.resolve(b);\nc;"),
    check("const a = 1;", "// a comment\nconst b: string = a;"),
    check("const a = 1;", "const a = 2;"),
    check("function f(x) { return x; }"),
    check('import type { InputError } from "msae-lab";\nconst e = { name: 1 } as unknown as InputError;', "e.nothing;"),
    check('import { nothingOfTheKind } from "msae-lab";'),
  ];
  const faults = await typeFaults(notebooks.map((one, n) => apart(n, one)));
  assert.equal(faults[0], []);
  assert.equal(faults[1], ["cell [2], line 2: Type 'number' is not assignable to type 'string'. (TS2322)"]);
  assert.match(faults[2].join("\n"), /cell \[1\], line 1: Cannot redeclare .*\ncell \[2\], line 1: Cannot redeclare/);
  assert.match(faults[3][0], /cell \[1\], line 1: Parameter 'x' implicitly has an 'any' type/);
  assert.match(faults[4][0], /cell \[2\], line 1: Property 'nothing' does not exist on type 'InputError'/);
  assert.match(faults[5][0], /has no exported member 'nothingOfTheKind'/);
});

test("uvu's closing lines are counted, the last ones when a test printed some itself", () => {
  const lines = (all, passed, skipped) => `\n  Total:     ${all}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n`;
  assert.equal(summaryOf(lines(9, 9, 0) + lines(5, 3, 1)), { passed: 3, failed: 2, skipped: 1 });
  assert.is(summaryOf("Exiting early before testing is finished."), undefined);
});

test("a test file that fails, crashes, leaves early or holds no test counts as failed", async () => {
  const folder = `test/output/checks-${process.pid}`;
  mkdirSync(join(root, folder), { recursive: true });
  const uvu = 'import { test } from "uvu";\nimport * as assert from "uvu/assert";\n';
  const files = {
    good: `${uvu}test("a", () => {}); test.skip("b"); test.run();`,
    red: `${uvu}test("a", () => {}); test("b", () => assert.is(1, 2)); test.run();`,
    crash: "throw new Error('at import');",
    early: `${uvu}test("a", async () => { await new Promise(() => {}); }); test.run();`,
    after: `${uvu}test("a", () => {}); test.run(); setTimeout(() => { throw new Error("afterwards"); }, 100);`,
    empty: "export {};",
    norun: `${uvu}test("a", () => {});`,
  };
  const counts = {};
  const log = console.log;
  console.log = () => {};
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(root, folder, `${name}.test.mjs`), text);
      counts[name] = Object.values(await runUnitTests([`${folder}/${name}.test.mjs`])).join();
    }
  } finally {
    console.log = log;
    rmSync(join(root, folder), { recursive: true });
  }
  const expected = { good: "1,0,1", red: "1,1,0", crash: "0,1,0", early: "0,1,0", after: "1,1,0", empty: "0,1,0" };
  assert.equal(counts, { ...expected, norun: "0,1,0" });
});

test("Chromium is the one that CHROMIUM names, else a program on the PATH, else none", () => {
  const folder = mkdtempSync(join(tmpdir(), "msae-lab-chromium-"));
  const env = { PATH: `${folder}/missing:${folder}` };
  try {
    assert.is(findChromium(env), undefined);
    writeFileSync(join(folder, "google-chrome"), "", { mode: 0o644 });
    assert.is(findChromium(env), undefined, "a file that cannot be run is none");
    writeFileSync(join(folder, "chromium"), "", { mode: 0o755 });
    assert.is(findChromium(env), join(folder, "chromium"));
    assert.is(findChromium({ ...env, CHROMIUM: "/opt/chrome" }), "/opt/chrome");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
