import { test } from "uvu";
import * as assert from "uvu/assert";
import { choose } from "../../lib/src/sae/backend";
import { fusedMilliseconds, msaeStepper, stepMilliseconds } from "../../lib/src/sae/stepper";

const SHAPE = { d: 8, k: 16, prefixes: [4, 16], batch: 32 };

test("a stepper trains: the loss falls, the same each time, and no tensor is left", async () => {
  const { tf } = await choose("cpu");
  const before = tf.memory().numTensors;
  const run = (): number[] => {
    const step = msaeStepper(tf, SHAPE);
    return Array.from({ length: 20 }, step);
  };
  const losses = run();
  assert.ok(losses.every((loss, at) => at === 0 || loss < losses[at - 1]));
  assert.equal(run(), losses);
  assert.is(tf.memory().numTensors, before);
});

test("a step's time grows with the number of latents", async () => {
  const narrow = await stepMilliseconds("wasm", SHAPE, 100);
  const wide = await stepMilliseconds("wasm", { ...SHAPE, k: 4096, prefixes: [4096] }, 100);
  assert.ok(narrow > 0 && wide > narrow, `${narrow} and ${wide} ms`);
});

test("on the kernel, too, a step's time grows with the number of latents", async () => {
  const narrow = await fusedMilliseconds(SHAPE, 100, 1);
  const wide = await fusedMilliseconds({ ...SHAPE, k: 4096, prefixes: [4096] }, 100, 1);
  assert.ok(narrow > 0 && wide > narrow, `${narrow} and ${wide} ms`);
});

test.run();
