/**
 * Results that the paper (arXiv 2606.29341) and the code published with it state, to stand beside ours.
 * Latents are counted from 0. A value that was not published is not here.
 */
export const PUBLISHED: {
  /** After pruning (section 3). */
  data: { users: number; items: number; interactions: number; categories: number };
  /** The raw ratings (section 3). */
  rawData: { users: number; items: number; interactions: number };
  /** Ratings per user and item (section 3): of the raw table, and the mean after pruning. */
  perUser: { mean: number; median: number; max: number; meanPruned: number };
  perItem: { mean: number; median: number; max: number; meanPruned: number };
  /** The raw metadata: rows, those of the main category that is kept, names of categories, and items of the largest five. */
  metadata: { rows: number; kept: number; names: number; largest: Readonly<Record<string, number>> };
  msae: { auc: number; accuracy: number; logLoss: number; precisionAt10: number; recallAt10: number; ndcgAt10: number };
  plainSae: {
    auc: number;
    accuracy: number;
    logLoss: number;
    precisionAt10: number;
    recallAt10: number;
    ndcgAt10: number;
  };
  overlapAt10: number;
  rankShift: number;
  /** Scores over 5,000 sampled items (section 5.2.1, figures 5 and 6). */
  monosemanticity: { sample: number; min: number; max: number; perLatent: Readonly<Record<number, number>> };
  /** Σ over steps of loss·256, divided by 400,000 users, by epoch counted from 1. */
  msaeLoss: Readonly<Record<number, number>>;
  saeLoss: Readonly<Record<number, number>>;
  /** An MSAE trained on N(0, 0.1) noise of the paper's shape, in the same reduction: our run, not the paper's. */
  noiseTrainedLoss: Readonly<Record<number, number>>;
  noiseTrainedScore: { min: number; max: number };
  genderLatents: readonly number[];
} = {
  data: { users: 1089923, items: 182207, interactions: 8528231, categories: 500 },
  rawData: { users: 1096901, items: 198771, interactions: 9127377 },
  perUser: { mean: 8.32, median: 6, max: 1438, meanPruned: 7.82 },
  perItem: { mean: 45.9, median: 20, max: 6300, meanPruned: 46.8 },
  metadata: {
    rows: 220890,
    kept: 202642,
    names: 1051,
    largest: { "Clothing, Shoes & Jewelry": 202531, Women: 123708, Clothing: 93229, Men: 50865, Shoes: 31922 },
  },
  msae: { auc: 0.7754, accuracy: 0.7209, logLoss: 0.591, precisionAt10: 0.0012, recallAt10: 0.0059, ndcgAt10: 0.0033 },
  plainSae: {
    auc: 0.7685,
    accuracy: 0.7121,
    logLoss: 0.5918,
    precisionAt10: 0.0011,
    recallAt10: 0.0057,
    ndcgAt10: 0.0032,
  },
  overlapAt10: 0.875,
  rankShift: 1.82,
  monosemanticity: {
    sample: 5000,
    min: 0.075,
    max: 0.201,
    perLatent: {
      0: 0.078916,
      1: 0.077215,
      2: 0.082632,
      3: 0.076034,
      4: 0.094011,
      29: 0.1536,
      30: 0.1662,
      31: 0.1682,
      32: 0.1617,
      34: 0.1702,
      35: 0.165,
      36: 0.1826,
      37: 0.175,
      38: 0.1725,
      39: 0.1795,
      40: 0.1882,
      41: 0.201,
      42: 0.1766,
      43: 0.192,
      44: 0.1956,
      45: 0.1767,
      46: 0.1812,
      47: 0.1778,
      48: 0.1673,
      49: 0.1636,
    },
  },
  msaeLoss: { 1: 0.261104, 10: 0.174242, 30: 0.170955 },
  saeLoss: { 1: 0.418747, 10: 0.097737, 30: 0.092386 },
  noiseTrainedLoss: { 1: 0.2621, 10: 0.17402, 30: 0.16926 },
  noiseTrainedScore: { min: 0.0753, max: 0.1954 },
  genderLatents: [3, 32, 39, 41, 45, 48],
};
