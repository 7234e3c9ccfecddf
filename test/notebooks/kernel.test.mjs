import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root, venvPython } from "../../scripts/lib/paths.mjs";

test("a notebook that imports the library by name completes its members and knows their types", () => {
  const script = join(root, "test", "notebooks", "ask_kernel.py");
  const answers = JSON.parse(execFileSync(venvPython, [script, join(root, "notebooks")], { encoding: "utf8" }));
  const exported = Object.keys(createRequire(import.meta.url)(join(root, "lib", "dist", "index.js")));
  assert.ok(exported.length > 0);
  for (const name of exported) assert.ok(answers.exported.includes(name), `${name} is completed`);
  for (const step of ["data", "factors", "scores", "card"]) assert.ok(answers.steps.includes(step), `lab.${step}`);
  assert.match(answers.openLab, /openLab\(.*\): Promise<.*Lab>/);
});

test.run();
