import { InputError } from "../../base/errors";
import { quote } from "../../base/quote";
import { JsonFault, parseStrictJson } from "../../formats/strict-json";

/** Put `source` into `target`, group by group: what `source` leaves out stays. @throws InputError for a name that every object has */
export function merge(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  requireOwnNames(source);
  for (const [key, value] of Object.entries(source)) {
    const held = target[key];
    if (isPlain(held) && isPlain(value)) merge(held, value);
    // A copy, so that nothing that is merged later changes the source.
    else target[key] = isPlain(value) ? structuredClone(value) : value;
  }
}

/** Whether a value is a group of settings. */
export const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Names that every object has are no settings; assigning them would change all objects. */
function requireOwnName(key: string): void {
  if (key in Object.prototype) throw new InputError(`There is no setting ${quote(key)}.`);
}

/** The same at every depth, since a check of a whole configuration may not see them. */
function requireOwnNames(value: unknown): void {
  if (Array.isArray(value)) for (const entry of value) requireOwnNames(entry);
  else if (isPlain(value))
    for (const [key, entry] of Object.entries(value)) {
      requireOwnName(key);
      requireOwnNames(entry);
    }
}

/** Set one value by its dotted path, `sae.epochs`, in groups that are made where there are none. @throws InputError where a value stands in the way */
export function setPath(config: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split(".");
  for (const key of keys) requireOwnName(key);
  requireOwnNames(value);
  let group = config;
  for (const key of keys.slice(0, -1)) {
    group[key] ??= {};
    if (!isPlain(group[key])) throw new InputError(`There is no group of settings ${quote(key)} in ${quote(path)}.`);
    group = group[key] as Record<string, unknown>;
  }
  group[keys[keys.length - 1]] = value;
}

/**
 * Read `KEY=VALUE` of the command line: the value is JSON where it parses as JSON (numbers, true, lists),
 * else text.
 *
 * @throws InputError for a text without a key
 */
export function parseSetting(text: string): [string, unknown] {
  const equals = text.indexOf("=");
  if (equals < 1)
    throw new InputError(`${quote(text)} is no setting: write --set KEY=VALUE, for instance --set sae.epochs=5.`);
  const value = text.slice(equals + 1);
  try {
    return [text.slice(0, equals), parseStrictJson(Buffer.from(value))];
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    // Half of what was meant would be taken in silence.
    if (!error.message.startsWith("is not JSON"))
      throw new InputError(`The value of ${quote(text.slice(0, equals))} ${error.message}: mend it.`);
    return [text.slice(0, equals), value];
  }
}
