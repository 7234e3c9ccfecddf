import { test } from "uvu";
import * as assert from "uvu/assert";
import { ranking } from "../../lib/src/stages/ranking";
import { reconstruction } from "../../lib/src/stages/reconstruction";
import { allClose } from "../oracle";
import { axes, factorsOf, plainWeights, splitOf, toolsOf, trained } from "./tiny";

/*
 * 20 items: x falls from 20 to 1, y is 2 for items of an even row and 0 for those of an odd one, but −1 for item 5.
 * u0 likes what has a low y: it took item 1, and item 5 is held out.
 * u1 took everything, so that every item counts; nothing of it is held out.
 * u2 likes what has a high x: it took item 0, and items 1 and 19 are held out.
 */
const items = Array.from({ length: 20 }, (_, row) => [20 - row, row === 5 ? -1 : row % 2 === 0 ? 2 : 0]);
const users = [
  [0, -1],
  [0, 0],
  [1, 0],
];
const factors = factorsOf(users, items);
const split = splitOf(factors, [[1], [...items.keys()], [0]], [[5], [], [1, 19]]);
const log2 = Math.log2;

test("ranking: figures of three users followed by hand, beside those of popularity", async () => {
  const { model, popularity, againstPopularity, pairs } = await ranking.compute({ split, factors }, toolsOf({}));
  assert.equal([model.users, [...model.perUser.rows]], [2, [0, 2]]);
  // u0: item 5 alone has a negative y, so it is first. u2 without item 0: item 1 is first and item 19 is 19th, beyond the first ten.
  const ndcg = [1, 1 / (1 + 1 / log2(3))];
  allClose(model.perUser.ndcgAt10, ndcg, 1e-6);
  allClose([model.ndcgAt10], [(ndcg[0] + ndcg[1]) / 2], 1e-6);
  assert.equal([model.recallAt10, model.recallAt20, model.precisionAt10], [0.75, 1, 0.1]);
  // Item 5 is above all 18 that u0 never took; of u2's two, one is above all 17 and one is below all.
  assert.is(model.auc, 0.75);
  // Popularity: items 0 and 1 were taken twice, the others once; ties stand by row. u0 without item 1: 0, 2, 3, 4, then 5.
  const popular = [1 / log2(6), ndcg[1]];
  allClose(popularity.perUser.ndcgAt10, popular, 1e-6);
  // u0: item 5 is below item 0 and ties with the 17 others. u2: item 1 is above all 17, item 19 ties with them.
  allClose([popularity.auc], [(8.5 / 18 + 0.75) / 2], 1e-12);
  // In a quarter of all resamples of two users only u2 is drawn, who gains nothing: the interval starts at 0.
  allClose([againstPopularity.ndcgAt10.mean], [(1 - popular[0]) / 2], 1e-6);
  assert.equal([againstPopularity.ndcgAt10.low, againstPopularity.weak], [0, true]);
  // Three held-out items, each with a negative; the scores of the positives are 1, 19 and 1, all above 0.
  assert.ok(pairs.accuracy >= 0.5);
});

test("ranking: its section of the card has the pointwise figures of a logistic fit alone, and a fit's own figures of iALS alone", async () => {
  const result = await ranking.compute({ split, factors }, toolsOf({}));
  const card = (config: { kind: string } & Record<string, unknown>, fit?: object): Record<string, unknown> => {
    const own = { ...factors, config, ...(fit ? { fit } : {}) };
    return { ...ranking.card?.(result, { split, factors: own }, undefined as never).mf };
  };
  const given = card({ kind: "given" });
  assert.equal([given.kind, given.d, given.accuracy, given.alpha], ["given", 2, undefined, undefined]);
  assert.equal([given.ndcgAt10, given.aucPooled], [result.model.ndcgAt10, result.pairs.auc]);
  assert.is(card({ kind: "bce-sgd" }).accuracy, result.pairs.accuracy);
  const fit = { objective: [3, 2], objectiveOfZeros: 5, converged: false };
  const { alpha, reg, sweeps, converged, tuned } = card({ kind: "ials", alpha: 4, reg: 5, tuned: true }, fit);
  assert.equal([alpha, reg, sweeps, converged, tuned], [4, 5, 2, false, true]);
});

test("reconstruction: what is lost with a negative coordinate, followed by hand", async () => {
  const sae = trained(plainWeights(axes, [1, 2]), [3, 2]);
  const inputs = { split, factors, sae, ranking: { model: { ndcgAt10: 0.9 } } };
  const found = await reconstruction.compute(inputs, toolsOf({}));
  // Σ(x − 10.5)² over 1 … 20 is 665. Σy = 10·2 − 1 = 19 and Σy² = 41, so that Σ(y − ȳ)² = 41 − 19²/20 = 22.95.
  // The first latent rebuilds x alone: Σy² is left. Both rebuild all but the −1.
  allClose(found.fvuPerPrefix, [41 / 687.95, 1 / 687.95], 1e-9);
  assert.is(found.fvu, found.fvuPerPrefix[1]);
  // All 20 items fire latent 0, the 10 of an even row fire latent 1.
  assert.equal([found.l0, found.dead, [...found.density]], [1.5, 0, [1, 0.5]]);
  // With its −1 item 5 loses its lead: among the odd rows, all at 0, only item 3 is before it. u2's list stays.
  const after = (1 / log2(3) + 1 / (1 + 1 / log2(3))) / 2;
  allClose([found.rankingCost.reconstructedNdcgAt10, found.rankingCost.ndcgAt10], [after, 0.9 - after], 1e-6);
  const card = reconstruction.card?.(found, inputs, undefined as never).sae;
  assert.equal([card?.k, card?.prefixes, card?.epochs, card?.finalLoss], [2, [1, 2], 2, 2]);
  assert.equal([card?.fvu, card?.fvuPerPrefix, card?.l0, card?.dead], [found.fvu, found.fvuPerPrefix, 1.5, 0]);
});

test.run();
