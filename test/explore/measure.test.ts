import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../lib/src/base/random";
import { columnsOf, profile } from "../../lib/src/explore/activations";
import { pairTests } from "../../lib/src/explore/category-q";
import { listColumns, Names, strongestItems } from "../../lib/src/explore/measure";
import { alignment } from "../../lib/src/metrics/alignment";
import { csrOf, idsInHalves } from "../stages/tiny";
import { measuredSides, twoSidesInput } from "./made-up";

test("a profile: how many items fire, how strongly, the strongest first, and some of each fifth", () => {
  const column = Float32Array.of(0, 8, 4, 4, 0, 1, 2, 0, 6, 3);
  const found = profile(column, { strongest: 3, each: 1 });
  assert.is(found.active, 7);
  assert.is(found.most, 8);
  assert.equal(found.strongest, [1, 8, 2], "of equal ones the earlier first");
  // Ranks 1 | 8 2 | 3 | 9 6 | 5 by fifths of seven.
  assert.equal(found.fifths, [[1], [8], [3], [9], [5]]);
  const bins = new Array(24).fill(0);
  for (const value of [8, 4, 4, 1, 2, 6, 3]) bins[Math.min(23, value * 3)]++;
  assert.equal(found.histogram, bins);
  const nothing = profile(new Float32Array(4), { strongest: 3, each: 1 });
  assert.equal([nothing.active, nothing.most, nothing.strongest], [0, 0, []]);
});

test("columns are those of the rows that count", () => {
  const columns = columnsOf(Float32Array.of(1, 2, 3, 4, 5, 6), 2, Int32Array.of(0, 2));
  assert.equal([...columns(0, 2)], [1, 5, 2, 6]);
  assert.equal([...columns(1, 2)], [2, 6]);
});

test("what is said of each latent", async () => {
  const { latents, nulls } = await measuredSides();
  assert.equal(
    latents.map(({ active }) => active),
    [20, 20, 0],
  );
  assert.equal(latents[0].strongest.slice(0, 2), [
    [0, 1],
    [1, 0.99],
  ]);
  assert.equal(latents[0].score, [0.8, 0.7, 0.9]);
  assert.is(latents[2].score, null);
  assert.is(latents[2].unlabelled, "no item fires it");
  assert.equal(latents[0].labels[0].detection, [0.9, 0.8, 0.95]);
  assert.equal(latents[0].labels[0].quantiles, [0.5, null]);
  assert.equal(latents[0].labels[0].intruder, [3, 4]);
  assert.is(latents[1].labels[0].detection, undefined);
  // Decoder rows (1, 0), (0, 1), (.6, .8).
  assert.equal(latents[0].nearest, [
    [2, 0.6],
    [1, 0],
  ]);
  assert.equal(latents[2].nearest, [
    [1, 0.8],
    [0, 0.6],
  ]);
  assert.equal(
    nulls.map(({ name, low, high }) => [name, low, high]),
    [
      ["noise", 0.4, 0.6],
      ["untrained", 0.7, 0.7],
    ],
    "a null in which no latent has a score was not computed",
  );
  assert.equal(latents[1].nulls, [0.5, 0.7]);
  const [[category, nap, auroc, q]] = latents[0].categories;
  assert.equal([category, nap, auroc], ["left", 1, 1]);
  assert.ok(q !== null && q < 0.001, String(q));
});

test("the list: a score's place is the least share of a null's latents below it", async () => {
  const names = new Names();
  const columns = listColumns(await measuredSides(), names);
  // .8 is above all; .6 is above two of noise's three and none of the untrained.
  assert.equal(columns.place, [1, 0, null]);
  assert.equal(columns.prefix, [0, 1, 1]);
  assert.equal(columns.active, [0.5, 0.5, 0]);
  assert.equal(
    columns.categories.map((places) => places.map((place) => names.all[place])),
    [["left", "right"], ["right", "left"], []],
  );
  assert.equal(columns.label, ["Left things", "Right things", ""]);
});

test("over seeds: the largest share of the strongest items that one latent of the other run has", async () => {
  const input = twoSidesInput();
  const same = strongestItems(input.columns, 3, input.items.ids);
  const { latents, seeds } = await measuredSides({ seeds: [same, [[], same[1].slice(0, 5), []]] });
  assert.equal(
    latents.map((latent) => latent.seeds),
    [
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  );
  assert.is(seeds?.runs, 3);
  assert.ok((seeds?.chance ?? 0) > 0.1 && (seeds?.chance ?? 1) < 0.9, String(seeds?.chance));
});

test("AUROC and q of the pairs are those of the alignment", async () => {
  const ids = idsInHalves("item", 100);
  const random = seededRandom(5, "test/pairs");
  const values = Float32Array.from({ length: ids.length * 4 }, () => Math.max(0, random.normal()));
  // Latent 0 fires more on the first category.
  const members = ids.map((_, row) => (values[row * 4] > 0.6 ? [0] : random.uniform() < 0.4 ? [1] : [2]));
  const items = { ids, categoryNames: ["one", "two", "three"], categories: csrOf(members, 3) };
  const found = await alignment({ k: 4, values, itemIds: ids }, items, { q: 0.05 });
  const rows = Int32Array.from(ids.keys());
  const tests = await pairTests(found, items, rows, columnsOf(values, 4, rows));
  assert.ok(found.perLatent.length === 4 && found.matrix.categories.length >= 2);
  for (const { latent, best, auroc, q } of found.perLatent) {
    const at =
      found.matrix.latents.indexOf(latent) * found.matrix.categories.length + found.matrix.categories.indexOf(best);
    assert.is(tests.auroc[at], auroc);
    assert.is(tests.q[at], q);
  }
  assert.is(tests.q.filter((q) => q < 0.05).length, found.significant);
});

test.run();
