import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { encodeSafetensors } from "../../lib/src/formats/safetensors";
import { openLab } from "../../lib/src/lab/lab";

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
  const noise = (rows: number): { shape: number[]; data: Float32Array } => ({
    shape: [rows, d],
    data: Float32Array.from({ length: rows * d }, () => random.normal()),
  });
  const dir = join(root, name);
  mkdirSync(dir, { recursive: true });
  const tensors = { users: noise(userIds.length), items: noise(itemIds.length) };
  writeFileSync(join(dir, "factors.safetensors"), encodeSafetensors(tensors));
  writeFileSync(join(dir, "users.txt"), userIds.join("\n"));
  writeFileSync(join(dir, "items.txt"), itemIds.join("\n"));
  return dir;
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
