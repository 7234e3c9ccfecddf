import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { described } from "../base/settings";
import { NEUTRAL } from "../records/axis";

/** An axis by hand: lists of names by side, or a column of the item metadata, or sides made of a column's values. */
export interface AxisSetting {
  /** Column of the item metadata whose values are the sides, or are looked at in place of category names. */
  column?: string;
  readonly [side: string]: readonly string[] | string | undefined;
}

/** The setting `data.axis`. */
export const axisSetting: z.ZodType<AxisSetting> = described(
  z
    .record(z.string().min(1), z.union([z.string().min(1), z.array(z.string().trim().min(1)).min(1)]))
    .superRefine((setting, context) => {
      const say = (message: string): void => context.addIssue({ code: "custom", message });
      const named = Object.entries(setting).filter(([name]) => name !== "column");
      const { column } = setting;
      if (column !== undefined && typeof column !== "string") say("the column of an axis is the name of one column");
      for (const [side, names] of named)
        if (typeof names === "string")
          say(`the side ${quote(side)} of an axis is a list of names, such as [${quote(names)}]`);
      if (NEUTRAL in setting)
        say(`"${NEUTRAL}" is the tag of items on no side: give the side of the axis another name`);
      if (named.length === 1 || (named.length === 0 && column === undefined))
        say(
          'an axis has two sides or more, as in { women: ["Women"], men: ["Men"] }, or a column, as in { column: "gender" }',
        );
    }),
  {
    meaning:
      'What items are told apart by: names of categories, or whole words in them, by side, as in { women: ["Women"], men: ["Men"] }; ' +
      'or { column: "gender" }, a column of the item metadata, with sides made of its values where they are named. The first side that fits ' +
      "counts. Without it: women and men, by words of category names.",
    ...{ unit: "names", default: undefined, source: "arXiv 2606.29341, section 5.3" },
  },
) as z.ZodType<AxisSetting>;

/** The sides of a setting with their names. */
export function sidesOf({ column: _column, ...sides }: AxisSetting): [side: string, names: readonly string[]][] {
  return Object.entries(sides).filter((entry): entry is [string, readonly string[]] => Array.isArray(entry[1]));
}

/**
 * Read `--axis`: `women=Women|Ladies,men=Men`, or names of two categories, `Drama,Comedy`, or `column=gender`, also with sides,
 * `column=gender,women=F,men=M`; JSON of the setting where a name holds a comma.
 *
 * @throws InputError for anything else
 */
export function parseAxis(text: string): AxisSetting {
  const refusal = new InputError(
    `--axis has ${quote(text)}: write SIDE=NAME|NAME,SIDE=NAME, two names such as Drama,Comedy, column=COLUMN, or the setting as JSON.`,
  );
  let setting: unknown;
  if (text.trim().startsWith("{")) {
    try {
      setting = JSON.parse(text);
    } catch {
      throw refusal;
    }
  } else {
    setting = Object.fromEntries(
      text.split(",").map((part) => {
        const equals = part.indexOf("=");
        const [side, value] = equals < 0 ? [part, part] : [part.slice(0, equals), part.slice(equals + 1)];
        const key = side.trim();
        return [key, key === "column" && equals >= 0 ? value.trim() : value.split("|").map((name) => name.trim())];
      }),
    );
  }
  const { success, data, error } = axisSetting.safeParse(setting);
  if (success) return data;
  const { message } = error.issues[0];
  throw /axis/.test(message) ? new InputError(`--axis has ${quote(text)}: ${message}.`) : refusal;
}
