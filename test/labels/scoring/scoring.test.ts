import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "../../../lib/src/base/random";
import { exhibits } from "../../../lib/src/labels/exhibits";
import type { Judge } from "../../../lib/src/labels/judge";
import { bestThreshold, detection } from "../../../lib/src/labels/scoring/detection";
import { nearMisses } from "../../../lib/src/labels/scoring/near-misses";
import { type LabelScore, scoreLabels, shuffledLabels } from "../../../lib/src/labels/scoring/score";
import { labelMeans, minusRuns } from "../../../lib/src/labels/scoring/summary";
import { drawTests, type LatentTests } from "../../../lib/src/labels/scoring/tests";
import { halfOf } from "../../../lib/src/metrics/half-split";
import type { ItemText, Label } from "../../../lib/src/records/label";
import type { Latents } from "../../../lib/src/records/sae-weights";

const at = { seed: 1, name: "test" };

test("detection, worked out by hand: three high items, two others, one of each unanswered", () => {
  const found = detection([0.9, 0.4, undefined], [0.4, undefined], { threshold: 0.5, ...at });
  // Wins: 0.9 over 0.4; 0.4 against 0.4 is half; an unanswered other is above all, an unanswered high item below all.
  assert.is(found.auroc, 1.5 / 6);
  assert.is(found.balancedAccuracy, (1 / 3 + 1 - 1 / 2) / 2);
  assert.is(found.f1, 2 / (1 + 1 + 3));
  assert.is(found.unanswered, 2 / 5);
  assert.ok(found.low <= found.auroc && found.auroc <= found.high);
});

test("a perfect judge and an empty one: 1 and its interval, and one half", () => {
  const perfect = detection([3, 2, 2], [1, 0, 1], { threshold: 1.5, ...at });
  const { auroc, low, high, balancedAccuracy, f1, unanswered } = perfect;
  assert.equal([auroc, low, high, balancedAccuracy, f1, unanswered], [1, 1, 1, 1, 1, 0]);
  assert.is(detection([0, 0], [0, 0], { threshold: 0.5, ...at }).auroc, 0.5);
  assert.is(detection([0, 0], [0, 0], { threshold: 0.5, ...at }).balancedAccuracy, 0.5);
});

test("the interval covers one half as often as it says where a label is luck", () => {
  const random = seededRandom(3, "luck");
  const draw = (): number[] => Array.from({ length: 20 }, () => random.uniform());
  const covered = Array.from({ length: 200 }, (_, run) =>
    detection(draw(), draw(), { threshold: 0.5, seed: run, name: "luck" }),
  );
  const share = covered.filter(({ low, high }) => low <= 0.5 && high >= 0.5).length / 200;
  assert.ok(share > 0.88 && share <= 0.99, String(share));
});

test("the threshold lies half way between the answers that part best", () => {
  assert.is(bestThreshold([0.9, 0.7, 0.2], [0.3, 0.1]), 0.5);
  assert.is(bestThreshold([], []), 0.5);
  assert.is(bestThreshold([1, 1], [1, 1]), 1);
});

const text = (id: string, categories: string[]): ItemText => ({ id, title: "", store: "", categories });

test("a near-miss lacks what the high items have in common and has what is more general; where there is none, one level less", () => {
  const texts = [
    ["All", "Women", "Shoes"],
    ["All", "Women", "Bags"],
    ["All", "Men"],
    ["All", "Women", "Shoes", "Boots"],
    ["All", "Women", "Shoes", "Boots", "Brand"],
  ].map((categories, place) => text(`i${place}`, categories));
  const { find } = nearMisses(texts);
  const of = (high: string[][], allowed = (_: number) => true): number[] =>
    find(
      high.map((categories, at) => text(`h${at}`, categories)),
      allowed,
      seededRandom(1, "near"),
    ).sort();
  const shoes = ["All", "Women", "Shoes"];
  assert.equal(of([shoes]), [1]);
  // Two high items, and one item of the sibling category: the second near-miss shares less.
  assert.equal(of([shoes, shoes]), [1, 2]);
  assert.equal(
    of([shoes], (place) => place !== 1),
    [2],
  );
  // On three in ten of the high items: Boots, and not the brand that one of four has. Shoes that are no boots have siblings of their own.
  const boots = [...shoes, "Boots"];
  assert.equal(of([[...boots, "Brand"], boots, shoes, shoes]), [0, 1, 2]);
  assert.equal(of([[]]), []);
});

