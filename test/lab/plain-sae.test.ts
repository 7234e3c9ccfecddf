import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openLab } from "../../lib/src/lab/lab";
import type { Runner } from "../../lib/src/lab/stage";

const runs = mkdtempSync(join(tmpdir(), "plain-sae-"));
const set = { "sae.epochs": 6, "sae.betaWarmup": 2, "sae.minSteps": 0, "mf.iterations": 3 };
const phases: string[] = [];
const runner: Runner = (phase, work) => {
  phases.push(phase);
  return work(() => {});
};
test.after(() => rmSync(runs, { recursive: true, force: true }));

test("the plain autoencoder runs as many epochs as the MSAE, or as many steps", async () => {
  const lab = await openLab({ runs, runner, set });
  const [msae, plain, equal] = [await lab.sae(), await lab.plainSae(), await lab.plainSae({ steps: "equal" })];
  const steps = (trained: typeof msae): number => trained.history.length * trained.history[0].steps;
  assert.is(plain.weights.architecture, "plain");
  assert.is(plain.history.length, msae.history.length);
  assert.ok(steps(plain) > steps(msae));
  assert.ok(Math.abs(steps(equal) - steps(msae)) <= equal.history[0].steps / 2);
  // Nothing in its loss depends on the number of epochs: the shorter training is the beginning of the longer.
  assert.equal(
    equal.history.map(({ total }) => total),
    plain.history.slice(0, equal.history.length).map(({ total }) => total),
  );
});

test("named by sae.architecture, the plain autoencoder goes through the whole pipeline as the baseline does", async () => {
  const lab = await openLab({
    runs,
    runner,
    set: { "sae.architecture": "plain", "sae.epochs": 6, "sae.minSteps": 0, "mf.iterations": 3 },
  });
  assert.equal([lab.config.sae.wInner, lab.config.sae.prefixes, lab.config.sae.lr], [10, [50], 2e-3]);
  const [sae, baseline] = [await lab.sae(), await (await openLab({ runs, runner, set })).plainSae()];
  assert.equal([sae.weights.W, sae.history], [baseline.weights.W, baseline.history]);
  const card = await lab.card();
  assert.is(card.config.sae.architecture, "plain");
  assert.equal([card.sae.prefixes, card.sae.epochs, card.monosemanticity.perLatent.length], [[50], 6, 50]);
  assert.ok(Object.values(card.monosemanticity.nulls).every(({ mean }) => Number.isFinite(mean)));
  const error = await lab.comparison().catch((thrown) => thrown);
  assert.match((error as Error).message, /beside the plain SAE.*set sae\.architecture to msae/);
});

test("the comparison has every autoencoder beside its baselines and nulls, and is kept", async () => {
  const first = await (await openLab({ runs, runner, set })).comparison();
  assert.equal(
    first.saes.map(({ name }) => name),
    ["MSAE", "plain SAE", "plain SAE, equal steps"],
  );
  for (const sae of first.saes) {
    assert.equal(Object.keys(sae.score.nulls), ["noise", "noiseMoments", "untrained"]);
    assert.is(sae.reconstruction.fvuPerPrefix.length, 10);
    assert.ok(sae.againstOriginal.overlap >= 0 && sae.againstOriginal.overlap <= 1);
  }
  const [{ ndcgAt10 }] = first.againstMsae;
  assert.ok(Math.abs(ndcgAt10.mean - (first.saes[0].items.ndcgAt10 - first.saes[1].items.ndcgAt10)) < 1e-6);
  const before = phases.length;
  const again = await (await openLab({ runs, runner, set })).comparison();
  assert.equal(again, first);
  assert.is(phases.length, before);
});

test.run();
