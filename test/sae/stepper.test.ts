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

// How the time grows with the latents is measured by `msae-lab bench --only growth`: on a busy machine a test of it fails.
test("a step's time in milliseconds is a positive number, in TensorFlow.js and on the kernel", async () => {
  const times = [await stepMilliseconds("wasm", SHAPE, 20), await fusedMilliseconds(SHAPE, 20, 1)];
  for (const time of times) assert.ok(Number.isFinite(time) && time > 0, `${time} ms`);
});

test.run();