/** 400 items in four families of 100; latent f fires on its family, 100 − place high; latent 4 on one item, latent 5 on all, latent 6 on none. */
const families = ["Shoes", "Bags", "Hats", "Belts"];
const ids = Array.from({ length: 400 }, (_, row) => `item-${row}`);
const textOf = (id: string): ItemText => {
  const row = Number(id.slice(5));
  return text(id, ["All", families[row % 4], `${families[row % 4]} ${row % 8 < 4 ? "one" : "two"}`]);
};
const latents: Latents = { k: 7, values: new Float32Array(400 * 7), itemIds: ids };
for (let row = 0; row < 400; row++) {
  latents.values[row * 7 + (row % 4)] = 100 - Math.floor(row / 4);
  latents.values[row * 7 + 4] = row === 7 || row === 8 ? 1 : 0;
  latents.values[row * 7 + 5] = 1 + row;
}
const rows = Int32Array.from(ids.keys());
const settings = { items: 40, top: 0.01, quantiles: 4, intruders: 3, seed: 42 };
const drawn = (): Promise<LatentTests> => drawTests(latents, rows, textOf, settings);

test("items that a label was written from never score: every tested item is of half B, fires or not as it should", async () => {
  const { tests, untested } = await drawn();
  assert.equal(
    tests.map(({ latent }) => latent),
    [0, 1, 2, 3],
  );
  assert.match(untested[untested.length - 1].reason, /all but 0 items of half B fire it/);
  const written = new Map(
    exhibits(latents, rows, textOf).map(({ latent, items }) => [latent, items.map(({ id }) => id)]),
  );
  for (const { latent, high, random, nearMiss, quantiles, intruders, calibration } of tests) {
    const fires = (id: string): boolean => latents.values[ids.indexOf(id) * 7 + latent] > 0;
    const scoring = [...high, ...random, ...nearMiss, ...quantiles.flat(), ...intruders.flatMap(({ items }) => items)];
    assert.ok(scoring.every((id) => halfOf(id) === "B"));
    const exhibited = written.get(latent) as string[];
    assert.is(exhibited.length, 25);
    assert.ok(scoring.every((id) => !exhibited.includes(id)));
    assert.ok([...calibration.high, ...calibration.random].every((id) => halfOf(id) === "A"));
    assert.equal([high.length, random.length, new Set([...high, ...random]).size], [20, 20, 40]);
    assert.ok(high.every(fires) && quantiles.flat().every(fires) && ![...random, ...nearMiss].some(fires));
    // One per cent of half B's items is less than 20: then the 20 strongest are high.
    const strongest = ids
      .filter((id) => halfOf(id) === "B" && fires(id))
      .sort((a, b) => latents.values[ids.indexOf(b) * 7 + latent] - latents.values[ids.indexOf(a) * 7 + latent]);
    assert.equal([...high].sort(), strongest.slice(0, 20).sort());
    assert.ok(nearMiss.length === 20 && nearMiss.every((id) => textOf(id).categories[0] === "All"));
    for (const { items, place } of intruders)
      assert.equal(
        items.map(fires),
        items.map((_, each) => each !== place),
      );
  }
});

test("draws are the same again, and do not depend on other latents", async () => {
  assert.equal(await drawn(), await drawn());
  const alone: Latents = { k: 1, itemIds: ids, values: Float32Array.from(ids, (_, row) => latents.values[row * 7]) };
  const { tests } = await drawTests(alone, rows, textOf, settings);
  assert.equal(tests, (await drawn()).tests.slice(0, 1));
});

