import { readFileSync, statSync } from "node:fs";
import { InputError, requireInput } from "../base/errors";
import { shown } from "../base/quote";
import { JsonFault, parseStrictJson } from "./strict-json";

/**
 * The value that a JSON file of the user's holds.
 *
 * @param what the file is, as "configuration file" @param remedy what to do, as "name the card.json of a run"
 * @param largest bytes; a larger file is another one by mistake
 * @throws InputError missing, no file, unreadable, too large, not strict JSON
 */
export function readJsonFile(path: string, what: string, remedy: string, largest: number): unknown {
  const failed = (error: unknown): never => {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new InputError(
      ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"].includes(code)
        ? `There is no ${what} ${shown(path)}: ${remedy}.`
        : `The ${what} ${shown(path)} cannot be read (${code}): check its permissions, or ${remedy}.`,
    );
  };
  try {
    const info = statSync(path);
    requireInput(info.isFile(), `${shown(path)} is a folder or a device, no ${what}: ${remedy}.`);
    requireInput(
      info.size <= largest,
      `${shown(path)} has ${info.size} bytes, too many for a ${what} (${largest} at most): ${remedy}.`,
    );
    return parseStrictJson(readFileSync(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof JsonFault) throw new InputError(`${shown(path)} ${error.message}: mend it, or ${remedy}.`);
    return failed(error);
  }
}
