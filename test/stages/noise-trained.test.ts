import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { noiseSeed } from "../../lib/src/stages/noise-trained";

const runs = mkdtempSync(join(tmpdir(), "msae-noise-trained-"));
const set = { "sae.epochs": 1, "sae.minSteps": 0, "sae.batch": 64, "scores.noiseTrained": true };
const small = { "data.users": 300, "data.items": 200, "data.interactions": 4000 };

test("the training on noise starts from another seed than the run that it stands beside", async () => {
  const lab = await openLab({ runs, d: 8, k: 20, set: { ...set, ...small }, warn: () => {} });
  const [real, noise] = [await lab.sae(), await lab.noiseTrained()];
  assert.is(real.weights.config.seed, lab.config.seed);
  assert.is(noise.weights.config.seed, noiseSeed(lab.config.seed));
  assert.not.equal(noise.weights.config.seed, real.weights.config.seed);
  const { excludedItems, nulls } = await lab.scores();
  assert.ok(excludedItems >= 0 && Number.isFinite(nulls.noiseTrained.mean));
});

test.run();
