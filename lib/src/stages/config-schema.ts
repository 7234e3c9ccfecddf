import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { PLANTED_DEFAULTS } from "../data/planted";
import { settingSentence } from "../sae/settings";
import type { LabConfig } from "./config";
import { saeSchema } from "./sae-settings";

const positive = z.number().positive();
const count = z.int().min(1);
const share = z.number().gt(0).lt(1);

const prune = z.strictObject({
  minUserRatings: z.int().min(0),
  minItemRatings: z.int().min(0),
  minCategoryItems: z.int().min(0),
  mainCategory: z.union([z.string(), z.literal(false)]).optional(),
  iterate: z.boolean().optional(),
});

const plantedShape = Object.fromEntries(
  Object.entries(PLANTED_DEFAULTS)
    .filter(([key]) => key !== "seed" && key !== "shape")
    .map(([key, value]) => [key, typeof value === "boolean" ? z.boolean() : z.number()]),
);

const schema = z.strictObject({
  preset: z.enum(["paper", "calibrated"]),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  data: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("planted"), shape: z.enum(["starter", "published"]), ...plantedShape }),
    z.strictObject({
      kind: z.literal("files"),
      ratings: z.string().min(1),
      items: z.string().min(1).optional(),
      columns: z
        .strictObject({
          user: z.string().optional(),
          item: z.string().optional(),
          rating: z.string().optional(),
          time: z.string().optional(),
        })
        .optional(),
      categories: z.strictObject({ column: z.string(), separator: z.string().optional() }).optional(),
      filter: z
        .strictObject({
          minRating: z.number().optional(),
          from: z.union([z.string(), z.number()]).optional(),
          until: z.union([z.string(), z.number()]).optional(),
          repeats: z.enum(["latest", "earliest", "highest"]).optional(),
        })
        .optional(),
      cleanCategories: z.boolean().optional(),
      maxRejected: z.number().min(0).max(1),
      prune,
    }),
  ]),
  split: z.strictObject({ kind: z.enum(["random", "leave-last-out", "time"]), trainShare: share, maxUsers: count }),
  mf: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("ials"),
      d: count,
      alpha: positive,
      reg: z.number().positive(),
      iterations: count,
      initScale: positive,
    }),
    z.strictObject({
      kind: z.literal("bce-sgd"),
      d: count,
      lr: positive,
      reg: z.number().min(0),
      epochs: count,
      batch: count,
      schedule: z.enum(["batches", "blocks"]),
      initScale: positive,
    }),
    z.strictObject({ kind: z.literal("given"), folder: z.string().min(1) }),
  ]),
  // That of the architectures which are known when a configuration is checked.
  sae: z.unknown(),
  scores: z.strictObject({ sample: z.int().min(2), noiseTrained: z.boolean() }),
  rewired: z.strictObject({ runs: z.int().min(0) }),
  alignment: z.strictObject({ q: share }),
});

/**
 * A configuration that is whole: every setting exists, has its type and lies in its range.
 *
 * @throws InputError naming the first setting that is wrong, or that does not exist with those that do
 */
export function checkedConfig(config: unknown): LabConfig {
  const result = schema.extend({ sae: saeSchema() }).safeParse(config);
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys")
      throw new InputError(
        `There is no setting ${quote([...issue.path, issue.keys[0]].join("."))}: settings of ${path || "the configuration"} are ${knownKeys(config, issue.path, issue.keys)}.`,
      );
    throw new InputError(settingSentence(issue));
  }
  return result.data as unknown as LabConfig;
}

function knownKeys(config: unknown, path: ReadonlyArray<PropertyKey>, unknown: readonly string[]): string {
  let at = config as Record<PropertyKey, unknown>;
  for (const key of path) at = at[key] as Record<PropertyKey, unknown>;
  return Object.keys(at)
    .filter((key) => !unknown.includes(key))
    .join(", ");
}
