import type { Factors } from "../records/factors";
import type { Interactions } from "../records/interactions";

/** The popularity baseline as factors of width 0: every item's score is the number of its train interactions. */
export function popularityFactors(train: Interactions): Factors {
  const itemBias = new Float32Array(train.items.length);
  for (const item of train.csr.indices) itemBias[item]++;
  return {
    d: 0,
    users: new Float32Array(0),
    items: new Float32Array(0),
    itemBias,
    userIds: train.users,
    itemIds: train.items,
    config: { kind: "popularity" },
  };
}
