import { join } from "node:path";
import { csvField } from "../base/csv-text";
import { writing } from "../base/disk";
import { replaceFile } from "../base/replace-file";
import type { Csr } from "../records/interactions";
import { rewiredSplit } from "../stages/rewired";
import type { Lab } from "./lab";
import { INTERACTIONS_NOTE, refuseForeign } from "./own-files";

/**
 * Write the split as files that any program reads: `train.csv`, `held-out.csv`, and `rewired-N-train.csv` for each run on rewired data, each
 * with the columns user_id and item_id. Given back as `--ratings train.csv --held-out held-out.csv` they are the same split.
 *
 * @param dir folder that exists @returns names of the files
 * @throws InputError where a file of somebody else's has such a name
 */
export async function exportInteractions(lab: Lab, dir: string): Promise<string[]> {
  const { users, items, train, test } = await lab.split();
  const { rewired, seed } = lab.config;
  const runs = rewired.factors.length > 0 ? 0 : rewired.runs;
  const rewiredNames = Array.from({ length: runs }, (_, run) => `rewired-${run + 1}-train.csv`);
  const names = ["train.csv", "held-out.csv", ...rewiredNames];
  refuseForeign(dir, [INTERACTIONS_NOTE, ...names], "--export-data");
  const write = (name: string, text: string): void =>
    writing("The interactions", dir, () => replaceFile(join(dir, name), text));
  // First, since the others are known as ours by it.
  write(INTERACTIONS_NOTE, `${JSON.stringify({ generator: "MSAE Lab", seed, files: names }, null, 2)}\n`);
  write("train.csv", pairsCsv(users, items, train));
  write("held-out.csv", pairsCsv(users, items, test));
  for (const [run, name] of rewiredNames.entries())
    write(name, pairsCsv(users, items, (await lab.result(rewiredSplit(run))).train));
  return names;
}

/** A line for each pair, ids unchanged. */
function pairsCsv(users: readonly string[], items: readonly string[], { indptr, indices }: Csr): string {
  const lines = ["user_id,item_id"];
  users.forEach((user, row) => {
    for (let at = indptr[row]; at < indptr[row + 1]; at++)
      lines.push(`${csvField(user)},${csvField(items[indices[at]])}`);
  });
  return `${lines.join("\n")}\n`;
}
