import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { requireInput } from "../errors";
import { hash32 } from "../random";
import type { Dataset } from "./dataset";
import type { Csr } from "./interactions";
import { categoriesOf } from "./items-table";
import type { PlantedTruth } from "./planted";
import { replaceFile } from "./replace-file";

/** Column names of Amazon Reviews 2023, or the shortest CSV that the lab reads. */
export type DatasetFormat = "amazon" | "csv";

/** How files are written. */
export interface WriteOptions {
  /** Compress ratings and items; their names then end in .gz. */
  gzip?: boolean;
}

/**
 * Write a data set as files that `ingestFiles` reads back to the same interactions: ratings.csv, items.jsonl and, for
 * planted data, truth.json, each replaced as a whole. Same data, same bytes.
 *
 * - amazon: `user_id,parent_asin,rating,timestamp` and metadata objects with all fields of Amazon Reviews 2023
 * - csv: `user_id,item_id` and objects of `item_id, title, store, categories`
 *
 * Ratings are binary here. With a truth, ratings and timestamps (ms) are made up from a hash of the pair, to look the part;
 * without one they are 1.0 and 0.
 *
 * @returns paths of the files written
 * @throws InputError when items and interactions do not agree
 */
export async function writeDataset(
  dataset: Dataset,
  truth: PlantedTruth | undefined,
  dir: string,
  format: DatasetFormat,
  { gzip = false }: WriteOptions = {},
): Promise<{ files: string[] }> {
  const { interactions, items } = dataset;
  requireInput(
    items.ids.length === interactions.items.length && items.ids.every((id, row) => id === interactions.items[row]),
    `The data set's metadata (${items.ids.length} items) and interactions (${interactions.items.length} items) do not have the same ids in the same order: join them by id first.`,
  );
  await mkdir(dir, { recursive: true });
  const suffix = gzip ? ".gz" : "";
  const ratings = join(dir, `ratings.csv${suffix}`);
  const metadata = join(dir, `items.jsonl${suffix}`);
  await replaceFile(ratings, ratingLines(dataset, format, truth !== undefined), gzip);
  await replaceFile(metadata, itemLines(dataset, format, truth !== undefined), gzip);
  if (truth === undefined) return { files: [ratings, metadata] };
  const truthFile = join(dir, "truth.json");
  await replaceFile(truthFile, truthLines(dataset, truth), false);
  return { files: [ratings, metadata, truthFile] };
}

function* ratingLines(dataset: Dataset, format: DatasetFormat, planted: boolean): Generator<string> {
  const { users, items, csr } = dataset.interactions;
  const item = items.map(csvField);
  yield format === "amazon" ? "user_id,parent_asin,rating,timestamp\n" : "user_id,item_id\n";
  for (let row = 0; row < csr.rows; row++) {
    const user = csvField(users[row]);
    let lines = "";
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) {
      const column = csr.indices[p];
      lines += `${user},${item[column]}`;
      if (format === "amazon")
        lines += planted ? `,${ratingOf(users[row], items[column])}.0,${timeOf(users[row], items[column])}` : ",1.0,0";
      lines += "\n";
    }
    yield lines;
  }
}

function* itemLines(dataset: Dataset, format: DatasetFormat, planted: boolean): Generator<string> {
  const { items, interactions } = dataset;
  const { count, sum } = itemTotals(dataset);
  for (let row = 0; row < items.ids.length; row++) {
    const title = items.titles?.[row];
    const store = items.stores?.[row];
    const categories = categoriesOf(items, row);
    const record =
      format === "csv"
        ? { item_id: interactions.items[row], title, store, categories }
        : {
            main_category: planted ? "AMAZON FASHION" : null,
            title: title ?? null,
            average_rating: planted ? Math.round((10 * sum[row]) / count[row]) / 10 : null,
            rating_number: count[row],
            features: [],
            description: [],
            price: null,
            images: [],
            videos: [],
            store: store ?? null,
            categories,
            details: {},
            parent_asin: items.ids[row],
            bought_together: null,
          };
    yield `${JSON.stringify(record)}\n`;
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

function itemTotals(dataset: Dataset): { count: Int32Array; sum: Int32Array } {
  const { users, items, csr } = dataset.interactions;
  const count = new Int32Array(csr.cols);
  const sum = new Int32Array(csr.cols);
  for (let row = 0; row < csr.rows; row++)
    for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) {
      const column = csr.indices[p];
      count[column]++;
      sum[column] += ratingOf(users[row], items[column]);
    }
  return { count, sum };
}

/** Stars in Amazon-like shares (mean 4.3). */
function ratingOf(user: string, item: string): number {
  const share = hash32(`rating/${user}/${item}`) / 2 ** 32;
  if (share < 0.66) return 5;
  if (share < 0.83) return 4;
  if (share < 0.91) return 3;
  return share < 0.95 ? 2 : 1;
}

/** A moment in the eight years from 2015, in ms since 1970. */
function timeOf(user: string, item: string): number {
  const share = hash32(`time/${user}/${item}`) / 2 ** 32;
  return Date.UTC(2015, 0) + Math.floor(share * (Date.UTC(2023, 0) - Date.UTC(2015, 0)));
}

function csvField(text: string): string {
  return /[",\n\r;|\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
