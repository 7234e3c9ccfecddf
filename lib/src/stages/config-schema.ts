import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { settingNames } from "../base/setting-list";
import { settingSentence } from "../base/settings";
import { type LabConfig, labShape } from "./config";

/**
 * A configuration that is whole: every setting exists, has its type and lies in its range.
 *
 * @throws InputError naming the first setting that is wrong, or that does not exist with those that do
 */
export function checkedConfig(config: unknown): LabConfig {
  const schema = z.strictObject(labShape());
  const result = schema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue.code !== "unrecognized_keys") throw new InputError(settingSentence(issue));
  const group = issue.path.length === 0 ? "the configuration" : `${issue.path.join(".")}${kindOf(config, issue.path)}`;
  const known = settingNames(schema, issue.path, config).join(", ");
  throw new InputError(
    `There is no setting ${quote([...issue.path, issue.keys[0]].join("."))}: settings of ${group} are ${known}.`,
  );
}

/** Of a group that comes in kinds, the one that it is: ` (mf.kind "ials")`. */
function kindOf(config: unknown, path: readonly PropertyKey[]): string {
  const group = path.reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], config) as Record<
    string,
    unknown
  >;
  for (const tag of ["kind", "architecture"])
    if (path.length === 1 && path[0] !== "split" && typeof group[tag] === "string")
      return ` (${path.join(".")}.${tag} ${quote(group[tag])})`;
  return "";
}
