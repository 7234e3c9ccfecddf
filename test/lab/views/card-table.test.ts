import { test } from "uvu";
import type { Card } from "../../../lib/src/lab/card";
import { PUBLISHED, PUBLISHED_LATENTS } from "../../../lib/src/lab/published";
import { cardTable } from "../../../lib/src/lab/views/pipeline";
import { sameTable } from "../../tables";

const card = {
  mf: {
    ...{ kind: "ials", d: 4, ndcgAt10: 0.125, recallAt10: 0.1, recallAt20: 0.2, auc: 0.75, aucPooled: 0.7 },
    popularity: { ndcgAt10: 0.0625, recallAt20: 0.1, auc: 0.6 },
    againstPopularity: { ndcgAt10: { mean: 0.0625, low: -0.01, high: 0.135 }, weak: true },
  },
  sae: { k: 8, fvu: 0.3, l0: 2.5 },
  monosemanticity: {
    mean: 0.2,
    perLatent: [0.1, null, 0.3],
    nulls: {
      noise: { mean: 0.1, perLatent: [0.05, 0.15, null], draws: [0.1] },
      permuted: { mean: 0.01, perLatent: [0, 0.02, null], draws: [0.01] },
      rewired: { mean: 0.1254, perLatent: [0.1, 0.15, null], draws: [0.12, 0.13] },
    },
  },
} as unknown as Card;

test("the card's table: each number beside its null and the published one, without rows for what was not computed", () => {
  // The 25 published scores add up to 3.9233, so that their mean is 0.1569.
  const rows = [
    { number: "NDCG@10", ours: 0.125, "null beside it": "popularity 0.0625", published: PUBLISHED.msae.ndcgAt10 },
    {
      number: "NDCG@10 minus popularity's",
      ours: "+0.0625 (−0.0100 to +0.1350): FACTORS TOO WEAK",
      "null beside it": "popularity 0",
      published: "not given",
    },
    { number: "unexplained variance (FVU)", ours: 0.3, "null beside it": "the mean item 1", published: "" },
    { number: "active latents per item (L0)", ours: 2.5, "null beside it": "of 8", published: "" },
    {
      number: "monosemanticity, mean",
      ours: 0.2,
      "null beside it": "rewired 0.125, noise 0.100, permuted 0.010",
      published: `0.157, of ${PUBLISHED_LATENTS}`,
    },
    {
      number: "monosemanticity, least to most",
      ours: "0.100 to 0.300",
      "null beside it": "noise 0.050 to 0.150",
      published: `${PUBLISHED.monosemanticity.min} to ${PUBLISHED.monosemanticity.max}`,
    },
  ];
  sameTable(cardTable(card), rows);
  const alignment = {
    ...{ pairs: 40, significant: 6, meanBestNap: 0.5 },
    floors: { untrained: { meanBestNap: 0.25, significant: 1.5 }, kMeans: { meanBestNap: 0.4, significant: 3 } },
  };
  sameTable(cardTable({ ...card, alignment } as unknown as Card).slice(rows.length), [
    {
      number: "alignment, mean best nAP",
      ours: 0.5,
      "null beside it": "untrained 0.250, kMeans 0.400",
      published: "not measured",
    },
    {
      number: "alignment, significant pairs of 40",
      ours: 6,
      "null beside it": "untrained 2, kMeans 3",
      published: "not measured",
    },
  ]);
});

test.run();
