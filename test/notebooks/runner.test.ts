import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { runNotebooks } from "../../lib/src/lab/notebooks";

const root = resolve(__dirname, "..", "..");
const fixture = (name: string): string => `test/notebooks/fixtures/${name}.ipynb`;

test("notebooks that end well, fail late or do not compile are told apart, each with its cell and stderr", async () => {
  const lines: string[] = [];
  const html = mkdtempSync(join(tmpdir(), "msae-lab-html-"));
  try {
    const files = ["good", "late-rejection", "wrong-type"].map(fixture);
    const [good, late, wrong] = await runNotebooks({ root, files, html, onLine: (line) => lines.push(line) });
    assert.equal([good.notebook, good.ok, good.error], ["good.ipynb", true, undefined]);
    assert.ok(good.seconds > 0);
    assert.not.ok(late.ok);
    assert.match(late.error ?? "", /^cell \[2\] failed:\n {4}setTimeout\(.*\n {4}n;\n {2}its stderr:\n.*rejected late/);
    assert.not.ok(wrong.ok);
    assert.match(wrong.error ?? "", /^cell \[1\] failed:\n {4}const text.*\n {2}its stderr:\n.*Type 'number' is not/);
    assert.not.match(wrong.error ?? "", "must not be reached");
    assert.match(lines.join("\n"), /good\.ipynb {2}ok {2}\d/);
    assert.match(readFileSync(join(html, "good.html"), "utf8"), /InputError/);
    assert.ok(existsSync(join(html, "wrong-type.html")));
  } finally {
    rmSync(html, { recursive: true });
  }
});

test("a part of a name that no notebook has, and a folder without the set-up, are refused in a sentence", async () => {
  const refusal = (options: Parameters<typeof runNotebooks>[0]): Promise<unknown> =>
    runNotebooks(options).catch((error: unknown) => error);
  const nothing = await refusal({ root, only: "no-such-notebook" });
  assert.instance(nothing, InputError);
  assert.match((nothing as Error).message, /has no notebook whose name holds "no-such-notebook"; give --only/);
  for (const only of ["0", "1", "9"])
    assert.match(((await refusal({ root, only })) as Error).message, `has no notebook whose name holds "${only}"`);
  const bare = mkdtempSync(join(tmpdir(), "msae-lab-bare-"));
  try {
    const missing = await refusal({ root: bare, files: [join(root, fixture("good"))] });
    assert.instance(missing, InputError);
    assert.match((missing as Error).message, /\.venv is missing, .* run `npm run setup` once/);
  } finally {
    rmSync(bare, { recursive: true });
  }
});

test.run();
