import { join } from "node:path";
import { csvField } from "../../base/csv-text";
import { writing } from "../../base/disk";
import { requireInput } from "../../base/errors";
import { makeFolder } from "../../base/make-folder";
import type { OnProgress } from "../../base/progress";
import { type NewFile, replaceFiles } from "../../base/replace-file";
import type { Dataset } from "../../records/dataset";
import type { Csr } from "../../records/interactions";
import type { PlantedTruth, RawCatalogue } from "../planted";
import type { DatasetFormat } from "./invented-columns";
import { ratingOf, timeOf } from "./invented-columns";
import { itemLines } from "./write-items";

/** How files are written. */
export interface WriteOptions {
  /** Compress ratings and items; their names then end in .gz. */
  gzip?: boolean;
  /** Raw metadata to write in place of the data set's: more items, other orders, gaps. */
  raw?: RawCatalogue;
  onProgress?: OnProgress;
}

/**
 * Write a data set as files that `ingestFiles` reads back to the same interactions: ratings.csv, items.jsonl and, for
 * planted data, truth.json, each streamed and replaced as a whole. Same data, same bytes.
 *
 * - amazon: an index column without a name, `user_id,parent_asin,rating,timestamp`, and metadata objects with all fields of
 *   Amazon Reviews 2023
 * - csv: `user_id,item_id` and objects of `item_id, title, store, categories`
 *
 * Ratings are binary here. With a truth, ratings and timestamps (ms) are made up from a hash of the pair, to look the part;
 * without one they are 1.0 and 0.
 *
 * @returns paths of the files written
 * @throws InputError when items and interactions do not agree, or the folder cannot be written
 */
export async function writeDataset(
  dataset: Dataset,
  truth: PlantedTruth | undefined,
  dir: string,
  format: DatasetFormat,
  { gzip = false, raw, onProgress }: WriteOptions = {},
): Promise<{ files: string[] }> {
  const { interactions, items } = dataset;
  requireInput(
    items.ids.length === interactions.items.length && items.ids.every((id, row) => id === interactions.items[row]),
    `The data set's metadata (${items.ids.length} items) and interactions (${interactions.items.length} items) do not have the same ids in the same order: join them by id first.`,
  );
  writing("The data set", dir, () => makeFolder(dir));
  const suffix = gzip ? ".gz" : "";
  const ratings = join(dir, `ratings.csv${suffix}`);
  const metadata = join(dir, `items.jsonl${suffix}`);
  const planted = truth !== undefined;
  const file = (path: string, phase: string, unit: string, total: number, parts: Iterable<string>): NewFile => ({
    path,
    parts,
    gzip: gzip && path.endsWith(".gz"),
    onChunk: (done) => onProgress?.({ phase, done: Math.min(done, total), total, unit }),
  });
  const users = interactions.users.length;
  const rows = raw?.order.length ?? items.ids.length;
  const files = [
    file(ratings, "writing ratings", "users", users, ratingLines(dataset, format, planted)),
    file(metadata, "writing items", "items", rows, itemLines(dataset, format, planted, raw)),
  ];
  if (truth !== undefined) {
    const lines = truth.concepts.length + items.ids.length + users;
    files.push(file(join(dir, "truth.json"), "writing the truth", "lines", lines, truthLines(dataset, truth)));
  }
  await writing("The data set", dir, () => replaceFiles(files));
  return { files: files.map(({ path }) => path) };
}

function* ratingLines(dataset: Dataset, format: DatasetFormat, planted: boolean): Generator<string> {
  const { users, items, csr } = dataset.interactions;
  const item = items.map(csvField);
  yield format === "amazon" ? ",user_id,parent_asin,rating,timestamp\n" : "user_id,item_id\n";
  for (let row = 0; row < csr.rows; row++) {
    const user = csvField(users[row]);
    let lines = "";
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) {
      const column = csr.indices[p];
      if (format === "amazon") {
        const made = planted
          ? `${ratingOf(users[row], items[column])}.0,${timeOf(users[row], items[column])}`
          : "1.0,0";
        lines += `${p},${user},${item[column]},${made}\n`;
      } else lines += `${user},${item[column]}\n`;
    }
    yield lines;
  }
}

/** One line a concept, item and user, so that the file can be read by eye and by id. */
function* truthLines(dataset: Dataset, truth: PlantedTruth): Generator<string> {
  const { concepts, directions, directionWidth, itemConcepts, userConcepts, userStrengths, tree } = truth;
  yield `{"tree": ${JSON.stringify(tree)},\n"directionWidth": ${directionWidth},\n"concepts": [\n`;
  for (let c = 0; c < concepts.length; c++) {
    const direction = Array.from(directions.subarray(c * directionWidth, (c + 1) * directionWidth), digits);
    yield JSON.stringify({ ...concepts[c], direction }) + (c + 1 < concepts.length ? ",\n" : "\n");
  }
  yield `],\n"items": {\n`;
  yield* keyed(dataset.items.ids, itemConcepts, (from, to) => Array.from(itemConcepts.indices.subarray(from, to)));
  yield `},\n"users": {\n`;
  yield* keyed(dataset.interactions.users, userConcepts, (from, to) =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, n) => [userConcepts.indices[from + n], digits(userStrengths[from + n])]),
    ),
  );
  yield "}}\n";
}

function* keyed(ids: readonly string[], csr: Csr, value: (from: number, to: number) => unknown): Generator<string> {
  for (let row = 0; row < ids.length; row++)
    yield `${JSON.stringify(ids[row])}: ${JSON.stringify(value(csr.indptr[row], csr.indptr[row + 1]))}${row + 1 < ids.length ? ",\n" : "\n"}`;
}

/** Nine digits: what a 32-bit float needs to come back the same. */
function digits(value: number): number {
  return Number(value.toPrecision(9));
}
