import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { alignment } from "../../lib/src/metrics/alignment";
import { auroc, rankColumn } from "../../lib/src/metrics/auroc";
import { averagePrecision, chanceAp, normalizedAp } from "../../lib/src/metrics/average-precision";
import { benjaminiHochberg, benjaminiYekutieli } from "../../lib/src/metrics/fdr";
import { randomDirections, randomItems, sparseProjections } from "../../lib/src/metrics/floors";
import { halfOf } from "../../lib/src/metrics/half-split";
import { pearson, popularityCorrelation, spearman } from "../../lib/src/metrics/popularity";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";
import { allClose } from "../oracle";

const labelled = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 3, maxLength: 40 })
  .filter((pairs) => pairs.some(([, y]) => y) && pairs.some(([, y]) => !y));

test("AUROC is the share of pairs in which the positive is above, ties half", () => {
  fc.assert(
    fc.property(labelled, (pairs) => {
      let [won, all] = [0, 0];
      for (const [a, ya] of pairs)
        for (const [b, yb] of pairs)
          if (ya && !yb) {
            all++;
            won += a > b ? 1 : a === b ? 0.5 : 0;
          }
      const value = auroc(
        pairs.map(([score]) => score - 2),
        pairs.map(([, y]) => Number(y)),
      );
      assert.ok(Math.abs(value - won / all) < 1e-12);
    }),
  );
});

test("AUROC does not change when scores are stretched, and needs both kinds", () => {
  const [scores, labels] = [
    [0.1, 3, 0, 2, 2],
    [0, 1, 0, 1, 0],
  ];
  assert.is(auroc(scores.map(Math.exp), labels), auroc(scores, labels));
  assert.ok(Number.isNaN(auroc([1, 2], [1, 1])));
});

test("average precision equals its definition over distinct thresholds", () => {
  fc.assert(
    fc.property(labelled, (pairs) => {
      const positives = pairs.filter(([, y]) => y).length;
      let [expected, recall] = [0, 0];
      for (const threshold of [...new Set(pairs.map(([score]) => score))].sort((a, b) => b - a)) {
        const called = pairs.filter(([score]) => score >= threshold);
        const hits = called.filter(([, y]) => y).length;
        expected += (hits / positives - recall) * (hits / called.length);
        recall = hits / positives;
      }
      const { fromTop } = rankColumn(Float64Array.from(pairs.map(([score]) => score)));
      const value = averagePrecision(fromTop.filter((_, at) => pairs[at][1]));
      assert.ok(Math.abs(value - expected) < 1e-12);
    }),
  );
});

test("a perfect ranking has nAP 1, and a constant score has nAP 0", () => {
  const perfect = rankColumn(Float64Array.of(3, 2, 1, 0));
  assert.is(normalizedAp(averagePrecision(perfect.fromTop.slice(0, 2)), chanceAp(2, 4, 1 + 1 / 2 + 1 / 3 + 1 / 4)), 1);
  const constant = rankColumn(new Float64Array(4));
  assert.is(normalizedAp(averagePrecision(constant.fromTop.slice(0, 2)), chanceAp(2, 4, 1)), 0);
});

test("the chance level of average precision is its mean over all labellings, ties included", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 9 }),
      fc.integer({ min: 1, max: 8 }),
      (values, wanted) => {
        const n = values.length;
        const m = Math.min(wanted, n - 1);
        const { fromTop } = rankColumn(Float64Array.from(values));
        let [sum, all] = [0, 0];
        for (let set = 0; set < 1 << n; set++) {
          const drawn = fromTop.filter((_, at) => (set >> at) & 1);
          if (drawn.length !== m) continue;
          all++;
          sum += averagePrecision(drawn);
        }
        const ends = fromTop.reduce((total, end) => total + 1 / end, 0);
        allClose([chanceAp(m, n, ends)], [sum / all], 1e-12);
      },
    ),
  );
});

