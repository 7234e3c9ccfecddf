import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/src/base/errors";
import { openDuck } from "../../../lib/src/data/read/duck";
import { rejection } from "../files";

/** Whatever a field of a text file may hold; no text file holds a NUL byte. */
const ODD = [
  "",
  ".",
  "..",
  "a\nb",
  "\u0301combining",
  "😀",
  "\u001f\u001e",
  "'; DROP TABLE t; --",
  '"',
  "x".repeat(100_000),
];

test("rows are appended as they are, in order, over several flushes", async () => {
  const duck = await openDuck();
  await duck.run("CREATE TABLE t (a VARCHAR, b VARCHAR)");
  const rows = ODD.flatMap((a) => ODD.map((b) => [a, b]));
  const result = await duck.append("t", 2, async (push, flush) => {
    for (const [at, row] of rows.entries()) {
      push(row);
      if (at % 7 === 0) await flush();
      if (at % 21 === 0) await flush();
    }
    return "done";
  });
  assert.is(result, "done");
  assert.equal(await duck.rows("SELECT a, b FROM t ORDER BY rowid"), rows);
  duck.close();
});

test("an error while rows are pushed goes on to the caller, and the database can be closed", async () => {
  const duck = await openDuck();
  await duck.run("CREATE TABLE t (a VARCHAR)");
  const failing = duck.append("t", 1, async (push, flush) => {
    push(["a"]);
    await flush();
    throw new Error("no more");
  });
  assert.is((await rejection(failing)).message, "no more");
  await duck.run("DROP TABLE t");
  await duck.run("CREATE TABLE t (a INTEGER)");
  const wrong = duck.append("t", 1, async (push, flush) => {
    push(["one"]);
    await flush();
    await flush();
  });
  assert.match((await rejection(wrong)).message, /Could not convert string 'one'/);
  duck.close();
});

test("data for which there is neither memory nor disk is said in one sentence", async () => {
  const duck = await openDuck();
  await duck.run("SET memory_limit = '40MB'");
  await duck.run("SET max_temp_directory_size = '1MB'");
  const error = await rejection(duck.run("CREATE TABLE t AS SELECT md5(i::VARCHAR) AS id FROM range(3000000) r(i)"));
  assert.instance(error, InputError);
  assert.match(
    error.message,
    /^There is not enough memory for the data, .* nothing half-written was left; make room.*\.$/,
  );
  assert.not.match(error.message, /\n/);
  duck.close();
});

test.run();
