import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ListDiversity } from "../../lib/src/metrics/list-diversity";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs } from "../../lib/src/records/interactions";
import { listDiversity } from "../../lib/src/stages/list-diversity";

/** 21 items in a row from −10 to 10. One user likes what is high, the other what is low; both took the middle one. */
const opposed: Factors = {
  ...{ d: 1, users: Float32Array.of(1, -1), userIds: ["high", "low"], config: { kind: "bce-sgd" } },
  items: Float32Array.from({ length: 21 }, (_, item) => item - 10),
  itemIds: Array.from({ length: 21 }, (_, item) => `i${item}`),
  itemBias: Float32Array.from({ length: 21 }, (_, item) => 1000 * item),
};
const train = csrFromPairs(2, 21, [0, 1], [10, 10]);
const split = { users: opposed.userIds, items: opposed.itemIds, train };
const compute = async (of: string): Promise<ListDiversity> =>
  listDiversity.compute({ split, factors: opposed }, {
    settings: { of, users: 200, k: 10 },
    seed: 1,
    onProgress: () => {},
  } as never);

test("users of opposite taste share nothing by their factors, everything by strong biases or popularity", async () => {
  const alone = await compute("factors alone");
  assert.equal([alone.overlap, alone.distinct, alone.users], [0, 20, 2]);
  const whole = await compute("factors");
  assert.equal([whole.overlap, whole.distinct], [1, 10]);
  assert.is((await compute("popularity")).overlap, 1);
});

test.run();
