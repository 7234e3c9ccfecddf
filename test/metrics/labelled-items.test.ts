import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { auroc, rankColumn } from "../../lib/src/metrics/auroc";
import { averagePrecision, chanceAp, normalizedAp } from "../../lib/src/metrics/average-precision";
import {
  bestThreshold,
  f1At,
  type LabelledItems,
  labelledItems,
  rankActivations,
  scoreCategories,
  withCategories,
} from "../../lib/src/metrics/labelled-items";
import { csrFromPairs } from "../../lib/src/records/interactions";
import type { Items } from "../../lib/src/records/items";
import { allClose } from "../oracle";

/** Activations with ties, from below 0 or from above it, and three categories of which an item may have any. */
const cases = fc
  .record({
    lift: fc.constantFrom(-2, 0, 1),
    items: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.subarray([0, 1, 2])), { minLength: 4, maxLength: 40 }),
  })
  .map(({ lift, items }) => ({ values: items.map(([value]) => value + lift), categories: items.map(([, own]) => own) }))
  .filter(({ values }) => new Set(values).size > 1);

function labelled(categories: number[][]): LabelledItems {
  const pairs = categories.flatMap((own, row) => own.map((category) => [row, category]));
  const items: Items = {
    ids: categories.map((_, row) => `${row}`),
    categoryNames: ["a", "b", "c"],
    categories: csrFromPairs(
      categories.length,
      3,
      pairs.map(([row]) => row),
      pairs.map(([, category]) => category),
    ),
  };
  return labelledItems(items, Int32Array.from(categories.keys()));
}

test("one walk gives the AUROC, the average precision and the ranks that each category has by itself", () => {
  fc.assert(
    fc.property(cases, ({ values, categories }) => {
      const items = labelled(categories);
      const scores = scoreCategories(rankActivations(Float64Array.from(values)), items);
      const ranked = rankColumn(Float64Array.from(values));
      const ends = ranked.fromTop.reduce((sum, end) => sum + 1 / end, 0);
      const active = values.filter((value) => value > Math.min(...values));
      for (const category of [0, 1, 2]) {
        const labels = categories.map((own) => Number(own.includes(category)));
        const positives = labels.reduce((sum, y) => sum + y, 0);
        assert.is(items.sizes[category], positives);
        const expected = auroc(values, labels);
        assert.ok(Object.is(scores.auroc[category], expected), `AUROC ${scores.auroc[category]}, not ${expected}`);
        if (positives === 0) continue;
        const own = values.filter((value, at) => labels[at] === 1 && value > Math.min(...values));
        assert.is(scores.hits[category], own.length);
        const ranks = [...new Set(own)].flatMap((value) => {
          const below = active.filter((other) => other < value).length;
          return own.filter((other) => other === value).map((_, at) => below + at + 1);
        });
        assert.is(
          scores.ranks[category],
          ranks.reduce((sum, rank) => sum + rank, 0),
        );
        const ap = averagePrecision(ranked.fromTop.filter((_, at) => labels[at] === 1));
        allClose([scores.averagePrecision[category]], [ap], 1e-14, "average precision");
        if (positives < values.length)
          allClose([scores.nap[category]], [normalizedAp(ap, chanceAp(positives, values.length, ends))], 1e-12, "nAP");
      }
    }),
  );
});

test("the threshold has the highest F1 of all activations above 0, and F1 is counted at or above it", () => {
  fc.assert(
    fc.property(cases, ({ values, categories }) => {
      const items = labelled(categories);
      const ranked = rankActivations(Float64Array.from(values));
      const recount = (threshold: number): number => {
        const called = values.filter((value) => value >= threshold).length;
        const hits = values.filter((value, at) => value >= threshold && categories[at].includes(0)).length;
        return (2 * hits) / Math.max(1, called + items.sizes[0]);
      };
      for (const threshold of [-5, 0.5, 1, 2, 3, 99])
        assert.is(f1At(ranked, items, 0, threshold), recount(threshold), `at ${threshold}`);
      const above = values.filter((value) => value > 0);
      const threshold = bestThreshold(ranked, items, 0);
      if (above.length === 0) assert.is(threshold, Number.POSITIVE_INFINITY);
      else assert.is(recount(threshold), Math.max(...above.map(recount)));
    }),
  );
});

test("categories that are left out take nothing with them", () => {
  const items = withCategories(labelled([[0, 2], [1], [2], []]), [2, 0]);
  assert.equal([...items.sizes], [2, 1]);
  assert.equal([...items.categories.indptr], [0, 2, 2, 3, 3]);
  assert.equal([...items.categories.indices], [0, 1, 0]);
});

test.run();
