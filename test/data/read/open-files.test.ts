import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { requireOpenFiles } from "../../../lib/src/data/read/open-files";

test("so many files may be open, and none stays so", () => {
  for (let times = 0; times < 50; times++) requireOpenFiles(100, "It");
});

test("where fewer are allowed, one sentence says how many and what to do", () => {
  if (process.platform === "win32") return;
  const file = resolve(__dirname, "..", "..", "..", "lib", "dist", "data", "read", "open-files.js");
  const code = `try { require(${JSON.stringify(file)}).requireOpenFiles(500, "Reading data"); } catch (error) { console.log(error.message); }`;
  const { stdout } = spawnSync("sh", ["-c", 'ulimit -n 200; exec "$@"', "sh", process.execPath, "-e", code], {
    encoding: "utf8",
  });
  assert.match(
    stdout,
    /^Reading data needs 500 open files at a time, and only \d+ more are allowed .*ulimit -n 1024.*\.\n$/,
  );
});

test.run();
