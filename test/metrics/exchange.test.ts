import { test } from "uvu";
import * as assert from "uvu/assert";
import { exchangeMetrics } from "../../lib/src/metrics/exchange";
import { listAgreement } from "../../lib/src/metrics/list-agreement";
import { pairMetrics, validationPairs } from "../../lib/src/metrics/pairs";
import { evaluateRanking } from "../../lib/src/metrics/ranking";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs } from "../../lib/src/records/interactions";

/** One user a row, who scores items by `scores` (width-1 factors). */
const factors = (scores: number[], users = 1): Factors => ({
  d: 1,
  users: new Float32Array(users).fill(1),
  items: Float32Array.from(scores),
  userIds: Array.from({ length: users }, (_, user) => `u${user}`),
  itemIds: scores.map((_, item) => `i${item}`),
  config: { kind: "test" },
});
const none = csrFromPairs(1, 4, [], []);

test("equal lists overlap wholly and shift by nothing", async () => {
  const a = factors([4, 3, 2, 1]);
  assert.equal(await listAgreement(a, a, none, [0], 3), { users: 1, overlap: 1, rankShift: 0 });
});

test("overlap and rank shift are those counted by hand, train items masked", async () => {
  // Lists of two: items 0, 1 against items 1, 2; item 1 moves by one rank.
  assert.equal(await listAgreement(factors([4, 3, 2, 1]), factors([1, 4, 3, 2]), none, [0], 2), {
    users: 1,
    overlap: 0.5,
    rankShift: 1,
  });
  const train = csrFromPairs(1, 4, [0], [1]);
  // Without item 1: 0, 2 against 2, 3.
  const masked = await listAgreement(factors([4, 3, 2, 1]), factors([1, 4, 3, 2]), train, [0], 2);
  assert.is(masked.overlap, 0.5);
});

test("lists that share nothing have no rank shift", async () => {
  const { overlap, rankShift } = await listAgreement(factors([4, 3, 2, 1]), factors([1, 2, 3, 4]), none, [0], 2);
  assert.is(overlap, 0);
  assert.ok(Number.isNaN(rankShift));
});

test("the figures of Table 2 are the pairs' and the ranking's own", async () => {
  const scores = Array.from({ length: 25 }, (_, item) => Math.sin(item));
  const given = factors(scores, 3);
  const train = csrFromPairs(3, 25, [0, 1, 2], [1, 2, 3]);
  const test_ = csrFromPairs(3, 25, [0, 1, 1], [8, 4, 14]);
  const pairs = validationPairs({ test: test_ }, 1);
  const metrics = await exchangeMetrics(given, { train, test: test_ }, pairs);
  const ranking = await evaluateRanking(given, train, test_);
  assert.is(metrics.ndcgAt10, ranking.ndcgAt10);
  assert.is(metrics.auc, pairMetrics(given, pairs).auc);
  assert.is(metrics.ndcgPerUser.length, 2);
});

test.run();
