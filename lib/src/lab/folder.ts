import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../base/errors";
import type { LabOptions } from "./config";

const ENDINGS = ["csv", "tsv", "jsonl", "parquet", "dat"].flatMap((ending) => [ending, `${ending}.gz`]);

/**
 * The files of a folder: `ratings` and `items`, or, as MovieLens has them, `ratings` and `movies`; CSV, TSV, JSON lines, Parquet
 * or `::`-separated, plain or gzipped. Their columns are guessed from their names.
 *
 * @throws InputError when there are no ratings in it
 */
export function folderOptions(folder: string): LabOptions {
  const find = (...names: string[]): string | undefined =>
    names
      .flatMap((name) => ENDINGS.map((ending) => join(folder, `${name}.${ending}`)))
      .find((file) => existsSync(file));
  const ratings = find("ratings");
  if (ratings === undefined)
    throw new InputError(
      `${resolve(folder)} holds no ratings.csv, .tsv, .jsonl, .parquet or .dat: name the file with --ratings.`,
    );
  return { ratings, items: find("items", "movies") };
}
