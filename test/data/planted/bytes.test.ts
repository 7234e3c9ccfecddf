import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root, run } from "../../cli/quick";
import { start } from "../fetch/fetching";

const SIZE = "generate --users 3000 --items 800 --interactions 25000 --format amazon --shape published".split(" ");

/** Checksum of each file that was written. */
const digests = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(dir, name)))
          .digest("hex"),
      ]),
  );

test("in the published shape the same seed writes the same bytes, in another process too; another seed writes others", async () => {
  const at = (name: string): string => join(root, name);
  assert.is((await run([...SIZE, "--seed", "7", "--out", at("here")])).code, 0);
  assert.is((await start([...SIZE, "--seed", "7", "--out", at("there")]).ended).code, 0);
  assert.is((await run([...SIZE, "--seed", "8", "--out", at("other")])).code, 0);
  const [here, there, other] = ["here", "there", "other"].map((name) => digests(at(name)));
  assert.equal(Object.keys(here), ["items.jsonl", "ratings.csv", "truth.json"]);
  assert.equal(there, here);
  for (const [name, digest] of Object.entries(here)) assert.is.not(other[name], digest, name);
});

test.run();
