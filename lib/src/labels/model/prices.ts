import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors";
import { quote } from "../../base/quote";
import { notNegative, settingSentence } from "../../base/settings";
import { readJsonFile } from "../../formats/json-file";

/** What a model costs, in US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

const PRICE = z.strictObject({ input: notNegative(), output: notNegative() });
const TABLE = z.strictObject({ note: z.string().optional(), prices: z.record(z.string(), PRICE) });

/** The table that comes with the library: `lib/prices.json`. */
export const PRICE_TABLE: string = join(__dirname, "..", "..", "..", "prices.json");

/**
 * The price of a model: that of the user's table where it stands there, else that of ours. A name with a date behind it, such as
 * `NAME-2026-01-31`, has the price of `NAME`.
 *
 * @param own a JSON file in the form of ours; it may have a few models only
 * @returns undefined where neither table has the model
 * @throws InputError for a table that is not one
 */
export function priceOf(model: string, own?: string): Price | undefined {
  const plain = model.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");
  const tables = [...(own === undefined ? [] : [own]), PRICE_TABLE].map(readTable);
  for (const table of tables) for (const name of [model, plain]) if (Object.hasOwn(table, name)) return table[name];
  return undefined;
}

function readTable(file: string): Readonly<Record<string, Price>> {
  const value = readJsonFile(file, "price table", "give one in the form of lib/prices.json", 1 << 20);
  const { data, error } = TABLE.safeParse(value);
  if (data) return data.prices;
  throw new InputError(
    `The price table ${quote(file)} is wrong: ${settingSentence(error.issues[0])} Expected {"prices": {"MODEL": {"input": 0.15, "output": 0.6}}}, in dollars for a million tokens.`,
  );
}

/** The user's own table in a folder of data, where there is one. */
export function ownTable(folder: string): string | undefined {
  const file = join(folder, "prices.json");
  return existsSync(file) ? file : undefined;
}
