import { test } from "uvu";
import * as assert from "uvu/assert";
import { scoreItems } from "../../lib/src/metrics/top-k";
import { biasesOnly, withoutBiases } from "../../lib/src/mf/factor-parts";
import type { Factors } from "../../lib/src/records/factors";

/** One user (1, 2) with bias 10, items (3, 0) and (1, 1) with biases 100 and 200. */
const factors: Factors = {
  ...{ d: 2, users: Float32Array.of(1, 2), items: Float32Array.of(3, 0, 1, 1) },
  ...{ userBias: Float32Array.of(10), itemBias: Float32Array.of(100, 200) },
  ...{ userIds: ["u"], itemIds: ["a", "b"], config: { kind: "bce-sgd" } },
};

test("biases and inner products are told apart, and add up to the whole score", () => {
  const scores = (of: Factors): number[] => [...scoreItems(of, 0, new Float32Array(2))];
  const [whole, biases, inner] = [factors, biasesOnly(factors), withoutBiases(factors)].map(scores);
  assert.equal(inner, [3, 3]);
  // The user's own level is the same for every item; what orders them is the items'.
  assert.is(biases[1] - biases[0], 100);
  assert.equal(
    whole,
    biases.map((bias, item) => bias + inner[item]),
  );
});

test.run();
