import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import { standardDeviation } from "../../lib/src/metrics/nulls/noise";
import { noiseLike } from "../../lib/src/metrics/nulls/noise-trained";
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

test("the noise has the scale of the rows with a train interaction: zeros do not make it smaller", async () => {
  const [n, d] = [400, 4];
  const values = new Float32Array(n * d);
  const rows = Int32Array.from({ length: n / 4 }, (_, at) => 4 * at);
  for (const row of rows) for (let at = 0; at < d; at++) values[row * d + at] = at % 2 ? 3 : -3;
  const noise = await noiseLike({ values, d, rows }, "items", 1);
  assert.is(noise.length, n * d);
  const deviation = standardDeviation(noise);
  // 1,600 draws of standard deviation 3: within 10 % many times over. Of all rows it would be 1.5.
  assert.ok(Math.abs(deviation - 3) < 0.3, String(deviation));
});

test.run();
