import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../../lib/src/base/errors";
import { PUBLISHED } from "../../../lib/src/lab/published";
import {
  categoryFigure,
  categoryRows,
  categoryTreeFigure,
  categoryTreeTable,
  concentrationFigure,
  concentrationTable,
  countFigure,
  countTable,
  funnelTable,
  learnableTable,
} from "../../../lib/src/lab/views/data";
import { type Dataset, funnelStep } from "../../../lib/src/records/dataset";
import { csrFromPairs } from "../../../lib/src/records/interactions";
import { sameTable, specRows } from "../../tables";

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
  // u and v took b, each once; u and w have a held-out item, so that only u can be learned from and judged. Nobody has 5, or 2.
  const row = (who: string, count: number, share: number, held: number): Record<string, unknown> => ({
    ...{ who, count, share, "share of train interactions": held },
  });
  sameTable(learnableTable(split, 2), [
    row("users in the split", 3, 1, 1),
    row("… with a train interaction (the others' vectors stay zero)", 2, 2 / 3, 1),
    row("… and with a held-out one, so that a ranking can be judged", 1, 1 / 3, 0.5),
    row("… with at least 5 train interactions", 0, 0, 0),
    row("… with at least 2, as many as a vector has numbers", 0, 0, 0),
    row("items in the split", 2, 1, 1),
    row("… with a train interaction", 1, 0.5, 1),
    row("… with at least 2, as many as a vector has numbers", 1, 0.5, 1),
  ]);
});

test("the table of the funnel has the size after each step, with its density and note", () => {
  const steps = { ...data, funnel: [funnelStep("raw", 5, 4, 10), funnelStep("kept", 2, 2, 3, "users with 2 or more")] };
  // 10 of 5 · 4 cells, 3 of 2 · 2.
  assert.equal(
    funnelTable(steps).map(({ step, users, items, interactions, density, note }) => [
      ...[step, users, items, interactions, density, note],
    ]),
    [
      ["raw", 5, 4, 10, 0.5, undefined],
      ["kept", 2, 2, 3, 0.75, "users with 2 or more"],
    ],
  );
});

test("the table of concentration: Gini, and what the top holds", () => {
  // Gini is Σ (2r − n − 1) x_r / (n Σ x). Users 1, 1, 2: (−2 + 0 + 4) / (3 · 4) = 1/6. Items 1, 3: (−1 + 3) / (2 · 4) = 1/4.
  // Categories hold 3 and 4 interactions: (−3 + 4) / (2 · 7) = 1/14. The top 1 % and 10 % are one row each.
  const row = (over: string, gini: number, top: number): Record<string, unknown> => ({
    ...{ "interactions over": over, Gini: gini, "held by the top 1 %": top, "held by the top 10 %": top },
    "if all were equal": "Gini 0, 0.01, 0.1",
  });
  sameTable(concentrationTable(data), [
    row("users", 1 / 6, 0.5),
    row("items", 0.25, 0.75),
    row("categories", 1 / 14, 4 / 7),
  ]);
});

test("the figure of concentration: of the items, the less taken half holds a quarter", () => {
  const rows = specRows(concentrationFigure(data).spec);
  const items = rows.filter(({ series }) => series === "items (Gini 0.25)");
  assert.equal(items.filter(({ rows: share }) => share === 0.5).map(({ interactions }) => interactions)[0], 0.25);
  assert.equal(items.at(-1), { rows: 1, interactions: 1, series: "items (Gini 0.25)" });
});

test("the figures of counts: how many users, or items, have so many interactions", () => {
  const bars = (of: "user" | "item"): unknown[] =>
    specRows(countFigure(data, of).spec).flatMap(({ from, to, rows }) =>
      from === undefined ? [] : [[from, to, rows]],
    );
  assert.equal(bars("user"), [
    [1, 1, 2],
    [2, 2, 1],
  ]);
  assert.equal(bars("item"), [
    [1, 1, 1],
    [3, 3, 1],
  ]);
});

test("the table of the category tree: nodes by depth, their mean size, least support and largest", () => {
  const node = (name: string, parent: number, depth: number, items: number, support: number) => ({
    ...{ name, parent, depth, items, support },
  });
  const nodes = [node("Root", -1, 1, 12, 1), node("Men", 0, 2, 4, 0.95), node("Women", 0, 2, 7, 1)];
  const tree = { ...data, tree: { kind: "paths" as const, nodes } };
  const row = (depth: number, cells: readonly number[], largest: string): Record<string, unknown> => ({
    ...{ depth, nodes: cells[0], "mean items": cells[1], "least support": cells[2], largest },
  });
  sameTable(categoryTreeTable(tree), [row(1, [1, 12, 1], "Root"), row(2, [2, 5.5, 0.95], "Women")]);
  assert.match(categoryTreeFigure(tree).text, /^3 nodes in 2 levels, 1 without a parent/);
  const bare = { ...data, items: { ...data.items, categoryNames: [] } };
  assert.throws(
    () => categoryTreeTable(bare),
    (error: unknown) => error instanceof MissingData && /no tree/.test(error.message),
  );
});

test("the figure of categories has the most frequent first, each with its share of items and of interactions", () => {
  assert.equal(
    specRows(categoryFigure(data).spec).map(({ category, place, itemShare, interactionShare, ratio }) => [
      ...[category, place, itemShare, interactionShare, ratio],
    ]),
    [
      ["Root", 1, 1, 1, 1],
      ["Shoes", 2, 0.5, 0.75, 1.5],
    ],
  );
});

test.run();
