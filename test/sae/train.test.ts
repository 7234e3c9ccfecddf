import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { choose, loadTf } from "../../lib/src/sae/backend";
import { encode, initialWeights, itemLatents, reconstruct, reconstructScaled } from "../../lib/src/sae/encode";
import { layerNorm } from "../../lib/src/sae/layer-norm";
import { defaultPrefixes, MSAE_DEFAULTS, MSAE_PRESETS, msae } from "../../lib/src/sae/msae";
import { PLAIN_SAE_DEFAULTS, plainSae } from "../../lib/src/sae/plain";
import { type Checkpoint, type TrainingRows, trainSae } from "../../lib/src/sae/train";
import { allClose } from "../oracle";

const d = 6;
function rows(users = 70, items = 50): TrainingRows {
  const random = seededRandom(8, "train-test");
  const make = (n: number): Float32Array => Float32Array.from({ length: n * d }, () => random.normal());
  return { users: make(users), items: make(items), d };
}
const config = { ...MSAE_DEFAULTS, k: 8, prefixes: [2, 5, 8], batch: 16, epochs: 4, betaWarmup: 1, lr: 5e-3 };

test("layer norm has mean 0 and sample deviation 1 a row; a constant row stays finite", () => {
  const { normed, mean, std } = layerNorm(Float32Array.of(1, 2, 3, 7, 7, 7), 3);
  allClose(normed, [-1, 0, 1, 0, 0, 0], 1e-4);
  allClose(mean, [2, 7], 1e-7);
  allClose(std, [1, 0], 1e-7);
});

test("training lowers the loss, logs every term, and the terms add up", async () => {
  const { history, weights } = await trainSae(msae, rows(), { ...config, epochs: 30, betaEnd: 0 });
  assert.is(history.length, 30);
  assert.ok(history[29].total < history[0].total);
  for (const row of history) {
    assert.equal(Object.keys(row.terms), ["mse", "l1", "kl", "inner"]);
    const sum = Object.values(row.terms).reduce((total, term) => total + term, 0);
    assert.ok(Math.abs(row.total - sum) < 1e-5);
    assert.is(row.steps, 3);
    assert.ok(Math.abs(row.published - (row.total * 3 * 16) / 70) < 1e-9);
  }
  assert.equal(weights.prefixes, [2, 5, 8]);
});

test("the same seed gives the same bytes, another seed others", async () => {
  const once = await trainSae(msae, rows(), config);
  assert.equal((await trainSae(msae, rows(), config)).weights.W, once.weights.W);
  assert.not.equal((await trainSae(msae, rows(), { ...config, seed: 1 })).weights.W, once.weights.W);
});

test("training that goes on from any epoch's checkpoint gives the same bytes", async () => {
  const checkpoints: Checkpoint[] = [];
  const whole = await trainSae(msae, rows(), config, { onCheckpoint: (kept) => void checkpoints.push(kept) });
  assert.equal(
    checkpoints.map(({ epoch }) => epoch),
    [1, 2, 3, 4],
  );
  for (const resume of checkpoints) {
    const again = await trainSae(msae, rows(), config, { resume });
    assert.equal(again.weights.W, whole.weights.W);
    assert.equal(again.history, whole.history);
  }
});

test("no tensor is left behind by a training", async () => {
  const { tf } = await loadTf();
  await trainSae(msae, rows(), config);
  const before = tf.memory().numTensors;
  const during: number[] = [];
  await trainSae(
    msae,
    rows(),
    { ...config, epochs: 6 },
    { onCheckpoint: () => void during.push(tf.memory().numTensors) },
  );
  assert.equal(during, Array(6).fill(before));
});

test("the plain autoencoder goes through all users and cycles the items", async () => {
  const { history, weights } = await trainSae(plainSae, rows(80, 20), {
    ...PLAIN_SAE_DEFAULTS,
    k: 8,
    prefixes: [8],
    batch: 16,
    epochs: 2,
  });
  assert.is(history[0].steps, 5);
  assert.is(weights.bPre, undefined);
  assert.is(encode(weights, rows().items).length, 50 * 8);
});

test("a rate that is far too high stops with epoch, step and what to change", async () => {
  const error = await trainSae(msae, rows(), { ...config, lr: 1e30 }).catch((thrown) => thrown);
  assert.match((error as Error).message, /epoch \d+, step \d+ of 3 .*lower sae\.lr/);
});

