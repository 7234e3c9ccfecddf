import type { z } from "zod";
import { type SettingText, textOf } from "./settings";

interface Parts {
  shape?: Readonly<Record<string, z.ZodType>>;
  options?: readonly z.ZodType[];
  discriminator?: string;
  innerType?: z.ZodType;
}

const partsOf = (schema: z.ZodType): Parts => schema.def as unknown as Parts;

/** What a schema holds when it is given: an optional one is what it wraps. */
const unwrapped = (schema: z.ZodType): z.ZodType => {
  const { innerType } = partsOf(schema);
  return innerType === undefined ? schema : unwrapped(innerType);
};

/** The kind that an option of a discriminated union is for. */
function kindOf(option: z.ZodType, discriminator: string): string {
  const literal = partsOf(option).shape?.[discriminator] as z.ZodLiteral<string>;
  return literal.def.values[0];
}

/** One setting as tables and help list it. */
export interface ListedSetting extends SettingText {
  /** Dotted path: "mf.alpha". */
  path: string;
  /** The settings under which it exists: { "mf.kind": "ials" }; none: always. */
  when: Readonly<Record<string, string>>;
  /** Its type in TypeScript. */
  type: string;
}

/** Every setting of a schema in its order, groups and kinds opened. @throws Error for a setting without a description */
export function listSettings(
  schema: z.ZodType,
  path: string = "",
  when: Readonly<Record<string, string>> = {},
): ListedSetting[] {
  const inner = unwrapped(schema);
  const { shape, options, discriminator } = partsOf(inner);
  if (shape)
    return Object.entries(shape).flatMap(([name, each]) => listSettings(each, path ? `${path}.${name}` : name, when));
  if (options && discriminator !== undefined)
    return options.flatMap((each) => {
      return listSettings(each, path, { ...when, [`${path}.${discriminator}`]: kindOf(each, discriminator) });
    });
  const text = textOf(schema) ?? textOf(inner);
  if (!text) throw new Error(`The setting ${path} has no description.`);
  return [{ path, when, type: typeText(inner), ...text }];
}

/** Names of the settings at a path of a schema; of several kinds those that the configuration names. */
export function settingNames(schema: z.ZodType, path: readonly PropertyKey[], config: unknown): string[] {
  const inner = unwrapped(schema);
  const { shape, options, discriminator } = partsOf(inner);
  const value = (key: PropertyKey): unknown => (config as Record<PropertyKey, unknown> | undefined)?.[key];
  if (options && discriminator !== undefined) {
    const named = value(discriminator);
    const isNamed = (each: z.ZodType): boolean => kindOf(each, discriminator) === named;
    const found = options.find(isNamed);
    return found ? settingNames(found, path, config) : [];
  }
  if (!shape) return [];
  const [first, ...rest] = path;
  return first === undefined ? Object.keys(shape) : settingNames(shape[first as string], rest, value(first));
}

/** A schema's type in TypeScript, for what settings are: numbers, texts, words, lists of them. */
function typeText(schema: z.ZodType): string {
  const def = schema.def as unknown as {
    type: string;
    entries?: Record<string, string>;
    values?: unknown[];
    element?: z.ZodType;
    options?: z.ZodType[];
  };
  if (def.type === "enum")
    return Object.values(def.entries ?? {})
      .map((each) => JSON.stringify(each))
      .join(" | ");
  if (def.type === "literal") return (def.values ?? []).map((each) => JSON.stringify(each)).join(" | ");
  if (def.type === "array" && def.element) return `${typeText(unwrapped(def.element))}[]`;
  if (def.type === "record") return "Record<string, string[] | string>";
  if (def.type === "object") {
    const fields = Object.entries(partsOf(schema).shape ?? {});
    return `{ ${fields.map(([name, each]) => `${name}${each.def.type === "optional" ? "?" : ""}: ${typeText(unwrapped(each))}`).join("; ")} }`;
  }
  if (def.type === "union") return (def.options ?? []).map(typeText).join(" | ");
  return ["number", "string", "boolean"].includes(def.type) ? def.type : "unknown";
}
