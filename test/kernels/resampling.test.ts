import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { Resampling, resampledScores } from "../../lib/src/kernels/resampling";
import { monosemanticity } from "../../lib/src/metrics/monosemanticity";
import { stretchedActivations, unitRows } from "../../lib/src/records/activations";
import { allClose } from "../oracle";

/** Normal items and activations of which most are 0; the last latent never varies. */
function someInput(n: number, k: number, d: number) {
  const random = seededRandom(5, "resampling");
  const items = Float64Array.from({ length: n * d }, () => random.normal());
  const z = Float64Array.from({ length: n * k }, (_, at) => (at % k === k - 1 ? 2 : Math.max(0, random.normal() - 1)));
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const activations = stretchedActivations(z, k, rows);
  return { items, activations, k, unit: unitRows(items, d, rows), d };
}

/** A score that is no number equals no other, but its bytes do. */
const bytesOf = (scores: Float64Array): Uint8Array => new Uint8Array(scores.buffer);

test("the score of a resample is that of the activations times how often their items were drawn", async () => {
  for (const [n, k, d] of [
    [2, 2, 1],
    [40, 3, 5],
    [300, 6, 20],
  ]) {
    const input = someInput(n, k, d);
    const kernel = new Resampling(input, { seed: 3, draws: 4, threads: 1 });
    const scores = await kernel.scores();
    const drawn = kernel.drawn().slice();
    await kernel.close();
    const { starts, latents, values } = input.activations;
    for (let draw = 0; draw < 4; draw++) {
      const weighted = new Float64Array(n * k);
      let total = 0;
      for (let row = 0; row < n; row++) {
        const times = drawn[row * 4 + draw];
        total += times;
        for (let p = starts[row]; p < starts[row + 1]; p++) weighted[row * k + latents[p]] = times * values[p];
      }
      assert.is(total, n);
      const expected = monosemanticity(weighted, k, input.items, d);
      for (let latent = 0; latent < k; latent++)
        if (Number.isNaN(expected[latent])) assert.ok(Number.isNaN(scores[draw * k + latent]));
        else allClose([scores[draw * k + latent]], [expected[latent]], 1e-10, `latent ${latent} of ${n}`);
    }
  }
});

test("every item is drawn about as often as any other, and as a Poisson count varies", async () => {
  const n = 5000;
  const kernel = new Resampling(someInput(n, 1, 1), { seed: 1, draws: 4, threads: 1 });
  await kernel.scores();
  const drawn = kernel.drawn().slice();
  await kernel.close();
  const never = drawn.filter((times) => times === 0).length / drawn.length;
  assert.ok(Math.abs(never - Math.exp(-1)) < 0.015, `${never} never drawn`);
  const square = drawn.reduce((sum, times) => sum + (times - 1) ** 2, 0) / drawn.length;
  assert.ok(Math.abs(square - 1) < 0.05, `variance ${square}`);
});

test("a resample does not depend on how many are made", async () => {
  const input = someInput(200, 4, 3);
  const many = await resampledScores(input, { seed: 2, draws: 11 });
  const few = await resampledScores(input, { seed: 2, draws: 6 });
  assert.is(many.length, 11 * 4);
  assert.equal(bytesOf(few), bytesOf(many.slice(0, 6 * 4)));
  assert.not.equal(bytesOf(await resampledScores(input, { seed: 3, draws: 6 })), bytesOf(few));
});

test("scores are the same bytes on 1, 2 and 4 threads, twice", async () => {
  const input = someInput(500, 7, 6);
  const run = async (threads: number): Promise<Uint8Array> =>
    bytesOf(await resampledScores(input, { seed: 2, draws: 50, threads }));
  const first = await run(1);
  for (const threads of [1, 2, 2, 4, 4]) assert.equal(await run(threads), first);
});

test("a report that throws stops the work", async () => {
  const input = someInput(4000, 7, 6);
  const stopped = await resampledScores(input, { seed: 2, draws: 20_000, threads: 2 }, () => {
    throw new Error("stop");
  }).catch((error: Error) => error.message);
  assert.is(stopped, "stop");
});

test.run();
