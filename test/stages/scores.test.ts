import { test } from "uvu";
import * as assert from "uvu/assert";
import { untrainedWeights } from "../../lib/src/sae/encode";
import { latents } from "../../lib/src/stages/latents";
import { rewiredRun } from "../../lib/src/stages/rewired-run";
import { type ScoresResult, scores, withRewired } from "../../lib/src/stages/scores";
import { allClose } from "../oracle";
import { axes, csrOf, factorsOf, plainWeights, splitOf, toolsOf, trained } from "./tiny";

/*
 * Items (1, 0), (0, 1), (3, 4), then a row of zeros and one that nobody took: these two are in no score. Latents read x and y.
 */
const items = [
  [1, 0],
  [0, 1],
  [3, 4],
  [0, 0],
  [5, 5],
];
const factors = factorsOf([[1, 1]], items);
const split = splitOf(factors, [[0, 1, 2, 3]], [[]]);
const sae = trained(plainWeights(axes));
const compute = (sample = 5000): Promise<ScoresResult> =>
  Promise.resolve(
    scores.compute({ split, factors, sae, noiseTrained: undefined }, toolsOf({ sample, noiseTrained: false })),
  );

/** The score as it is defined: cosines of all pairs of rows, weighted by both activations, which run from 0 to 1. */
function byPairs(activations: readonly number[], rows: readonly number[][]): number {
  const [low, high] = [Math.min(...activations), Math.max(...activations)];
  const weights = activations.map((value) => (value - low) / (high - low));
  let [above, below] = [0, 0];
  for (const [i, [a, b]] of rows.entries())
    for (const [j, [c, d]] of rows.entries()) {
      if (i === j) continue;
      const cosine = (a * c + b * d) / (Math.hypot(a, b) * Math.hypot(c, d));
      above += weights[i] * weights[j] * cosine;
      below += weights[i] * weights[j];
    }
  return above / below;
}

test("latents: activations are what the rows of W read, what is negative is 0", async () => {
  const own = factorsOf(
    [],
    [
      [1, 0],
      [-3, 4],
    ],
  );
  const found = (await latents.compute({ factors: own, sae }, toolsOf({}))) as {
    values: Float32Array;
    itemIds: string[];
  };
  assert.equal(
    [[...found.values], found.itemIds],
    [
      [1, 0, 0, 4],
      ["i0", "i1"],
    ],
  );
});

test("scores: the only pair of each latent is that of its own item and (3, 4), cosines 3/5 and 4/5", async () => {
  const found = await compute();
  // Latent 0 is 1, 0, 3 over the three items: the item at 0 weighs nothing, so one pair is left, and so for latent 1.
  allClose(found.perLatent, [0.6, 0.8], 1e-7);
  allClose([found.mean, found.sampled.mean], [0.7, 0.7], 1e-7);
  assert.equal([found.excludedItems, found.sampled.items], [2, 3]);
  // A resample of three items has both of a pair or gives no score, so that a latent's score cannot vary.
  allClose(found.perLatentLow, [0.6, 0.8], 1e-7);
  allClose(found.perLatentHigh, [0.6, 0.8], 1e-7);
  allClose(found.ci, [0.6, 0.8], 1e-7);
});

test("scores: the null untrained is the definition over the starting weights, and permuted activations keep their items", async () => {
  const { nulls } = await compute();
  assert.equal(Object.keys(nulls), ["permuted", "noise", "noiseMoments", "untrained"]);
  const { W } = untrainedWeights(sae.weights);
  const counted = items.slice(0, 3);
  const expected = [0, 1].map((latent) =>
    byPairs(
      counted.map(([x, y]) => Math.max(0, x * W[2 * latent] + y * W[2 * latent + 1])),
      counted,
    ),
  );
  const alive = expected.filter(Number.isFinite);
  assert.ok(alive.length > 0);
  allClose([nulls.untrained.mean], [alive.reduce((sum, score) => sum + score, 0) / alive.length], 1e-5);
  // Whichever item gets which activation: no score is outside the cosines of the three pairs, 0, 3/5 and 4/5.
  for (const draw of nulls.permuted.draws) assert.ok(draw >= -1e-7 && draw <= 0.8 + 1e-7, String(draw));
});

test("scores: rewired runs stand beside as means by latent, and a null without a score is not in the card", async () => {
  const result = await compute();
  const run = (...perLatent: number[]) => ({ d: 2, perLatent: Float64Array.from(perLatent), mean: 0 });
  const { nulls } = withRewired(result, { runs: [run(0.1, 0.3), run(0.3, Number.NaN)] });
  // Latent 0 is .2 over both runs, latent 1 is .3 in the only run that has it; the runs' own means are .2 and .3.
  allClose(nulls.rewired.perLatent, [0.2, 0.3], 1e-12);
  allClose([nulls.rewired.mean, ...nulls.rewired.draws], [0.25, 0.2, 0.3], 1e-12);
  const none = { ...nulls.rewired, mean: Number.NaN };
  const still = { ...result, perLatent: Float64Array.of(0.6, Number.NaN), nulls: { none, rewired: nulls.rewired } };
  const section = scores.card?.(still, {}, undefined as never)?.monosemanticity;
  assert.equal([section?.perLatent, Object.keys(section?.nulls ?? {})], [[0.6, null], ["rewired"]]);
});

test("a rewired run scores its own latents over its own factors, and has no alignment without categories", async () => {
  const bare = { ids: factors.itemIds, categoryNames: [], categories: csrOf([[], [], [], [], []], 0) };
  const rewire = { mixing: { tradesPerRow: 3 } };
  const found = await rewiredRun.compute({ data: { items: bare }, split, rewire, factors, sae }, toolsOf({ q: 0.05 }));
  allClose(found.perLatent, [0.6, 0.8], 1e-7);
  allClose([found.mean], [0.7], 1e-7);
  assert.equal([found.d, found.alignment, found.mixing], [2, undefined, { tradesPerRow: 3 } as never]);
});

test.run();