test("a listener that throws stops the training", async () => {
  const error = await trainSae(msae, rows(), config, {
    onProgress: () => {
      throw new Error("stop");
    },
  }).catch((thrown) => thrown);
  assert.is((error as Error).message, "stop");
});

test("settings that make no sense are refused, each with a sentence", async () => {
  for (const [bad, word] of [
    [{ prefixes: [2, 8, 5] }, "prefixes"],
    [{ prefixes: [2, 5] }, "end with k = 8"],
    [{ k: 0, prefixes: [] }, "sae.k"],
    [{ lr: -1 }, "sae.lr"],
    [{ epochs: 0 }, "sae.epochs"],
    [{ rho: 1 }, "sae.rho"],
    [{ batch: 64 }, "lower sae.batch to 50"],
  ] as const) {
    const error = await trainSae(msae, rows(), {
      ...config,
      ...bad,
      prefixes: [...(("prefixes" in bad && bad.prefixes) || config.prefixes)],
    }).catch((thrown) => thrown);
    assert.instance(error, InputError);
    assert.ok((error as Error).message.includes(word), (error as Error).message);
  }
});

test("prefixes are ten, round(j·k/10), and fewer where k is small", () => {
  assert.equal(defaultPrefixes(50), [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
  assert.equal(defaultPrefixes(3), [1, 2, 3]);
  assert.is(MSAE_PRESETS.paper.lr, 1e-4);
});

test("a reconstruction from a prefix ignores later latents, and scaling by 1 changes nothing", () => {
  const weights = initialWeights(msae, config, d);
  const { items } = rows();
  const scale = new Float32Array(8).fill(1);
  assert.equal(reconstructScaled(weights, items, scale), reconstruct(weights, items));
  const cut = { ...weights, W: weights.W.slice().fill(0, 5 * d) };
  allClose(reconstruct(weights, items, 5), reconstruct(cut, items), 1e-6);
  assert.throws(() => reconstruct(weights, items, 9), /8 latents/);
  assert.throws(() => encode(weights, new Float32Array(7)), /width 6/);
});

test("an untied latent is read by its row of W and written by its row of the decoder, which start alike", () => {
  const start = initialWeights(msae, { ...config, tied: false }, d);
  assert.equal(start.decoder, start.W);
  assert.is(initialWeights(msae, config, d).decoder, undefined);
  const decoder = seededRandom(2, "decoder");
  const weights = { ...start, decoder: start.W.map(() => decoder.normal()) };
  const { items } = rows();
  assert.equal(encode(weights, items), encode(start, items));
  const { mean, std } = layerNorm(items, d);
  const latents = encode(weights, items);
  const scale = Float32Array.from({ length: 8 }, (_, latent) => latent / 3);
  const known = items.map((_, at) => {
    const [row, f] = [Math.floor(at / d), at % d];
    let value = 0;
    for (let j = 0; j < 8; j++) value += scale[j] * latents[row * 8 + j] * weights.decoder[j * d + f];
    return value * std[row] + mean[row];
  });
  allClose(reconstructScaled(weights, items, scale), known, 1e-6);
});

test("latents carry the ids of the items", async () => {
  const factors = {
    d,
    users: new Float32Array(d),
    items: rows(1, 2).items,
    userIds: ["u"],
    itemIds: ["a", "b"],
    config: { kind: "t" },
  };
  const latents = await itemLatents(initialWeights(msae, config, d), factors);
  assert.equal(latents.itemIds, ["a", "b"]);
  assert.ok(latents.values.every((value) => value >= 0));
});

test("engines agree to single precision", async () => {
  const train = async (backend: string) => {
    process.env.MSAE_BACKEND = backend;
    await choose(backend);
    return trainSae(msae, rows(), config);
  };
  try {
    const [wasm, cpu] = [await train("wasm"), await train("cpu")];
    allClose(wasm.weights.W, cpu.weights.W, 1e-5);
  } finally {
    Reflect.deleteProperty(process.env, "MSAE_BACKEND");
    await choose(undefined);
  }
});

test("an engine that does not exist is refused by name", async () => {
  const error = await choose("webgl").catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match((error as Error).message, /"webgl".*tfjs-node-gpu, wasm, cpu/);
});

test.run();
