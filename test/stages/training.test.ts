import { test } from "uvu";
import * as assert from "uvu/assert";
import { PLAIN_SAE_DEFAULTS } from "../../lib/src/sae/plain";
import { presetConfig } from "../../lib/src/stages/config";
import { noiseSeed } from "../../lib/src/stages/noise-trained";
import { plainSae, plainSaeConfig } from "../../lib/src/stages/plain-sae";
import { sae } from "../../lib/src/stages/sae";
import { factorsOf, toolsOf } from "./tiny";

const rows = (count: number, value: number): number[][] => Array.from({ length: count }, () => [value, 1]);
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** Of 1000 users and 600 items, batches of 100: an epoch of the MSAE ends with the items, one of the plain autoencoder with the users. */
const factors = { userIds: ids(1000), itemIds: ids(600) };
const paper = presetConfig("paper");
const config = { ...paper, seed: 5, sae: { ...paper.sae, batch: 100, epochs: 20, minSteps: 0, lr: 0.5 } };

test("plain autoencoder: as published it has the MSAE's epochs, at equal steps as many epochs as give its steps", () => {
  const published = plainSaeConfig(config, factors, "published");
  assert.is(published.epochs, 20);
  // 20 epochs of 6 steps are 120, and an epoch over the users has 10.
  assert.is(plainSaeConfig(config, factors, "equal").epochs, 12);
  // Width, rate, batch and seed are those of the autoencoder beside it, the weights of the loss its own.
  assert.equal([published.lr, published.batch, published.seed, published.prefixes], [0.5, 100, 5, [published.k]]);
  assert.equal([published.wMse, published.rho], [PLAIN_SAE_DEFAULTS.wMse, PLAIN_SAE_DEFAULTS.rho]);
  // Where fewer steps than are asked for would be made, both are stretched: 240 steps are 40 epochs, or 24 over the users.
  const stretched = { ...config, sae: { ...config.sae, minSteps: 240 } };
  assert.equal(
    (["published", "equal"] as const).map((steps) => plainSaeConfig(stretched, factors, steps).epochs),
    [40, 24],
  );
  // Fewer users than a batch: no step of its own to hold the others against.
  assert.is(plainSaeConfig(config, { userIds: ids(90), itemIds: ids(90) }, "equal").epochs, 20);
});

test("training: fewer items than latents are refused with both numbers, and the settings say architecture and engine", async () => {
  const few = factorsOf(rows(3, 1), rows(4, 2));
  const error = await Promise.resolve()
    .then(() => sae.settings(config, { factors: few }, undefined))
    .catch((thrown: unknown) => thrown);
  assert.match(String(error), /leaves 4 items after pruning, fewer than the 50 latents/);
  const settings = { ...config, sae: { ...config.sae, k: 4, prefixes: [4] } };
  const own = (await sae.settings(settings, { factors: few }, undefined)) as Record<string, unknown>;
  assert.equal([own.architecture, own.backend, own.k, own.seed], ["msae", "fused", 4, 5]);
  assert.is(sae.phase({ ...own, architecture: "plain" }), "training the plain SAE");
});

test("training: without an epoch the weights are those of the seed; a checkpoint is gone on from", async () => {
  const own = factorsOf(rows(8, 1), rows(8, 2));
  const small = { ...PLAIN_SAE_DEFAULTS, k: 3, prefixes: [3], batch: 4, epochs: 2, seed: 5 };
  const settings = { architecture: "plain", backend: "fused", ...small };
  const whole = await plainSae.compute({ factors: own }, toolsOf(settings));
  assert.equal(plainSae.shapes(whole), { "weights.W": [3, 2] });
  assert.equal(
    whole.history.map(({ epoch, steps }) => [epoch, steps]),
    [
      [1, 2],
      [2, 2],
    ],
  );
  // After one epoch, from what a killed training had written.
  let written: unknown;
  const { trainOnBest } = await import("../../lib/src/sae/trainers");
  const { plainSae: plain } = await import("../../lib/src/sae/plain");
  await trainOnBest(plain, { users: own.users, items: own.items, d: 2 }, small, {
    onCheckpoint: (checkpoint) => {
      if (checkpoint.epoch === 1) written = checkpoint;
    },
  });
  const file = { read: () => written, write: () => {}, remove: () => {} };
  const resumed = await plainSae.compute({ factors: own }, toolsOf(settings, { checkpoint: () => file as never }));
  assert.equal([resumed.weights.W, resumed.history], [whole.weights.W, whole.history]);
});

test("noise-trained: its seed is another one than the run's, the same for the same run", () => {
  assert.is(noiseSeed(1), noiseSeed(1));
  assert.is.not(noiseSeed(1), 1);
  assert.is.not(noiseSeed(1), noiseSeed(2));
});

test.run();
