import { test } from "uvu";
import * as assert from "uvu/assert";
import { halfOf } from "../../lib/src/metrics/half-split";
import type { Axis } from "../../lib/src/records/axis";
import { type AlignmentResult, alignment } from "../../lib/src/stages/alignment";
import { axisAlignment, itemsOfSides } from "../../lib/src/stages/axis-alignment";
import { chooseLatents, type InterventionResult, intervention } from "../../lib/src/stages/intervention";
import { rewiredRun } from "../../lib/src/stages/rewired-run";
import { allClose } from "../oracle";
import { axes, factorsOf, plainWeights, splitOf, toolsOf, trained, twoSides } from "./tiny";

/*
 * Two kinds of items, each with a latent of its own. u0 took every item once, u1 the left ones once more. u1 likes left items a little
 * better than right ones.
 */
const { itemIds, items, left, metadata } = twoSides();
const all = [...itemIds.keys()];
const factors = factorsOf(
  [
    [0, 0],
    [1, 0.9],
  ],
  items,
  itemIds,
);
const split = splitOf(factors, [all, []], [[], []]);
const taken = splitOf(factors, [all, all.filter(left)], [[], []]);
const sae = trained(plainWeights(axes));
const axis: Axis = {
  ...{ name: "sides", sides: ["left", "right"], names: { left: ["left"], right: ["right"] }, itemIds },
  tags: itemIds.map((_, row) => (left(row) ? "left" : "right")),
};
const data = { items: metadata };

/** Half B has 20 items, 10 of them of the category and active: one of the C(20, 10) ways to place them reaches so high a rank sum. */
const WAYS = 184756;

test("alignment: a latent for each category is perfect, with the p-value of the one best order", async () => {
  const found: AlignmentResult = await alignment.compute({ data, split: taken, factors, sae }, toolsOf({ q: 0.05 }));
  assert.equal([found.categories, found.itemsA, found.itemsB, found.pairs], [2, 20, 20, 4]);
  for (const [latent, best] of ["left", "right"].entries()) {
    const one = found.perLatent[latent];
    assert.equal([one.latent, one.best, one.auroc, one.averagePrecision, one.nap], [latent, best, 1, 1, 1]);
    assert.equal([one.prevalence, one.lift, one.f1], [0.5, 2, 1]);
    // Of four pairs two have p = 1/C(20, 10): q = p · 4/2, by Benjamini and Yekutieli times 1 + 1/2 + 1/3 + 1/4.
    allClose([one.q, one.qBy], [2 / WAYS, (2 / WAYS) * (25 / 12)], 1e-9);
  }
  assert.equal([found.significant, found.significantBy, found.latentsAbove8, found.meanBestNap], [2, 2, 2, 1]);
  // Left items were taken twice, right ones once: latent 0 goes with popularity, latent 1 against it.
  allClose(found.popularity, [1, -1], 1e-12);
  // Two centres of two kinds of items are as good as latents.
  assert.equal([found.floors.kMeans.meanBestNap, [...found.floors.kMeans.napByCategory]], [1, [1, 1]]);
});

test("axis-alignment: each side has its latent; an item on no side has no category", async () => {
  const { sides, matrix } = await axisAlignment.compute({ axis, split, factors, sae }, toolsOf({ q: 0.05 }));
  assert.equal(
    [matrix.latents, matrix.categories],
    [
      [0, 1],
      ["left", "right"],
    ],
  );
  // The other side's latent: all 10 that fire are wrong, then all 20 tie, AP = 1/2. Shuffled, h of the first 10 are right, and
  // E(AP) = E(h²)/100 + (1 − E(h)/10)/2 with E(h) = 5 and Var(h) = 25/19, which is 39/76. (1/2 − 39/76)/(1 − 39/76) = −1/37.
  allClose(matrix.napA, [1, -1 / 37, -1 / 37, 1], 1e-12);
  assert.equal(sides, {
    left: { latent: 0, auroc: 1, nap: 1, prevalence: 0.5 },
    right: { latent: 1, auroc: 1, nap: 1, prevalence: 0.5 },
  });
  const tags = ["right", "neutral", "left"];
  const { categories } = itemsOfSides({ ...axis, itemIds: ["a", "b", "c"], tags }, ["c", "b", "a"]);
  assert.equal(
    [[...categories.indptr], [...categories.indices]],
    [
      [0, 1, 1, 2],
      [0, 1],
    ],
  );
});

