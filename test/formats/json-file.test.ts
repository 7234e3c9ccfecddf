import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { readJsonFile } from "../../lib/src/formats/json-file";

const root = mkdtempSync(join(tmpdir(), "msae-json-file-"));
const read = (path: string): unknown => readJsonFile(path, "list", "name another list", 30);
const written = (text: string): string => {
  const path = join(root, "list.json");
  writeFileSync(path, text);
  return path;
};

test("the value of a file, whatever it is", () => {
  assert.equal(read(written('{"a": [1, null]}')), { a: [1, null] });
});

for (const [what, path, says] of [
  ["missing", () => join(root, "none.json"), /^There is no list .*none\.json: name another list\.$/],
  ["below a file", () => join(written("1"), "x"), /^There is no list/],
  ["a folder", () => root, /is a folder or a device, no list: name another list\.$/],
  ["too large", () => written(`"${"x".repeat(29)}"`), /has 31 bytes, too many for a list \(30 at most\)/],
  ["not JSON", () => written("{"), /list\.json is not JSON.*: mend it, or name another list\.$/],
] as [string, () => string, RegExp][])
  test(`a file that is ${what} is refused in a sentence`, () => {
    assert.throws(
      () => read(path()),
      (error: Error) => error instanceof InputError && says.test(error.message),
    );
  });

test.run();
