import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { requireInput } from "../base/errors";
import type { Card } from "../lab/card";
import { readCard } from "../lab/card-schema";
import { type Lab, openLab } from "../lab/lab";
import type { Runner } from "../lab/stage";
import { withEdits } from "./label-tables";
import type { Terminal } from "./terminal";

/** A finished run, by its folder. */
export interface Reopened {
  folder: string;
  card: Card;
  /** The same lab: what the store has is taken from it, what it lacks is computed. */
  lab: Lab;
}

/**
 * Open a finished run again, by the configuration in its card.
 *
 * @param from its `--out` folder @param option that named the folder, for the sentence
 * @throws InputError where the folder has no card, or something else in its place
 */
export async function reopen(from: string, option: string, runner: Runner, terminal: Terminal): Promise<Reopened> {
  const folder = resolve(from);
  const file = join(folder, "card.json");
  requireInput(
    existsSync(file),
    `There is no card.json in ${folder}: give the --out folder of a finished run with ${option}.`,
  );
  const card = readCard(file);
  const warn = (message: string): void => terminal.err(`${message}\n`);
  return { folder, card, lab: await openLab({ ...withEdits({ config: file }, folder), runner, warn }) };
}
