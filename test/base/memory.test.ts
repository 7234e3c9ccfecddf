import { mkdirSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { groupLimit, memoryLimit } from "../../lib/src/base/memory";
import { openDuck } from "../../lib/src/data/read/duck";
import { rejection, scratch } from "../data/files";

const { dir } = scratch();
const GIB = 2 ** 30;

/** The least limit of groups that are written as files; `groups` are their limits by path below the root. */
function limitOf(list: string, groups: Readonly<Record<string, string>>): number {
  const root = join(dir, String(Math.random()));
  for (const [path, text] of Object.entries({ ...groups, list })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return groupLimit({ list: join(root, "list"), root });
}

test("the limit of a container is found, its own or one above it, in both versions of control groups", () => {
  const none = limitOf("0::/\n", {});
  const max = "9223372036854771712\n";
  const cases: [string, string, Record<string, string>, number][] = [
    ["v2", "0::/a/b\n", { "a/b/memory.max": "1073741824\n", "a/memory.max": "max\n" }, GIB],
    ["v2, above", "0::/a/b\n", { "a/b/memory.max": "max\n", "a/memory.max": "1073741824\n" }, GIB],
    ["v2, high", "0::/\n", { "memory.max": "2147483648\n", "memory.high": "1073741824\n" }, GIB],
    ["v2, from inside", "0::/not/here\n", { "memory.max": "1073741824\n" }, GIB],
    ["v1", "4:memory:/a\n0::/\n", { "memory/a/memory.limit_in_bytes": "1073741824\n" }, GIB],
    [
      "v1, above",
      "4:cpu,memory:/a/b\n",
      { "memory/a/b/memory.limit_in_bytes": max, "memory/a/memory.limit_in_bytes": "1073741824" },
      GIB,
    ],
    ["v1, from inside", "4:memory:/docker/x\n", { "memory/memory.limit_in_bytes": "1073741824\n" }, GIB],
    ["another controller", "4:cpu:/a\n", { "a/memory.max": "1073741824\n" }, none],
    ["no limit", "0::/\n", { "memory.max": "max\n" }, none],
  ];
  for (const [what, list, groups, expected] of cases) assert.is(limitOf(list, groups), expected, what);
});

test("MSAE_MEMORY is used where it is set, and the database takes half", async () => {
  const before = process.env.MSAE_MEMORY;
  try {
    delete process.env.MSAE_MEMORY;
    assert.ok(memoryLimit() <= totalmem());
    for (const [text, bytes] of [
      ["4GB", 4e9],
      ["4 gib", 4 * GIB],
      ["512MiB", 512 * 2 ** 20],
      ["1.5GB", 1.5e9],
    ] as const) {
      process.env.MSAE_MEMORY = text;
      assert.is(memoryLimit(), bytes, text);
    }
    process.env.MSAE_MEMORY = "4GB";
    const duck = await openDuck();
    assert.equal(await duck.rows("SELECT current_setting('memory_limit')"), [["1.8 GiB"]]);
    duck.close();
    for (const text of ["4", "lots", "-1GB", "1MB", "1e9GB"]) {
      process.env.MSAE_MEMORY = text;
      assert.match((await rejection(openDuck())).message, /MSAE_MEMORY is ".*": write the memory that may be used/);
    }
  } finally {
    if (before === undefined) delete process.env.MSAE_MEMORY;
    else process.env.MSAE_MEMORY = before;
  }
});

test.run();
