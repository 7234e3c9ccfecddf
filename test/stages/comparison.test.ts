import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SaeWeights } from "../../lib/src/records/sae-weights";
import { type ComparisonResult, comparison } from "../../lib/src/stages/comparison";
import { allClose } from "../oracle";
import { axes, factorsOf, plainWeights, splitOf, toolsOf, trained } from "./tiny";

/*
 * 20 items, x falls from 20 to 1 and y is 0. u0 took item 0, u1 everything; of u0 item 1 is held out, which it likes best.
 * The MSAE rebuilds every item, the plain autoencoder reads y alone and so rebuilds none.
 */
const items = Array.from({ length: 20 }, (_, row) => [20 - row, 0]);
const factors = factorsOf(
  [
    [1, 0],
    [0, 0],
  ],
  items,
);
const split = splitOf(factors, [[0], [...items.keys()]], [[1], []]);

/** Layer-normed, (x, 0) is (h, −h) with h = √½ whatever x is: latent 0 is 1 for it, and h times its row of W gives it back. */
const h = Math.SQRT1_2;
const msae: SaeWeights = {
  ...plainWeights(
    [
      [h, -h],
      [-h, h],
    ],
    [1, 2],
  ),
  ...{ architecture: "msae", bPre: new Float32Array(2), bLat: new Float32Array(2) },
};
const blind = plainWeights([axes[1], axes[1]]);
const compute = (): Promise<ComparisonResult> =>
  Promise.resolve(
    comparison.compute(
      {
        split,
        factors,
        msae: trained(msae),
        plain: trained(blind),
        plainEqual: trained(plainWeights(axes, [1, 2]), [3, 2, 1]),
      },
      toolsOf({ users: 20, k: 10 }),
    ),
  );

test("comparison: an autoencoder that rebuilds all keeps every list, one that rebuilds nothing leaves the order of the rows", async () => {
  const { original, popularity, saes, againstMsae } = await compute();
  assert.equal(
    saes.map(({ name, epochs }) => [name, epochs]),
    [
      ["MSAE", 1],
      ["plain SAE", 1],
      ["plain SAE, equal steps", 3],
    ],
  );
  const [whole, none, equal] = saes;
  // Item 1 leads u0's list, in the original, rebuilt, and where all tie at 0, since ties stand by row.
  assert.equal(
    [original, popularity, ...saes.map((one) => one.items)].map(({ ndcgAt10 }) => ndcgAt10),
    [1, 1, 1, 1, 1],
  );
  assert.equal([original.precisionAt10, original.recallAt10, [...original.ndcgPerUser]], [0.1, 1, [1]]);
  assert.equal([whole.againstOriginal.overlap, whole.againstOriginal.rankShift], [1, 0]);
  // u1 masks everything; both users' lists are of the same rows.
  assert.equal([equal.againstOriginal.users, equal.againstOriginal.overlap], [2, 1]);
  // The norm divides by the deviation plus 1e-5, so that next to nothing is lost.
  for (const fvu of whole.reconstruction.fvuPerPrefix) assert.ok(fvu < 1e-8, String(fvu));
  // Nothing rebuilt: Σx² = 2870 stays unexplained of Σ(x − 10.5)² = 665.
  allClose(none.reconstruction.fvuPerPrefix, [2870 / 665, 2870 / 665], 1e-9);
  assert.equal(equal.reconstruction.fvuPerPrefix, [0, 0]);
  assert.equal([whole.reconstruction.l0, whole.reconstruction.dead], [1, 1]);
  assert.equal([none.reconstruction.l0, none.reconstruction.dead], [0, 2]);
  for (const { ndcgAt10, lists } of againstMsae) {
    assert.equal(ndcgAt10, { mean: 0, low: 0, high: 0 });
    assert.is(lists.overlap, 1);
  }
});

test("comparison: items that all point one way give a latent that varies the score 1, and one that does not none", async () => {
  const { saes } = await compute();
  const [whole, none, equal] = saes.map(({ score }) => score);
  assert.ok(Number.isNaN(none.mean), "a dead latent has no score");
  allClose([equal.mean, equal.perLatent[0]], [1, 1], 1e-9);
  assert.ok(Number.isNaN(equal.perLatent[1]));
  assert.equal(Object.keys(whole.nulls), ["noise", "noiseMoments", "untrained"]);
});

test("comparison: the plain autoencoder is not laid beside itself", async () => {
  const plain = trained(blind);
  const inputs = { split, factors, msae: plain, plain, plainEqual: plain };
  const error = await Promise.resolve()
    .then(() => comparison.compute(inputs, toolsOf({ users: 20, k: 10 })))
    .catch((thrown: unknown) => thrown);
  assert.match(String(error), /set sae\.architecture to msae/);
});

test.run();
