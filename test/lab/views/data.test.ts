import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import {
  categoryFigure,
  categoryRows,
  concentrationTable,
  countTable,
  funnelTable,
  learnableTable,
} from "../../../lib/src/lab/views/data";
import { type Dataset, funnelStep } from "../../../lib/src/records/dataset";
import { csrFromPairs } from "../../../lib/src/records/interactions";

const data: Dataset = {
  interactions: {
    users: ["u", "v", "w"],
    items: ["a", "b"],
    csr: csrFromPairs(3, 2, [0, 0, 1, 2], [0, 1, 1, 1]),
  },
  items: { ids: ["a", "b"], categoryNames: ["Root", "Shoes"], categories: csrFromPairs(2, 2, [0, 1, 1], [0, 0, 1]) },
  funnel: [funnelStep("raw", 5, 4, 9), funnelStep("between", 4, 3, 6), funnelStep("kept", 3, 2, 4)],
  skipped: [],
  source: "test",
};

test("published counts stand beside the first and the last step of the funnel only", () => {
  const published = funnelTable(data).map((row) => row["published interactions"]);
  assert.equal(published, [PUBLISHED.rawData.interactions, undefined, PUBLISHED.data.interactions]);
});

test("data that were not pruned stand beside what the paper kept", () => {
  const [only] = funnelTable({ ...data, funnel: data.funnel.slice(2) });
  assert.is(only["published interactions"], PUBLISHED.data.interactions);
});

test("a category counts the items that carry it and the interactions that those hold", () => {
  assert.equal(categoryRows(data), [
    { category: "Root", items: 2, itemShare: 1, interactions: 4, interactionShare: 1 },
    { category: "Shoes", items: 1, itemShare: 0.5, interactions: 3, interactionShare: 0.75 },
  ]);
});

test("mean, median, least and most are those of the counts", () => {
  const [users, items] = countTable(data);
  assert.equal([users.mean, users.median, users.least, users.most], [4 / 3, 1, 1, 2]);
  assert.equal([items.mean, items.median, items.least, items.most], [2, 2, 1, 3]);
});

test("concentration has a row for users, items and categories, and none for categories that are not there", () => {
  assert.is(concentrationTable(data).length, 3);
  const bare = { ...data, items: { ids: ["a", "b"], categoryNames: [], categories: csrFromPairs(2, 0, [], []) } };
  assert.is(concentrationTable(bare).length, 2);
  assert.throws(
    () => categoryFigure(bare),
    (error: unknown) => error instanceof InputError && /no categories/.test(error.message),
  );
});

test("who can be learned from is counted on the train part", () => {
  const split = {
    users: data.interactions.users,
    items: data.interactions.items,
    train: csrFromPairs(3, 2, [0, 1], [1, 1]),
    test: csrFromPairs(3, 2, [0, 2], [0, 1]),
    summary: { train: 2, test: 2, usersWithoutTrain: 1, itemsWithoutTrain: 1, usersWithTest: 2 },
  };
  assert.equal(
    learnableTable(split, 2).map(({ count }) => count),
    [3, 2, 1, 0, 0, 2, 1, 1],
  );
});

test.run();
