import { test } from "uvu";
import * as assert from "uvu/assert";
import { columnCounts, rowCounts } from "../../lib/src/records/interactions";
import { rankingIntervals } from "../../lib/src/stages/ranking-intervals";
import { rewire } from "../../lib/src/stages/rewire";
import { mixingOf, rewired } from "../../lib/src/stages/rewired";
import { factorsOf, splitOf, toolsOf } from "./tiny";

const rows = (count: number): number[][] => Array.from({ length: count }, () => [1]);

test("rewire: counts of users and items stay, who took what does not; what is held out stays", async () => {
  const factors = factorsOf(rows(40), rows(30));
  // User u took the six items from u on, round and round.
  const train = Array.from({ length: 40 }, (_, u) =>
    Array.from({ length: 6 }, (__, n) => (u + n) % 30).sort((a, b) => a - b),
  );
  const split = splitOf(factors, train, [[29], ...Array.from({ length: 39 }, () => [])]);
  const found = await rewire.compute({ split }, toolsOf({}));
  assert.equal(rowCounts(found.train), rowCounts(split.train));
  assert.equal(columnCounts(found.train), columnCounts(split.train));
  assert.not.equal(found.train.indices, split.train.indices);
  assert.equal([found.test, found.users, found.items], [split.test, split.users, split.items]);
  assert.equal([found.summary.train, found.summary.test], [240, 1]);
  // Each of the 40 users has 6 of 30 items: by chance a fifth of the pairs stays.
  assert.ok(Math.abs(found.mixing.sharedByChance - 0.2) < 0.05, String(found.mixing.sharedByChance));
  assert.ok((found.mixing.shared.at(-1) as number) < 0.4);
});

test("rewired: the mixing on the card is the mean over runs, class by class; factors of another width are refused", () => {
  const one = (shared: number, tradesPerRow: number): object => ({
    d: 2,
    mixing: {
      tradesPerRow,
      rowClasses: [{ from: 1, to: 4, pairs: 10, shared, sharedByChance: 0.1 }],
      columnClasses: [{ from: 2, to: 9, pairs: 20, shared: 2 * shared, sharedByChance: 0.2 }],
    },
  });
  const runs = [one(0.1, 6), one(0.3, 8), { d: 2 }] as never[];
  const mixing = mixingOf({ runs });
  assert.equal([mixing?.runs, mixing?.tradesPerRow], [2, 7]);
  assert.equal([mixing?.users[0].shared, mixing?.items[0].shared], [0.2, 0.4]);
  assert.equal([mixing?.users[0].sharedByChance, mixing?.items[0].pairs], [0.1, 20]);
  // A run of null factors was mixed by nobody.
  assert.is(mixingOf({ runs: [{ d: 2 }] as never[] }), undefined);
  const compute = () => rewired.compute({ factors: { d: 3 }, runs: runs.map((run) => ({ run })) }, toolsOf({}));
  assert.throws(compute, /Null factors 1 have the width 2, and the factors 3/);
});

test("ranking intervals: users that all rank alike have an interval of no width, each ranking its own", async () => {
  const of = (values: number[]): object => ({ perUser: { ndcgAt10: Float32Array.from(values) } });
  const ranking = { model: of([0.5, 0.5, 0.5]), popularity: of([0, 1]) };
  const { model, popularity } = await rankingIntervals.compute({ ranking }, toolsOf({}));
  assert.equal(model, { mean: 0.5, low: 0.5, high: 0.5 });
  // Of two users both may be the one or the other in a quarter of the resamples each.
  assert.equal(popularity, { mean: 0.5, low: 0, high: 1 });
});

test.run();
