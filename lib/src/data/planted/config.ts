import { z } from "zod";
import {
  between,
  described,
  refuse,
  requireSettings,
  type SettingText,
  seedSetting,
  wholeBetween,
  word,
} from "../../base/settings";

/** Knobs of the generator, by name: {@link plantedSettings} describes each. */
export type PlantedKnobs = {
  shape: z.ZodEnum<{ starter: "starter"; published: "published" }>;
  users: z.ZodInt;
  items: z.ZodInt;
  interactions: z.ZodInt;
  popularityExponent: z.ZodNumber;
  popularityOffset: z.ZodNumber;
  popularityDependsOnConcepts: z.ZodBoolean;
  noiseShare: z.ZodNumber;
  temperature: z.ZodNumber;
  directionWidth: z.ZodInt;
  coOccurrence: z.ZodNumber;
  nameShare: z.ZodNumber;
  stylesPerType: z.ZodInt;
  stylesPerItem: z.ZodInt;
  minNarrowConcepts: z.ZodInt;
  maxNarrowConcepts: z.ZodInt;
  broadStrength: z.ZodNumber;
  narrowStrength: z.ZodNumber;
  minUserInteractions: z.ZodInt;
  minItemInteractions: z.ZodInt;
  countSpread: z.ZodNumber;
  seed: z.ZodInt;
};

/** Knobs of the generator. All draws come from `seed`; the same configuration gives the same bytes. */
export type PlantedConfig = z.infer<z.ZodObject<PlantedKnobs>>;

/**
 * What the data looks like: `starter`, small, dense and clean, or `published`, the shape of the paper's raw files: counts a
 * user and an item, depth and names of the category paths, ids, and metadata with its gaps.
 */
export type PlantedShape = PlantedConfig["shape"];

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

const of = (key: keyof PlantedConfig, meaning: string, unit: string): SettingText => ({
  ...{ meaning, unit, source: "ours", default: PLANTED_DEFAULTS[key] },
});

/** Each knob of the generator, with its range. */
export const plantedKnobs: PlantedKnobs = {
  shape: described(
    word("starter", "published"),
    of(
      "shape",
      "What the data looks like: small, dense and clean, or like the paper's raw files, with their counts, category paths and gaps.",
      "name",
    ),
  ),
  users: described(wholeBetween(2, 5_000_000), of("users", "Users.", "count")),
  items: described(wholeBetween(2, 1_000_000), of("items", "Items.", "count")),
  interactions: described(
    wholeBetween(2, 5_000_00000),
    of("interactions", "Distinct user–item pairs, hit exactly.", "count"),
  ),
  popularityExponent: described(
    between(0, 3),
    of(
      "popularityExponent",
      "γ: an item's weight is (1 / popularity rank)^γ before taste; 0 makes all alike.",
      "exponent",
    ),
  ),
  popularityOffset: described(
    between(0, 1),
    of(
      "popularityOffset",
      "Added to the popularity rank, as a share of the items: it flattens the head (Zipf–Mandelbrot).",
      "share",
    ),
  ),
  popularityDependsOnConcepts: described(
    z.boolean(),
    of(
      "popularityDependsOnConcepts",
      "Popular items share concepts (the confound) instead of being popular by chance.",
      "yes or no",
    ),
  ),
  noiseShare: described(
    between(0, 0.999),
    of("noiseShare", "Share of interactions that follow popularity alone.", "share"),
  ),
  temperature: described(
    between(0.05, 1000),
    of("temperature", "Divides taste: the lower, the more a user's concepts decide.", "factor"),
  ),
  directionWidth: described(
    wholeBetween(2, 4096),
    of(
      "directionWidth",
      "Dimensions that the concepts' directions live in; more concepts than dimensions means superposition.",
      "count",
    ),
  ),
  coOccurrence: described(
    between(0, 1),
    of(
      "coOccurrence",
      "Probability that a narrow concept of a user lies below the audience that the user likes.",
      "probability",
    ),
  ),
  nameShare: described(
    between(0, 1),
    of("nameShare", "How far concepts of one name below different audiences (Shoes) point the same way.", "share"),
  ),
  stylesPerType: described(
    wholeBetween(0, 2),
    of(
      "stylesPerType",
      "Styles below each type of the Women and Men trees: 0 gives 80 concepts, 1 gives 106, 2 gives 132.",
      "count",
    ),
  ),
  stylesPerItem: described(
    wholeBetween(0, 2),
    of(
      "stylesPerItem",
      "Most cross-cutting styles that an item carries; each number up to it is equally likely.",
      "count",
    ),
  ),
  minNarrowConcepts: described(
    wholeBetween(0, 20),
    of("minNarrowConcepts", "Least narrow concepts that a user likes.", "count"),
  ),
  maxNarrowConcepts: described(
    wholeBetween(0, 20),
    of("maxNarrowConcepts", "Most narrow concepts that a user likes.", "count"),
  ),
  broadStrength: described(
    between(0, 20),
    of("broadStrength", "Mean strength of the audience a user likes; single strengths are gamma draws.", "log weight"),
  ),
  narrowStrength: described(between(0, 20), of("narrowStrength", "Mean strength of a narrow concept.", "log weight")),
  minUserInteractions: described(
    wholeBetween(1, 1_000_000),
    of("minUserInteractions", "Least interactions of a user; lowered where the total does not allow it.", "count"),
  ),
  minItemInteractions: described(
    wholeBetween(1, 1_000_000),
    of("minItemInteractions", "Least interactions of an item; lowered where the total does not allow it.", "count"),
  ),
  countSpread: described(
    between(0, 5),
    of(
      "countSpread",
      "Spread (log-normal σ) of the interactions beyond a user's least: the higher, the heavier the tail. Starter shape only.",
      "σ of a logarithm",
    ),
  ),
  seed: seedSetting("Seed of all draws."),
};

/** Knobs that users, items and each other rule out are refused; a configuration is held to it as well as a call. */
export function knobsAgree(config: Omit<PlantedConfig, "seed">, context: z.RefinementCtx): void {
  const { users, items, interactions, minNarrowConcepts, maxNarrowConcepts } = config;
  if (minNarrowConcepts > maxNarrowConcepts)
    refuse(
      context,
      "minNarrowConcepts",
      `data.minNarrowConcepts ${minNarrowConcepts} is above data.maxNarrowConcepts ${maxNarrowConcepts}: swap them.`,
    );
  const least = Math.max(users, items);
  const most = Math.floor((users * items) / 2);
  if (interactions < least || interactions > most)
    refuse(
      context,
      "interactions",
      `data.interactions is ${interactions}, but the generator cannot place ${interactions} interactions on ${users} users and ${items} items: give ${least} (one each) to ${most} (half of all pairs).`,
    );
}

/** @throws InputError for a knob out of range, or for a total that users and items cannot share out */
export const checkPlanted = (config: PlantedConfig): void =>
  requireSettings("data", z.object(plantedKnobs).superRefine(knobsAgree), config);
