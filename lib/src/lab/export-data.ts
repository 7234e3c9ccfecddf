import { join } from "node:path";
import { csvField } from "../base/csv-text";
import { writing } from "../base/disk";
import { replaceFile, replaceFiles } from "../base/replace-file";
import type { Csr } from "../records/interactions";
import { rewiredSplit } from "../stages/rewired";
import type { Lab } from "./lab";
import { INTERACTIONS_NOTE, refuseForeign } from "./own-files";

/**
 * Write the split as files that any program reads: `train.csv`, `held-out.csv`, and `rewired-N-train.csv` for each run on rewired data, each
 * with the columns user_id and item_id. Given back as `--ratings train.csv --held-out held-out.csv` the first two are the same split, as long
 * as nothing is pruned, which an own split is not by default; a user or an item without any interaction, as planted data may have, is in no file.
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
  const write = (name: string, train: Csr): Promise<void> =>
    writing("The interactions", dir, () =>
      replaceFiles([{ path: join(dir, name), parts: pairsCsv(users, items, train), gzip: false }]),
    );
  const note = `${JSON.stringify({ generator: "MSAE Lab", seed, files: names }, null, 2)}\n`;
  // First, since the others are known as ours by it.
  writing("The interactions", dir, () => replaceFile(join(dir, INTERACTIONS_NOTE), note));
  await write("train.csv", train);
  await write("held-out.csv", test);
  for (const [run, name] of rewiredNames.entries()) await write(name, (await lab.result(rewiredSplit(run))).train);
  return names;
}

/** Characters of a part: text of any size is written, though no string may be longer than half a gigabyte. */
const PART = 1 << 16;

/** A line for each pair, ids unchanged, as parts of about so many characters. */
export function* pairsCsv(
  users: readonly string[],
  items: readonly string[],
  { indptr, indices }: Csr,
  size: number = PART,
): Generator<string> {
  const names = items.map(csvField);
  let part = "user_id,item_id\n";
  for (const [row, user] of users.entries()) {
    const name = csvField(user);
    for (let entry = indptr[row]; entry < indptr[row + 1]; entry++) {
      part += `${name},${names[indices[entry]]}\n`;
      if (part.length < size) continue;
      yield part;
      part = "";
    }
  }
  if (part !== "") yield part;
}
