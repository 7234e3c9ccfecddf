import { test } from "uvu";
import * as assert from "uvu/assert";
import { MissingData } from "../../lib/src/base/errors";
import type { NeighbourPurity } from "../../lib/src/metrics/neighbour-purity";
import type { Axis } from "../../lib/src/records/axis";
import type { Factors } from "../../lib/src/records/factors";
import { neighbourPurity } from "../../lib/src/stages/neighbour-purity";

/** 11 items point one way, 11 the other, and one that is on no side lies between. */
const factors: Factors = {
  ...{ d: 2, users: new Float32Array(0), userIds: [], config: { kind: "ials" } },
  itemIds: Array.from({ length: 23 }, (_, item) => `i${item}`),
  items: Float32Array.from({ length: 46 }, (_, at) => (at >= 44 || at % 2 === (at < 22 ? 0 : 1) ? 1 : 0)),
};
const axis: Axis = {
  ...{ name: "sides", sides: ["left", "right"], names: { left: ["L"], right: ["R"] }, itemIds: factors.itemIds },
  tags: factors.itemIds.map((_, item) => (item < 11 ? "left" : item < 22 ? "right" : "neutral")),
};
const tools = { settings: { neighbours: 10 }, seed: 1, onProgress: () => {} };
const compute = async (own: Axis): Promise<NeighbourPurity> =>
  neighbourPurity.compute({ axis: own, factors }, tools as never);

test("all ten neighbours are of the own side, beside the chance of 10 in 21", async () => {
  const { purity, low, high, chance, items } = await compute(axis);
  assert.equal([purity, low, high, items], [1, 1, 1, 22]);
  assert.ok(Math.abs(chance - 10 / 21) < 1e-12);
});

test("a side with too few items is named", async () => {
  const few = { ...axis, tags: axis.tags.map((tag, item) => (item === 0 ? "neutral" : tag)) };
  const error = await compute(few).catch((thrown: unknown) => thrown);
  assert.instance(error, MissingData);
  assert.match((error as Error).message, /Too few items are on the side "?left/);
});

test.run();
