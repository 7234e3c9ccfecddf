import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { openLab } from "../../lib/src/lab/lab";
import { writeFactors } from "../factor-files";

const root = mkdtempSync(join(tmpdir(), "msae-null-factors-"));
const options = {
  ...{ runs: join(root, "runs"), d: 8, k: 20, warn: () => {} },
  set: {
    "data.users": 300,
    "data.items": 200,
    "data.interactions": 4000,
    "sae.epochs": 5,
    "sae.minSteps": 0,
    "sae.batch": 64,
    "mf.tune": false,
  },
};

/** A folder of random factors of this width for the planted users and items. */
async function folder(name: string, d: number): Promise<string> {
  const { userIds, itemIds } = await (await openLab(options)).factors();
  const random = seededRandom(1, name);
  const noise = ({ length }: string[]): Float32Array =>
    Float32Array.from({ length: length * d }, () => random.normal());
  return writeFactors(join(root, name), { d, users: noise(userIds), items: noise(itemIds), userIds, itemIds });
}

test("each folder of null factors is a run of its own, and none is ours", async () => {
  const lab = await openLab({ ...options, nullFactors: [await folder("one", 8), await folder("two", 8)] });
  const [one, two] = (await lab.rewired()).runs;
  const ours = await lab.scores();
  assert.not.equal(one.perLatent, two.perLatent);
  assert.not.equal(one.perLatent, ours.perLatent);
  assert.not.equal(two.perLatent, ours.perLatent);
  assert.is(one.mixing, undefined);
  assert.is((await lab.verdict()).rewiredRuns, 2);
});

test("a folder that is not there, and factors of another width, are refused", async () => {
  const lost = await openLab({ ...options, nullFactors: [join(root, "nowhere")] });
  await lost.rewired().then(
    () => assert.unreachable("was taken"),
    ({ message }: Error) => assert.match(message, /nowhere.*is missing/),
  );
  const wide = await openLab({ ...options, nullFactors: [await folder("wide", 9)] });
  await wide.rewired().then(
    () => assert.unreachable("was taken"),
    ({ message }: Error) => assert.match(message, /Null factors 1 have the width 9, and the factors 8/),
  );
});

test.run();