/** Knows the families: an item fits where the label names its family; one item it never answers for. */
const judge: Judge = {
  name: "knows",
  threshold: 0.5,
  detect: async (questions) =>
    questions.map(({ label, items }) => items.map(({ categories }) => Number(categories.includes(label.broad)))),
  intruders: async (lists) =>
    lists.map((items) =>
      items.findIndex((item) => items.filter((one) => one.categories[1] === item.categories[1]).length === 1),
    ),
};
const labels = families.map((broad, latent): Label => {
  return { latent, broad, refined: broad, description: "", confidence: "high", evidence: [], source: "person" };
});

test("labels that are right score 1, with every measure, and those of other latents below luck", async () => {
  const { tests } = await drawn();
  const scores = await scoreLabels(labels, tests, judge, textOf, { seed: 42 });
  assert.equal(
    scores.map(({ detection: { auroc } }) => auroc),
    [1, 1, 1, 1],
  );
  assert.equal(
    scores.map(({ quantiles }) => quantiles),
    new Array(4).fill([1, 1, 1, 1]),
  );
  assert.equal(
    scores.map(({ intruder }) => intruder),
    new Array(4).fill({ right: 3, rounds: 3, unanswered: 0 }),
  );
  const moved = shuffledLabels(labels, 42, 0);
  assert.ok(moved.every(({ broad, latent }) => broad !== families[latent]));
  assert.equal(moved.map(({ broad }) => broad).sort(), [...families].sort());
  const lost = await scoreLabels(moved, tests, judge, textOf, { seed: 42, only: "detection" });
  assert.ok(lost.every(({ detection: { auroc }, intruder }) => auroc < 0.5 && intruder.rounds === 0));
});

test("a judge that answers nothing is wrong everywhere, and a judge without threshold is set on half A", async () => {
  const { tests } = await drawn();
  const mute: Judge = {
    name: "mute",
    detect: async (questions) => questions.map(({ items }) => items.map(() => undefined)),
    intruders: async (lists) => lists.map(() => undefined),
  };
  const [{ detection: found, intruder }] = await scoreLabels(labels, tests, mute, textOf, { seed: 42 });
  assert.equal([found.auroc, found.balancedAccuracy, found.f1, found.unanswered], [0, 0, 0, 1]);
  assert.equal(intruder, { right: 0, rounds: 3, unanswered: 3 });
  const asked: string[] = [];
  const { threshold: _, ...rest } = judge;
  const curious: Judge = {
    ...rest,
    detect: (questions) => {
      asked.push(...questions.flatMap(({ items }) => items.map(({ id }) => halfOf(id))));
      return judge.detect(questions);
    },
  };
  const [first] = await scoreLabels(labels, tests, curious, textOf, { seed: 42 });
  assert.is(first.detection.balancedAccuracy, 1);
  assert.ok(asked.includes("A"));
});

test("means over latents, and a null's distance with its interval", async () => {
  const { tests } = await drawn();
  const scores = await scoreLabels(labels, tests, judge, textOf, { seed: 42 });
  const means = await labelMeans(scores, { seed: 42, name: "test" });
  assert.equal([means.detection?.mean, means.detection?.low, means.detection?.latents], [1, 1, 4]);
  assert.equal([means.intruder?.mean, means.intruder?.rounds], [1, 12]);
  assert.equal(await labelMeans([] as LabelScore[], { seed: 42, name: "none" }), { quantiles: [] });
  const distance = minusRuns([0.9, 0.8, 0.7], [[0.5, 0.4], [], [0.6, 0.5]], { seed: 42, name: "test" });
  assert.ok(Math.abs(distance.mean - 0.3) < 1e-12);
  assert.ok(distance.low > 0.1 && distance.low < 0.3 && distance.high > 0.3 && distance.high < 0.5);
});

test.run();
