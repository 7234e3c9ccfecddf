import { z } from "zod";
import { InputError } from "../base/errors";
import { shown } from "../base/quote";
import { readJsonFile } from "../formats/json-file";
import type { Card } from "./card";

const count = z.int().min(0);
/** One issue for the whole list, however long: a number for each latent, null where it has none. */
const perLatent = z.custom<(number | null)[]>(
  (value) => Array.isArray(value) && value.every((entry) => entry === null || typeof entry === "number"),
  "expected a list of numbers",
);

/** What every card has had since there are cards; what a later version adds may be there or not. */
const schema = z.looseObject({
  data: z.looseObject({
    users: count,
    items: count,
    interactions: count,
    categories: count,
    source: z.string(),
  }),
  seed: z.int(),
  preset: z.string(),
  backend: z.string(),
  versions: z.record(z.string(), z.string()),
  config: z.looseObject({ preset: z.string(), seed: z.int() }),
  mf: z.looseObject({ kind: z.string(), d: count, ndcgAt10: z.number(), recallAt20: z.number(), auc: z.number() }),
  sae: z.looseObject({ k: count, prefixes: z.array(count), epochs: count, fvu: z.number(), l0: z.number() }),
  monosemanticity: z.looseObject({
    mean: z.number(),
    perLatent,
    nulls: z.record(z.string(), z.looseObject({ mean: z.number(), perLatent })),
    verdict: z.string(),
  }),
  alignment: z.looseObject({ categories: count, significant: count, meanBestNap: z.number() }).optional(),
});

const REMEDY = "name the card.json of a finished run";

/** The card in a file. @throws InputError when the file cannot be read, is not JSON, or lacks what a card has */
export function readCard(file: string): Card {
  const value = readJsonFile(file, "card", REMEDY, 64 << 20);
  const result = schema.safeParse(value);
  if (result.success) return value as Card;
  const { path, message } = result.error.issues[0];
  const where = path.length > 0 ? `its ${shown(path.join("."))} is missing or wrong (${message})` : message;
  throw new InputError(`${shown(file)} is not a card: ${where}; ${REMEDY}.`);
}
