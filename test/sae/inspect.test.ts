import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { loadTf } from "../../lib/src/sae/backend";
import { encode, initialWeights, reconstruct, untrainedWeights } from "../../lib/src/sae/encode";
import { followRow, lossTerms, reorderLatents } from "../../lib/src/sae/inspect";
import { MSAE_DEFAULTS, type MsaeConfig, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { lossAndGradients } from "../../lib/src/sae/tfjs-engine";
import { trainMsae, trainPlainSae } from "../../lib/src/sae/trainers";
import { allClose } from "../oracle";

const d = 5;
const random = seededRandom(3, "inspect-test");
const rows = (n: number): Float32Array => Float32Array.from({ length: n * d }, () => random.normal());
const batch = { users: rows(9), items: rows(7) };
const config: MsaeConfig = { ...MSAE_DEFAULTS, k: 6, prefixes: [2, 4, 6], batch: 4, epochs: 2, betaWarmup: 0 };

test("the gradients of the single terms add up to the gradient that training follows, and so do the terms", async () => {
  const { tf } = await loadTf();
  const weights = initialWeights(msae, config, d);
  const { W, bPre, bLat } = weights as { W: Float32Array; bPre: Float32Array; bLat: Float32Array };
  const whole = lossAndGradients(tf, msae, { W, bPre, bLat }, msae.shapes(config, d), batch, d, config, 1);
  const terms = await lossTerms(weights, batch, 1);
  assert.equal(
    terms.map(({ term }) => term),
    ["mse", "l1", "kl", "inner"],
  );
  allClose(
    terms.map(({ loss }) => loss),
    whole.terms,
    1e-6,
  );
  for (const name of ["W", "bPre", "bLat"]) {
    const sum = whole.gradients[name].map((_, at) =>
      terms.reduce((total, { gradients }) => total + gradients[name][at], 0),
    );
    allClose(sum, whole.gradients[name], 1e-5, name);
    for (const { gradients, norms } of terms) allClose([Math.hypot(...gradients[name])], [norms[name]], 1e-5);
  }
});

test("a term whose weight is 0 in this epoch has loss 0 and no gradient", async () => {
  const terms = await lossTerms(initialWeights(msae, config, d), batch, 0);
  assert.is(terms[3].loss, 0);
  assert.equal(Object.values(terms[3].norms), [0, 0, 0]);
  assert.ok(terms[0].norms.W > 0);
});

test("the plain autoencoder's terms are told apart in the same way", async () => {
  const plain = { ...PLAIN_SAE_DEFAULTS, k: 6, prefixes: [6], batch: 4, epochs: 1 };
  const { weights } = await trainPlainSae({ users: rows(8), items: rows(8), d }, plain);
  const { tf } = await loadTf();
  const whole = lossAndGradients(tf, plainSae, { W: weights.W }, plainSae.shapes(plain, d), batch, d, plain, 0);
  const terms = await lossTerms(weights, batch, 0);
  const sum = whole.gradients.W.map((_, at) => terms.reduce((total, { gradients }) => total + gradients.W[at], 0));
  allClose(sum, whole.gradients.W, 1e-5);
});

test("a followed row agrees with encode and reconstruct, and no prefix at all leaves its length", () => {
  const weights = initialWeights(msae, config, d);
  const row = batch.items.slice(0, d);
  const walk = followRow(weights, row);
  assert.equal(walk.latents, encode(weights, row));
  assert.equal(
    walk.prefixes.map(({ prefix }) => prefix),
    [2, 4, 6],
  );
  assert.equal(walk.prefixes[1].rebuilt, reconstruct(weights, row, 4));
  const [none] = followRow(weights, row, [0]).prefixes;
  // Nothing but the row's mean is left.
  allClose(none.rebuilt, new Float32Array(d).fill(walk.mean), 1e-6);
  assert.ok(Math.abs(walk.normed.reduce((sum, value) => sum + value, 0)) < 1e-5);
  assert.ok(none.missing > 0);
  assert.throws(() => followRow(weights, batch.items), /reads 5/);
});

test("the start of a training is what its first step saw", async () => {
  const { weights } = await trainMsae({ users: rows(8), items: rows(8), d }, config);
  assert.equal(untrainedWeights(weights).W, initialWeights(msae, config, d).W);
  assert.not.equal(weights.W, untrainedWeights(weights).W);
  assert.throws(() => untrainedWeights({ ...weights, architecture: "x" }), /no architecture "x".*msae, plain/);
});

test("latents in another order rebuild the same with all of them, and something else with a prefix", () => {
  const weights = initialWeights(msae, config, d);
  const turned = reorderLatents(weights, [5, 4, 3, 2, 1, 0]);
  allClose(reconstruct(turned, batch.items), reconstruct(weights, batch.items), 1e-6);
  assert.not.equal(reconstruct(turned, batch.items, 2), reconstruct(weights, batch.items, 2));
  assert.throws(() => reorderLatents(weights, [0, 0, 1, 2, 3, 4]), /each of the 6 latents once/);
});

test("rows of another width are refused with a sentence", async () => {
  const error = await lossTerms(initialWeights(msae, config, d), { ...batch, users: new Float32Array(7) }, 0).catch(
    (thrown) => thrown,
  );
  assert.match((error as Error).message, /7 values for its users.*width 5/);
});

test.run();
