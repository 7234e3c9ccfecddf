import { requireInput } from "../../base/errors";
import { quote } from "../../base/quote";

/**
 * What the data looks like: `starter`, small, dense and clean, or `published`, the shape of the paper's raw files: counts a
 * user and an item, depth and names of the category paths, ids, and metadata with its gaps.
 */
export type PlantedShape = "starter" | "published";

/** Knobs of the generator. All draws come from `seed`; the same configuration gives the same bytes. */
export interface PlantedConfig {
  shape: PlantedShape;
  users: number;
  items: number;
  /** Distinct user–item pairs, hit exactly. */
  interactions: number;
  seed: number;
  /** γ: an item's weight is (1 / popularity rank)^γ before taste; 0 makes all alike. */
  popularityExponent: number;
  /** Added to the popularity rank, as a share of the items: it flattens the head (Zipf–Mandelbrot). */
  popularityOffset: number;
  /** Whether popular items share concepts (the confound) instead of being popular by chance. */
  popularityDependsOnConcepts: boolean;
  /** Share of interactions that follow popularity alone, in [0, 1). */
  noiseShare: number;
  /** Divides taste: the lower, the more a user's concepts decide. */
  temperature: number;
  /** Dimensions that the concepts' directions live in; more concepts than dimensions means superposition. */
  directionWidth: number;
  /** Probability that a narrow concept of a user lies below the audience that the user likes, in [0, 1]. */
  coOccurrence: number;
  /** How far concepts of one name below different audiences ("Shoes") point the same way, in [0, 1]. */
  nameShare: number;
  /** Styles below each type of the Women and Men trees, 0 to 2: 0 gives 80 concepts, 1 gives 106, 2 gives 132. */
  stylesPerType: number;
  /** Most cross-cutting styles that an item carries, 0 to 2; each number up to it is equally likely. */
  stylesPerItem: number;
  /** Least narrow concepts that a user likes. */
  minNarrowConcepts: number;
  /** Most narrow concepts that a user likes. */
  maxNarrowConcepts: number;
  /** Mean strength of the audience a user likes; single strengths are gamma draws. */
  broadStrength: number;
  /** Mean strength of a narrow concept. */
  narrowStrength: number;
  /** Least interactions of a user; lowered where the total does not allow it. */
  minUserInteractions: number;
  /** Least interactions of an item; lowered where the total does not allow it. */
  minItemInteractions: number;
  /** Spread (log-normal σ) of the interactions beyond a user's least: the higher, the heavier the tail. Starter shape only. */
  countSpread: number;
}

/** The embedded data set: small enough for a notebook, dense enough that a factorization learns its concepts. */
export const PLANTED_DEFAULTS: PlantedConfig = {
  shape: "starter",
  users: 2000,
  items: 1500,
  interactions: 30000,
  seed: 42,
  popularityExponent: 0.6,
  popularityOffset: 0,
  popularityDependsOnConcepts: false,
  noiseShare: 0.1,
  temperature: 1,
  directionWidth: 48,
  coOccurrence: 0.8,
  nameShare: 0.5,
  stylesPerType: 2,
  stylesPerItem: 2,
  minNarrowConcepts: 2,
  maxNarrowConcepts: 4,
  broadStrength: 1,
  narrowStrength: 2,
  minUserInteractions: 5,
  minItemInteractions: 5,
  countSpread: 1,
};

/** The paper's raw data in size and shape; users, items and interactions may be set lower. */
export const PLANTED_PUBLISHED: PlantedConfig = {
  ...PLANTED_DEFAULTS,
  shape: "published",
  users: 1_096_901,
  items: 198_771,
  interactions: 9_127_377,
  popularityExponent: 0.83,
  popularityOffset: 4.6e-4,
  minItemInteractions: 7,
};

type Range = readonly [least: number, most: number, whole: boolean];

const RANGES: Readonly<Partial<Record<keyof PlantedConfig, Range>>> = {
  users: [2, 5_000_000, true],
  items: [2, 1_000_000, true],
  interactions: [2, 500_000_000, true],
  seed: [0, 2 ** 31 - 1, true],
  popularityExponent: [0, 3, false],
  popularityOffset: [0, 1, false],
  noiseShare: [0, 0.999, false],
  temperature: [0.05, 1000, false],
  directionWidth: [2, 4096, true],
  coOccurrence: [0, 1, false],
  nameShare: [0, 1, false],
  stylesPerType: [0, 2, true],
  stylesPerItem: [0, 2, true],
  minNarrowConcepts: [0, 20, true],
  maxNarrowConcepts: [0, 20, true],
  broadStrength: [0, 20, false],
  narrowStrength: [0, 20, false],
  minUserInteractions: [1, 1_000_000, true],
  minItemInteractions: [1, 1_000_000, true],
  countSpread: [0, 5, false],
};

/** @throws InputError for a knob out of range, or for a total that users and items cannot share out */
export function checkPlanted(config: PlantedConfig): void {
  for (const [key, [least, most, whole]] of Object.entries(RANGES) as [keyof PlantedConfig, Range][]) {
    const value = config[key] as number;
    requireInput(
      value >= least && value <= most && (!whole || Number.isInteger(value)),
      `The generator's ${key} is ${value}: give a ${whole ? "whole number" : "number"} from ${least} to ${most}.`,
    );
  }
  requireInput(
    config.shape === "starter" || config.shape === "published",
    `The generator's shape is ${quote(config.shape)}: give "starter" or "published".`,
  );
  const { users, items, interactions, minNarrowConcepts, maxNarrowConcepts } = config;
  requireInput(
    minNarrowConcepts <= maxNarrowConcepts,
    `The generator's minNarrowConcepts ${minNarrowConcepts} is above its maxNarrowConcepts ${maxNarrowConcepts}: swap them.`,
  );
  const least = Math.max(users, items);
  const most = Math.floor((users * items) / 2);
  requireInput(
    interactions >= least && interactions <= most,
    `The generator cannot place ${interactions} interactions on ${users} users and ${items} items: give ${least} (one each) to ${most} (half of all pairs).`,
  );
}