test("mean nAP over shuffled labels is 0 within its standard error, where prevalence as the zero is far above", async () => {
  const random = seededRandom(6, "shuffled-nap");
  const [n, k] = [1200, 40];
  const ids = Array.from({ length: n }, (_, at) => `item-${at}`);
  const values = Float32Array.from({ length: n * k }, () => (random.uniform() < 0.2 ? random.uniform() : 0));
  const of = random.shuffle(Int32Array.from({ length: n }, (_, at) => at % 30));
  const categories = csrFromPairs(n, 30, [...ids.keys()], [...of]);
  const items = { ids, categoryNames: Array.from({ length: 30 }, (_, at) => `${at}`), categories };
  const { matrix, perLatent } = await alignment({ k, values, itemIds: ids }, items, { q: 0.01 });
  const mean = matrix.napB.reduce((sum, nap) => sum + nap, 0) / matrix.napB.length;
  const variance = matrix.napB.reduce((sum, nap) => sum + (nap - mean) ** 2, 0) / matrix.napB.length;
  const error = Math.sqrt(variance / matrix.napB.length);
  assert.ok(matrix.napB.length > 900);
  assert.ok(Math.abs(mean) < 3 * error, `${mean} ± ${error}`);
  const gap = perLatent.reduce((sum, { chance, prevalence }) => sum + chance - prevalence, 0) / perLatent.length;
  assert.ok(gap > 3 * error, `${gap} against ${error}`);
});

test("q-values equal a case worked by hand, untested pairs do not count", () => {
  const p = Float64Array.of(0.01, 0.04, 0.03, Number.NaN, 0.5);
  const q = benjaminiHochberg(p);
  allClose([q[0], q[1], q[2], q[4]], [0.04, 0.16 / 3, 0.16 / 3, 0.5], 1e-12);
  assert.ok(Number.isNaN(q[3]));
  allClose([benjaminiYekutieli(p)[0]], [0.04 * (1 + 1 / 2 + 1 / 3 + 1 / 4)], 1e-12);
});

test("q-values are never below p, and keep their order", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const p = Float64Array.from(values);
      const q = benjaminiHochberg(p);
      for (let i = 0; i < p.length; i++) {
        assert.ok(q[i] >= p[i] - 1e-15 && q[i] <= 1);
        for (let j = 0; j < p.length; j++) if (p[i] < p[j]) assert.ok(q[i] <= q[j]);
      }
    }),
  );
});

test("halves are about equal and depend on the id alone", () => {
  const ids = Array.from({ length: 4000 }, (_, at) => `B00${at}`);
  const a = ids.filter((id) => halfOf(id) === "A").length;
  assert.ok(Math.abs(a - 2000) < 150, `${a} of 4000 in A`);
  assert.is(halfOf("B001"), halfOf("B001"));
});

/** 600 items in four categories of which latent 0 knows the first, latent 1 nothing, latent 2 is dead. */
function shop(): { items: Items; latents: { k: number; values: Float32Array; itemIds: string[] } } {
  const random = seededRandom(4, "shop");
  const n = 600;
  const ids = Array.from({ length: n }, (_, at) => `item-${at}`);
  const of = ids.map((_, at) => at % 4);
  const values = new Float32Array(n * 3);
  of.forEach((category, row) => {
    values[row * 3] = category === 0 ? 1 + random.uniform() : random.uniform() < 0.1 ? random.uniform() : 0;
    values[row * 3 + 1] = Math.max(0, random.normal());
  });
  const rows = [...ids.keys()];
  const categories = csrFromPairs(n, 6, [...rows, ...rows, 7], [...of, ...rows.map(() => 4), 5]);
  return {
    items: { ids, categoryNames: ["Women", "Men", "Girls", "Boys", "Clothing", "Rare"], categories },
    latents: { k: 3, values, itemIds: ids },
  };
}

test("the latent that knows a category is found on half A and measured on half B", async () => {
  const { items, latents } = shop();
  const result = await alignment(latents, items, { q: 0.01 });
  assert.is(result.categories, 4);
  assert.is(result.categoriesLeftOut, 2);
  assert.is(result.pairs, 8);
  assert.is(result.pairsBy.exact + result.pairsBy.conditional, 8);
  const women = result.perCategory.find(({ category }) => category === "Women")!;
  assert.is(women.latent, 0);
  assert.ok(women.auroc > 0.99 && women.nap > 0.95);
  const best = result.perLatent[0];
  assert.is(best.best, "Women");
  assert.ok(best.q < 1e-10 && best.qBy >= best.q && best.f1 > 0.95);
  assert.is(result.significant, 1);
  assert.is(result.latentsAbove8, 1);
  assert.equal(
    result.perLatent.map(({ latent }) => latent),
    [0, 1],
  );
});

test("figures of half B equal plain recounts on half B's items alone", async () => {
  const { items, latents } = shop();
  const { perLatent } = await alignment(latents, items, { q: 0.01 });
  for (const row of perLatent) {
    const inB = items.ids.map((_, at) => at).filter((at) => halfOf(items.ids[at]) === "B");
    const labels = inB.map((at) => Number(at % 4 === items.categoryNames.indexOf(row.best)));
    const scores = inB.map((at) => latents.values[at * 3 + row.latent]);
    assert.ok(Math.abs(row.auroc - auroc(scores, labels)) < 1e-12);
    const prevalence = labels.reduce((sum, y) => sum + y, 0) / labels.length;
    assert.ok(Math.abs(row.prevalence - prevalence) < 1e-12);
    assert.ok(Math.abs(row.lift - row.averagePrecision / prevalence) < 1e-12);
  }
});

