/** Table 2 of the paper: ranking with factors that an autoencoder has rebuilt. */
export interface PublishedRanking {
  auc: number;
  accuracy: number;
  logLoss: number;
  precisionAt10: number;
  recallAt10: number;
  ndcgAt10: number;
}

/**
 * What the paper (arXiv 2606.29341) and the code published with it state, to stand beside ours; each field says where.
 * Nothing of ours is here (that is `OURS`), and a value that was not published is not here. Latents are counted from 0.
 */
export const PUBLISHED: {
  /** Size after pruning. Section 3. */
  data: { users: number; items: number; interactions: number; categories: number };
  /** Size of the raw ratings. Section 3. */
  rawData: { users: number; items: number; interactions: number };
  /** Ratings of a user: raw, and the mean after pruning. Section 3 and figure 2. */
  perUser: { mean: number; median: number; max: number; meanPruned: number };
  /** Ratings of an item: raw, and the mean after pruning. Section 3 and figure 3. */
  perItem: { mean: number; median: number; max: number; meanPruned: number };
  /** Mean of the raw ratings, in stars. Section 3. */
  meanRating: number;
  /** Raw metadata: rows, rows of the kept main category, names of categories and how many an item has on average, items of the five largest. Section 3 and figure 1. */
  metadata: { rows: number; kept: number; names: number; meanDepth: number; largest: Readonly<Record<string, number>> };
  /** Users that the factors were fitted on, and their train positives. Section 4.1; the published code's log. */
  fitted: { users: number; trainPositives: number };
  /** Steps in an epoch, of each autoencoder. The published code's log. */
  stepsPerEpoch: { msae: number; plainSae: number };
  /** Factors that the MSAE has rebuilt. Table 2. */
  msae: PublishedRanking;
  /** Factors that the plain autoencoder has rebuilt. Table 2. */
  plainSae: PublishedRanking;
  /** Share of a top-10 list that is on the other, plain beside MSAE, over 20 users. Table 2 and figure 4. */
  overlapAt10: number;
  /** Ranks by which shared items move, in the same lists. Table 2 and figure 4. */
  rankShift: number;
  /**
   * Scores over a sample of items: least and most of all 50 latents, and those of the 25 latents whose score was given, most of them
   * with a high index and a high score. Their mean is not the mean of all. Section 5.2.1, figures 5 and 6.
   */
  monosemanticity: {
    sample: number;
    latents: number;
    min: number;
    max: number;
    perLatent: Readonly<Record<number, number>>;
  };
  /** MSAE: Σ over steps of loss·256, divided by 400,000 users, by epoch counted from 1. The published code's log. */
  msaeLoss: Readonly<Record<number, number>>;
  /** The same of the plain autoencoder. The published code's log. */
  saeLoss: Readonly<Record<number, number>>;
  /** Broad label and confidence of every latent, by a language model. Section 4.4, figure 14 and the published code's output. */
  labels: { broad: readonly string[]; confidence: readonly string[] };
  /** A factor's row, its item, and the item whose metadata the published code reads for it, with that one's factor. Rows of section 3's data, as the published code of section 4.4 reads them. */
  misread: { factor: number; item: string; metadataItem: string; metadataItemsFactor: number };
  /** Latents that were scaled as those of gender. Section 5.3. */
  genderLatents: readonly number[];
  /** Women's share of the top 50 by dose α; `original` is the paper's baseline. Table 3; from α = 2 on read off figure 12, ± .002. */
  womensShare: Readonly<Record<string, number>>;
} = {
  data: { users: 1089923, items: 182207, interactions: 8528231, categories: 500 },
  rawData: { users: 1096901, items: 198771, interactions: 9127377 },
  perUser: { mean: 8.32, median: 6, max: 1438, meanPruned: 7.82 },
  perItem: { mean: 45.9, median: 20, max: 6300, meanPruned: 46.8 },
  meanRating: 4.32,
  metadata: {
    rows: 220890,
    kept: 202642,
    names: 1051,
    meanDepth: 4.9,
    largest: { "Clothing, Shoes & Jewelry": 202531, Women: 123708, Clothing: 93229, Men: 50865, Shoes: 31922 },
  },
  fitted: { users: 400000, trainPositives: 2506953 },
  stepsPerEpoch: { msae: 711, plainSae: 1562 },
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
    latents: 50,
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
  labels: {
    broad: (
      [
        [22, "Clothing, Shoes & Jewelry"],
        [10, "General apparel & accessories"],
        [1, "Women's apparel & accessories"],
        [3, "General apparel & accessories"],
        [2, "Mixed clothing, shoes & jewelry"],
        [1, "Mixed apparel & accessories"],
        [1, "Women's fashion & lifestyle"],
        [1, "Mixed demographic apparel & footwear"],
        [4, "Multi-demographic apparel & accessories"],
        [1, "Women's fashion essentials"],
        [4, "Multi-demographic apparel & accessories"],
      ] as const
    ).flatMap(([count, broad]) => new Array<string>(count).fill(broad)),
    // m: medium, h: high; none was low.
    confidence: Array.from("mhmhhmmhhhhhhhhhhhhhmhmhmhmmmhmmhhhmmhmhmmmmmmmmmm", (letter) =>
      letter === "h" ? "high" : "medium",
    ),
  },
  misread: { factor: 21227, item: "B015OC7H1I", metadataItem: "B09DTQXJDP", metadataItemsFactor: 112 },
  genderLatents: [3, 32, 39, 41, 45, 48],
  womensShare: { original: 0.53, 0.5: 0.52, 1.5: 0.54, 2: 0.525, 4: 0.522, 8: 0.526, 16: 0.534 },
};

/** The published reduction of a loss: loss·256 over the MSAE's steps, divided by the fitted users. This share of the mean per step. */
export const PUBLISHED_REDUCTION: number = (PUBLISHED.stepsPerEpoch.msae * 256) / PUBLISHED.fitted.users;

/** Which latents a mean of published scores averages, to stand wherever one is shown. */
export const PUBLISHED_LATENTS: string = `the ${Object.keys(PUBLISHED.monosemanticity.perLatent).length} of ${PUBLISHED.monosemanticity.latents} latents that were given, mostly high ones`;
