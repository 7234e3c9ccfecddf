import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { type FetchRecord, findDataSet, isFetched, type PublicDataSet } from "../data/fetch";
import type { LabOptions } from "./config";
import { projectRoot } from "./lab";

/** The folder that a data set is fetched into unless another is named. */
export const downloadFolder = (name: string): string =>
  join(process.env.MSAE_DOWNLOADS ?? join(projectRoot, "data", "downloads"), name);

/**
 * The folder of a public data set by its name; undefined when no data set has the name.
 *
 * @throws InputError when it has not been fetched
 */
export function fetchedFolder(name: string): string | undefined {
  const set = findDataSet(name);
  if (!set) return undefined;
  const dir = downloadFolder(set.name);
  if (!isFetched(dir))
    throw new InputError(`The data set ${set.name} has not been fetched: run \`npx msae-lab data ${set.name}\` first.`);
  return dir;
}

/** How a folder that `msae-lab data` filled is read; undefined for any other. */
export function fetchedOptions(dir: string): LabOptions | undefined {
  if (!isFetched(dir)) return undefined;
  const { name } = JSON.parse(readFileSync(join(dir, "download.json"), "utf8")) as FetchRecord;
  const set = findDataSet(name);
  return set && optionsOf(set, dir);
}

/** The options of `openLab` that read this data set from this folder. */
export function optionsOf({ open }: PublicDataSet, dir: string): LabOptions {
  const { ratings, items, columns, categories } = open;
  return {
    ratings: join(dir, ratings),
    items: join(dir, items),
    ...(columns && { columns }),
    ...(categories === undefined ? {} : { categories: { column: categories } }),
  };
}