test("a rewired run has its alignment with the categories' names", async () => {
  const inputs = { data, split, rewire: undefined, factors, sae };
  const { alignment: found, mean, mixing } = await rewiredRun.compute(inputs, toolsOf({ q: 0.05 }));
  assert.equal(
    [found?.names, [...(found?.napByCategory ?? [])]],
    [
      ["left", "right"],
      [1, 1],
    ],
  );
  // All items of a latent point the same way.
  assert.equal([found?.meanBestNap, found?.significant, found?.latentsAbove8, mean, mixing], [1, 2, 2, 1, undefined]);
});

/** The left latent turned for u1, who alone has a train item beside u0: lists of ten. */
async function turned(alphas: number[], controls = 0): Promise<InterventionResult> {
  const own = splitOf(factors, [[], [itemIds.length - 1]], [[], []]);
  const settings = {
    latents: [0],
    chosen: "on half A",
    side: "left",
    alphas,
    users: 5,
    k: 10,
    controls,
    sharesOf: "half B",
  };
  return intervention.compute({ split: own, factors, sae, axis, axisAlignment: {} }, toolsOf(settings));
}

test("intervention: turned off, the latent's items give way to the others; turned up, nothing changes", async () => {
  const { points, users, latents, axis: named, side, chosen } = await turned([0, 1, 2]);
  assert.equal(
    [users, latents, named, side, chosen],
    [1, [0], { name: "sides", sides: axis.sides }, "left", "on half A"],
  );
  // At α = 1 and 2 left items score 1 and 2 against .9: the list is rows 0 to 9, all of half A by the order of the ids, so that none
  // counts. At α = 0 it is the first ten right ones, of half A too.
  assert.equal(itemIds.slice(0, 10).map(halfOf), Array(10).fill("A"));
  assert.equal(
    points.map(({ alpha, overlap, shares }) => [alpha, overlap, shares.left]),
    [
      [0, 0, 0],
      [1, 1, 0],
      [2, 1, 0],
    ],
  );
});

test("intervention: shares are of half B's items", async () => {
  const own = splitOf(factors, [[], all.filter((row) => row % 20 < 10)], [[], []]);
  const settings = {
    latents: [0],
    chosen: "by hand",
    alphas: [0, 1],
    users: 5,
    k: 10,
    controls: 1,
    sharesOf: "half B",
  };
  const found: InterventionResult = await intervention.compute(
    { split: own, factors, sae, axis, axisAlignment: {} },
    toolsOf(settings),
  );
  // Half A was taken, so the lists are of half B: the ten left ones at α = 1, the ten right ones at α = 0.
  assert.equal(
    found.points.map(({ shares }) => shares),
    [
      { left: 0, right: 1, neutral: 0 },
      { left: 1, right: 0, neutral: 0 },
    ],
  );
  assert.equal(found.points[0].change.left, { mean: -1, low: -1, high: -1 });
  // The one other latent moves as many items as far, so its dose is 0 as well: right items off, the left ones stay on top.
  assert.equal([found.controls, found.points[0].control?.left], [[[1]], { low: 0, high: 0, median: 0 }]);
});

test("intervention: latents that are named and are a side's own are that side's", () => {
  const napA = Float64Array.of(0.5, 0.01, 0.3, 0.02, 0, 0.9);
  const matrix = { latents: [3, 5, 8], categories: ["left", "right"], napA, napB: napA };
  const choose = (asked: { side?: string; latents?: number[] }) => chooseLatents(axis, { matrix, sides: {} }, asked);
  // Of left: latent 3 (.5) and 5 (.3); 8 has 0. Of right: 8 (.9); 3 and 5 are below .05.
  assert.equal(choose({}), { latents: [3, 5], chosen: "on half A", side: "left" });
  assert.equal(choose({ side: "right" }), { latents: [8], chosen: "on half A", side: "right" });
  assert.equal(choose({ latents: [5, 3] }), { latents: [3, 5], chosen: "on half A", side: "left" });
  assert.equal(choose({ latents: [5] }), { latents: [5], chosen: "by hand" });
});

test.run();
