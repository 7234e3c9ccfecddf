import { test } from "uvu";
import * as assert from "uvu/assert";
import { furtherSeeds } from "../../lib/src/explore/further-seeds";
import { axes, factorsOf, plainWeights, splitOf, toolsOf, trained } from "../stages/tiny";

test("of each further seed's run the strongest items of each latent, among those that count", async () => {
  const factors = factorsOf(
    [[1, 1]],
    [
      [1, 0],
      [3, 0],
      [0, 2],
      [9, 9],
    ],
  );
  // Nobody took the last item.
  const split = splitOf(factors, [[0, 1, 2]], [[]]);
  const run = { factors, split, sae: trained(plainWeights(axes)) };
  const found = await furtherSeeds.compute({ more: [run, run] }, toolsOf({}));
  assert.equal(found, [
    [["i1", "i0"], ["i2"]],
    [["i1", "i0"], ["i2"]],
  ]);
});

test.run();
