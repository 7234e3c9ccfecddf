import { z } from "zod";
import { InputError } from "./errors";
import { quote } from "./quote";

/** What a reader of a setting wants to know beside its name. */
export interface SettingText {
  meaning: string;
  unit: string;
  /** Undefined: there is none. */
  default: unknown;
  /** Where the default comes from. */
  source: string;
}

/** The schema with its meaning, unit, default and source in its description, and each by itself for {@link textOf}. */
export function described<T extends z.ZodType>(schema: T, text: SettingText): T {
  const { meaning, unit, source } = text;
  return schema.meta({
    description: `${meaning} Unit: ${unit}. Default: ${valueText(text.default)}. Source: ${source}.`,
    setting: text,
  }) as T;
}

/** What {@link described} said of a schema; undefined where it said nothing. */
export const textOf = (schema: z.ZodType): SettingText | undefined => schema.meta()?.setting as SettingText | undefined;

/** A value as descriptions, tables and help show it. */
export const valueText = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));

type Refusal = { error: (issue: { input?: unknown; path?: PropertyKey[] }) => string | undefined };

/** A number that lies elsewhere is refused in a sentence of ours, what is no number at all in zod's. */
export const refusal = (expected: string): Refusal => ({
  error: ({ input, path = [] }) =>
    typeof input === "number" ? `${path.join(".")} is ${input}: ${expected}` : undefined,
});

/** A whole number from `least` to `most`; `expected` ends the sentence that refuses any other. */
export function whole(
  least: number,
  expected: string = `give a whole number from ${least}.`,
  most: number = Number.MAX_SAFE_INTEGER,
): z.ZodInt {
  const refused = refusal(expected);
  return z.int(refused).min(least, refused).max(most, refused);
}

/** A whole number between two others. */
export const wholeBetween = (least: number, most: number): z.ZodInt =>
  whole(least, `give a whole number from ${least} to ${most}.`, most);

/** A finite number from `least` to `most`, both included. */
export function between(least: number, most: number): z.ZodNumber {
  const refused = refusal(`give a number from ${least} to ${most}.`);
  return z.number(refused).min(least, refused).max(most, refused);
}

/** A finite number above 0; `expected` ends the sentence that refuses any other. */
export function positive(expected: string = "give a positive number."): z.ZodNumber {
  const refused = refusal(expected);
  return z.number(refused).gt(0, refused);
}

/** A finite number from 0. */
export function notNegative(expected: string = "give a number from 0."): z.ZodNumber {
  const refused = refusal(expected);
  return z.number(refused).min(0, refused);
}

/** A number between 0 and 1, neither included. */
export function share(expected: string = "give a share between 0 and 1, such as 0.8."): z.ZodNumber {
  const refused = refusal(expected);
  return z.number(refused).gt(0, refused).lt(1, refused);
}

/** One of several words. */
export function word<const T extends string>(...words: readonly T[]): z.ZodEnum<{ [K in T]: K }> {
  const known = words.map((each) => quote(each)).join(", ");
  return z.enum(words, {
    error: ({ input, path = [] }) =>
      input === undefined ? undefined : `${path.join(".")} is ${valueText(input)}: choose one of ${known}.`,
  });
}

/** The seed of a function's random draws, where it takes one beside its settings. */
export const seedSetting = (meaning: string): z.ZodInt =>
  described(z.int(refusal("a seed is a whole number.")), { meaning, unit: "none", default: 42, source: "ours" });

/** Refuse what several settings give together, at one of them and in a whole sentence. */
export function refuse(context: z.RefinementCtx, name: string, sentence: string): void {
  context.addIssue({ code: "custom", path: name.split("."), message: sentence });
}

/** What zod found, as one sentence: that of a setting that has its own, else one that names the setting. */
export function settingSentence(issue: { path: readonly PropertyKey[]; message: string; code?: string }): string {
  const path = issue.path.join(".");
  return issue.code === "custom" || issue.message.startsWith(`${path} is `)
    ? issue.message
    : `The setting ${quote(path)} is wrong: ${issue.message}.`;
}

/**
 * Hold settings to their schema, where a function is called without a whole configuration.
 *
 * @param path where they stand in a configuration, by which the sentence names them: "mf", "data.prune"
 * @throws InputError when the settings are not those of the schema, with the first that is wrong
 */
export function requireSettings(path: string, schema: z.ZodType, config: unknown): void {
  const groups = path.split(".");
  const whole = groups.reduceRight<z.ZodType>((inner, group) => z.object({ [group]: inner }), schema);
  const value = groups.reduceRight((inner, group) => ({ [group]: inner }), config);
  const issue = whole.safeParse(value).error?.issues[0];
  if (issue) throw new InputError(settingSentence(issue));
}