test("a category that is all of one half is left out, whatever its share of both", async () => {
  const random = seededRandom(6, "one-half");
  const ids = Array.from({ length: 100 }, (_, at) => `item-${at}`);
  const inA = ids.map((_, at) => at).filter((at) => halfOf(ids[at]) === "A");
  for (const half of ["A", "B"]) {
    // All of one half and three quarters of the other: below 90 % of both together.
    const other = ids.map((_, at) => at).filter((at) => inA.includes(at) === (half === "B"));
    const outside = new Set(other.slice(0, Math.ceil(other.length / 4)));
    const inside = [...ids.keys()].filter((at) => !outside.has(at));
    assert.ok(inside.length <= 90);
    const categories = csrFromPairs(100, 1, inside, Array(inside.length).fill(0) as number[]);
    const values = Float32Array.from({ length: 100 }, () => Math.max(0, random.normal()));
    const found = await alignment(
      { k: 1, values, itemIds: ids },
      { ids, categoryNames: ["All"], categories },
      { q: 0.01 },
    );
    assert.equal([found.categories, found.categoriesLeftOut, found.meanBestNap], [0, 1, 0], `all of half ${half}`);
  }
});

test("changing half B changes no choice", async () => {
  const { items, latents } = shop();
  const before = await alignment(latents, items, { q: 0.01 });
  const values = latents.values.map((value, at) =>
    halfOf(items.ids[Math.floor(at / 3)]) === "B" ? (at * 7919) % 13 : value,
  );
  const after = await alignment({ ...latents, values }, items, { q: 0.01 });
  for (const row of before.perCategory) {
    const other = after.perCategory.find(({ category }) => category === row.category)!;
    if (row.latent !== 2) assert.is(other.latent, row.latent);
  }
  assert.is(after.significant, 0);
  assert.is(after.latentsAbove8, 0);
});

test("activations and metadata of other items, or in other order, are refused", async () => {
  const { items, latents } = shop();
  const swapped = [...items.ids];
  [swapped[3], swapped[4]] = [swapped[4], swapped[3]];
  for (const itemIds of [swapped, items.ids.slice(1)]) {
    const error = await alignment({ ...latents, itemIds }, items, { q: 0.01 }).catch((thrown) => thrown);
    assert.instance(error, InputError);
  }
  const error = await alignment({ ...latents, itemIds: swapped }, items, { q: 0.01 }).catch((thrown) => thrown);
  assert.match((error as Error).message, /Row 3 is item item-4/);
});

test("without categories there is nothing to align, and that is no error", async () => {
  const { items, latents } = shop();
  const bare = { ids: items.ids, categoryNames: [], categories: csrFromPairs(600, 0, [], []) };
  const result = await alignment(latents, bare, { q: 0.01 });
  assert.is(result.categories, 0);
  assert.equal(result.perLatent, []);
});

test("a floor is as sparse as it was asked to be", async () => {
  const random = seededRandom(2, "floor-test");
  const [n, d, k] = [500, 6, 10];
  const rows = Float32Array.from({ length: n * d }, () => random.normal());
  for (const directions of [randomDirections({ d, k, seed: 1 }), randomItems({ rows, d, k, seed: 1 })]) {
    allClose([Math.hypot(...directions.slice(0, d))], [1], 1e-6);
    const z = await sparseProjections({ rows, d, k, l0: 2.5, seed: 1 }, directions);
    assert.is(z.filter((value) => value > 0).length, 1250);
  }
  assert.throws(() => randomItems({ rows, d, k: 501, seed: 1 }), /fewer than the 501 latents/);
});

test("rank correlations equal cases worked by hand", async () => {
  assert.is(spearman([1, 2, 3], [10, 100, 1000]), 1);
  assert.ok(Math.abs(spearman([1, 2, 3, 4], [2, 1, 4, 3]) - 0.6) < 1e-12);
  assert.ok(Math.abs(pearson([1, 2, 3], [1, 2, 4]) - 0.9819805060619657) < 1e-12);
  const values = Float32Array.of(1, 0, 2, 0, 3, 1);
  allClose([(await popularityCorrelation(values, 2, [5, 6, 9]))[0]], [1], 1e-12);
});

test.run();
