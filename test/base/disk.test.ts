import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writing } from "../../lib/src/base/disk";

const program = join(resolve(__dirname, "..", ".."), "lib", "bin", "msae-lab.cjs");

const failing = (code: string) => (): never => {
  throw Object.assign(new Error(`${code}: as the system says it`), { code });
};

const thrown = (work: () => unknown): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  return new Error("nothing was thrown");
};

test("a disk that fails is told from a place that is wrong, at once and later, each in one sentence", async () => {
  const names = {
    DiskError: "ENOSPC EDQUOT EFBIG EIO EMFILE ENFILE",
    InputError: "EROFS EACCES EPERM ENOTDIR ENAMETOOLONG",
  };
  for (const [name, codes] of Object.entries(names))
    for (const code of codes.split(" ")) {
      const now = thrown(() => writing("The card", "/some/where", failing(code)));
      const later = await writing("The card", "/some/where", async () => failing(code)()).catch(
        (error: Error) => error,
      );
      for (const error of [now, later as Error]) {
        assert.is(error.name, name, code);
        assert.match(
          error.message,
          /^The card could not be written to \/some\/where \([^:()]+\): nothing half-written.*\.$/,
        );
      }
    }
  assert.is(thrown(() => writing("The card", "/", failing("EINVAL"))).message, "EINVAL: as the system says it");
});

(existsSync("/dev/full") ? test : test.skip)(
  "results that do not fit where stdout goes: exit 1 and one sentence",
  () => {
    for (const command of ["data", "--help", "runs list"]) {
      const { status, stderr } = spawnSync(
        "/bin/sh",
        ["-c", `"${process.execPath}" "${program}" ${command} > /dev/full`],
        {
          encoding: "utf8",
        },
      );
      assert.is(stderr, "The output could not be written to stdout (the disk is full): make room there.\n", command);
      assert.is(status, 1);
    }
  },
);

test("a reader that stops early hears nothing of it", () => {
  const shell = `"${process.execPath}" "${program}" data | true`;
  for (let round = 0; round < 3; round++) {
    const { status, stderr } = spawnSync("/bin/bash", ["-o", "pipefail", "-c", shell], { encoding: "utf8" });
    assert.is(stderr, "");
    assert.is(status, 0);
  }
});

test.run();
