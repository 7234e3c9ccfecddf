import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { requireFile, unchanged } from "../../lib/src/base/input-file";
import { scratch } from "../data/files";

const { dir, put } = scratch();

function said(work: () => void): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, InputError);
    assert.match((error as Error).message, /^The ratings file .*\.$/);
    return (error as Error).message;
  }
  return "nothing";
}

test("what is no file is refused by what it is, before it is opened", async () => {
  mkdirSync(join(dir, "folder"));
  execFileSync("mkfifo", [join(dir, "pipe")]);
  const server = createServer().listen(join(dir, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  const kinds: [string, RegExp][] = [
    ["/dev/zero", /a device, which has no end: name a file/],
    ["/dev/null", /a device/],
    [join(dir, "folder"), /a folder: name a file/],
    [join(dir, "pipe"), /a pipe, which can be read only once/],
    [join(dir, "socket"), /a socket/],
    [join(dir, "nowhere.csv"), /does not exist: check the path/],
    [join(dir, "folder", "x", "y"), /does not exist: check the path/],
    ["https://host/ratings.csv", /does not exist: an address is not opened/],
    ["/home/s3:/bucket/ratings.csv", /does not exist: an address is not opened/],
  ];
  for (const [path, expected] of kinds)
    assert.match(
      said(() => requireFile(path, "The ratings file")),
      expected,
      path,
    );
  server.close();
  assert.is(requireFile(put("f.csv", "abc"), "The ratings file").size, 3);
});

test("a file that was written to, replaced or removed meanwhile is noticed", () => {
  const changes: [string, (path: string) => void][] = [
    ["written to", (path) => appendFileSync(path, "x")],
    ["replaced", (path) => renameSync(put("other.csv", "same length"), path)],
    ["removed", (path) => renameSync(path, `${path}.away`)],
  ];
  for (const [what, change] of changes) {
    const path = put("ratings.csv", "same length");
    const check = unchanged({ ratings: path, "item metadata": undefined });
    check();
    change(path);
    assert.match(said(check), /was changed while it was read/, what);
  }
  writeFileSync(join(dir, "late.csv"), "");
});

test.run();
