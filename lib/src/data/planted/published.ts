/** Targets of the published shape. */
interface PublishedShape {
  /** Rows of the metadata, and rows for each rated item. */
  rows: number;
  rowsPerItem: number;
  /** Share outside AMAZON FASHION, that is without kept metadata, of the rated items and of those that nobody rated. */
  otherAmongRated: number;
  otherAmongUnrated: number;
  /** Share of the rated ones among them that are less popular than the median: their ratings are 6.5 % of all, not 8.3 %. */
  otherBelowMedian: number;
  /** Share of the users with fewer than three ratings. */
  sparseUsers: number;
  /** Ratings of a user beyond the least fall with (rank / users + offset)^(−exponent). */
  userTail: { exponent: number; offset: number };
  /** Share of the items whose category list has 2, 3, … 8 names, the root included: mean 4.9, median 5. */
  lengths: readonly number[];
  /** Share of the items below each audience, in per cent; Women and Men are published. */
  audiences: Readonly<Record<string, number>>;
  /** Share of an audience's items in the departments that are published, in per cent; the others share the rest. */
  departments: Readonly<Record<string, number>>;
  /** Share of the rows whose root name still holds its HTML entity. */
  escapedRoots: number;
  missingTitles: number;
  missingStores: number;
  /** Share of the titles and of the stores in which "&" and "'" are HTML entities. */
  escapedTexts: number;
  missingPrices: number;
}

/**
 * What is known of the paper's raw data (arXiv 2606.29341, section 3) and what the generator aims at. The counts are published;
 * the gaps in titles, stores and other fields are not, and their rates are the lab's own choice.
 */
export const PUBLISHED: PublishedShape = {
  rows: 220_890,
  rowsPerItem: 220_890 / 198_771,
  otherAmongRated: 16_564 / 198_771,
  otherAmongUnrated: (220_890 - 202_642 - 16_564) / (220_890 - 198_771),
  otherBelowMedian: 0.66,
  sparseUsers: 6_978 / 1_096_901,
  userTail: { exponent: 1, offset: 2.84e-4 },
  lengths: [0.02, 0.08, 0.24, 0.38, 0.2, 0.06, 0.02],
  audiences: { Women: 61.1, Men: 25.1, Girls: 5.5, Boys: 4, Unisex: 4.3 },
  departments: { Clothing: 47, Shoes: 16.1 },
  escapedRoots: 111 / 202_642,
  missingTitles: 0.002,
  missingStores: 0.035,
  escapedTexts: 0.12,
  missingPrices: 0.7,
};

/** Category names below the planted concepts, which nobody likes or avoids: what shows there is chance, or their parents'. */
export const FINER: FinerNames = {
  common: [1, 0.9, 0.85, 0.8],
  deepest: 27,
  rare: 551,
  rareItems: 8.4,
};

interface FinerNames {
  /** Relative frequency of the names directly below each last concept that many items carry; the first has one below it. */
  common: readonly number[];
  /** Last concepts, the most frequent first, that also have a name three levels below. */
  deepest: number;
  /** Names that few items carry, over all last concepts, and how many items each is meant for at the published size. */
  rare: number;
  rareItems: number;
}

/** Words that make a finer name of a concept's: "Floral Maxi Dresses". */
export const QUALIFIERS: readonly string[] = [
  "Floral",
  "Striped",
  "Printed",
  "Embroidered",
  "Casual",
  "Evening",
  "Wedding",
  "Travel",
  "Quilted",
  "Waterproof",
  "Reflective",
  "Beaded",
  "Cropped",
  "Convertible",
  "Organic",
  "Retro",
];

export const FITS: readonly string[] = ["Petite", "Plus-Size", "Juniors", "Tall", "Wide"];

export const SEASONS: readonly string[] = ["Summer", "Winter", "Holiday"];

/** Other main categories of the raw metadata. */
export const OTHER_MAIN_CATEGORIES: readonly string[] = [
  "Sports & Outdoors",
  "All Beauty",
  "Amazon Home",
  "Toys & Games",
  "Health & Personal Care",
  "Handmade",
];
