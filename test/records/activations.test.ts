import { test } from "uvu";
import * as assert from "uvu/assert";
import { byLatent, stretchedActivations, unitRows, valuesByLatent } from "../../lib/src/records/activations";

/** Three items, two latents; latent 1 does not vary over items 0 and 2. */
const latents = Float32Array.of(2, 5, 9, 7, 6, 5);

test("activations run from 0 to 1 over the rows used, and a latent's lowest is no entry", () => {
  const whole = stretchedActivations(latents, 2, Int32Array.of(0, 1, 2));
  // Latent 0 is 2, 9, 6: 0, 1 and 4/7. Latent 1 is 5, 7, 5: 0, 1 and 0.
  assert.equal(
    [[...whole.starts], [...whole.latents]],
    [
      [0, 0, 2, 3],
      [0, 1, 0],
    ],
  );
  assert.equal(
    [[...whole.values], [...whole.varies]],
    [
      [1, 1, 4 / 7],
      [1, 1],
    ],
  );
  assert.equal(
    valuesByLatent(whole, 2).map((values) => [...values]),
    [[1, 4 / 7], [1]],
  );
  const part = stretchedActivations(latents, 2, Int32Array.of(0, 2));
  assert.equal([[...part.latents], [...part.values], [...part.varies]], [[0], [1], [1, 0]]);
});

test("a latent's activations are neighbours", () => {
  assert.equal([...byLatent(latents, 2)], [2, 9, 6, 5, 7, 5]);
});

test("items are scaled to length 1; zeros stay zeros", () => {
  assert.equal([...unitRows(Float32Array.of(0, -4, 0, 0, 0, 2), 2, Int32Array.of(2, 0, 1))], [0, 1, 0, -1, 0, 0]);
});

test.run();
