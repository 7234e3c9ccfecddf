import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readers } from "./readers.mjs";

/** How a program ends: its code, the object in its last line, and what it said. */
function ended(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code, result: JSON.parse(out.trimEnd().split("\n").at(-1) || "null"), err }),
    );
  });
}

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

for (const { name, bounded } of readers) {
  const { code, result, err } = await ended([here(`${name}.mjs`), "--cases", String(bounded), "--seed", "7"]);
  test(`${name}: each of ${bounded} damaged files is read or refused in one sentence`, () => {
    assert.is(code, 0, err);
    assert.is(result.cases, bounded);
    assert.is(result.noSentence, 0, err);
    assert.ok(result.accepted > 0 && result.accepted < bounded, `${result.accepted} accepted`);
  });
  if (result?.against === undefined && result?.notCompared === undefined) continue;
  const compared = result.notCompared === undefined;
  if (!compared) console.log(`${name}: ${result.notCompared}`);
  (compared ? test : test.skip)(`${name}: an independent reader takes whatever is taken here, as the same`, () => {
    assert.is(result.wronglyAccepted, 0, err);
  });
}

test("a reader that ends without a sentence is found, and so is one that another reader refuses", async () => {
  const program = `import { fuzz } from ${JSON.stringify(new URL("lib/fuzz.mjs", import.meta.url).href)};
    await fuzz({ name: "bad", make: (random) => Buffer.from([random.integer(256)]), read([byte]) { if (byte > 127) null.x; } });`;
  const { code, result } = await ended(["--input-type=module", "-e", program, "--", "--cases", "50", "--seed", "3"]);
  assert.is(code, 1);
  assert.ok(result.noSentence > 5 && result.noSentence < 45, String(result.noSentence));
  assert.is(result.accepted, 50 - result.noSentence);
});

test.run();
