import type { Dataset } from "../../records/dataset";
import { categoriesOf } from "../items-table";
import type { RawCatalogue } from "../planted";
import { PUBLISHED } from "../planted/published";
import type { DatasetFormat } from "./invented-columns";
import { ratingOf, shareOf } from "./invented-columns";

/** What an item's line says beyond its counts. */
interface ItemRecord {
  /** Row of the data set; items that nobody rated come after its last. */
  row: number;
  id: string;
  mainCategory: string | null;
  title: string | null;
  store: string | null;
  categories: string[];
  features: string[];
  description: string[];
  price: number | null;
  images: object[];
  details: Record<string, string>;
}

/** One JSON object a line for each item: the data set's in its order, or the raw metadata's in theirs. */
export function* itemLines(
  dataset: Dataset,
  format: DatasetFormat,
  planted: boolean,
  raw: RawCatalogue | undefined,
): Generator<string> {
  const { count, sum } = itemTotals(dataset);
  for (const item of raw ? rawRecords(raw) : cleanRecords(dataset, planted)) {
    const { id, title, store, categories } = item;
    const rated = count[item.row] ?? 0;
    const record =
      format === "csv"
        ? { item_id: id, title: title ?? undefined, store: store ?? undefined, categories }
        : {
            main_category: item.mainCategory,
            title,
            average_rating: planted && rated > 0 ? Math.round((10 * sum[item.row]) / rated) / 10 : null,
            rating_number: rated,
            features: item.features,
            description: item.description,
            price: item.price,
            images: item.images,
            videos: [],
            store,
            categories,
            details: item.details,
            parent_asin: id,
            bought_together: null,
            subtitle: null,
            author: null,
          };
    yield `${JSON.stringify(record)}\n`;
  }
}

function* cleanRecords({ items }: Dataset, planted: boolean): Generator<ItemRecord> {
  for (let row = 0; row < items.ids.length; row++)
    yield {
      row,
      id: items.ids[row],
      mainCategory: planted ? "AMAZON FASHION" : null,
      title: items.titles?.[row] ?? null,
      store: items.stores?.[row] ?? null,
      categories: categoriesOf(items, row),
      features: [],
      description: [],
      price: null,
      images: [],
      details: {},
    };
}

/** Raw metadata with the gaps and HTML entities of scraped pages; which row has which follows from its id. */
function* rawRecords(raw: RawCatalogue): Generator<ItemRecord> {
  for (const row of raw.order) {
    const id = raw.ids[row];
    const chance = (what: string): number => shareOf(`${what}/${id}`);
    const categories = raw.categoriesOf(row);
    const styles = raw.stylesOf(row);
    const narrow = categories[categories.length - 1];
    const made = Math.floor(shareOf(`made/${id}`) * 4);
    const image = (n: number): object => {
      const address = `https://images.example/${id}.${n}`;
      return {
        thumb: `${address}.small.jpg`,
        large: `${address}.jpg`,
        variant: n === 0 ? "MAIN" : `PT0${n}`,
        hi_res: null,
      };
    };
    yield {
      row,
      id,
      mainCategory: raw.mainCategories[row],
      title: chance("title") < PUBLISHED.missingTitles ? "" : escapeSome(raw.titles[row], chance("escaped title")),
      store: chance("store") < PUBLISHED.missingStores ? null : escapeSome(raw.stores[row], chance("escaped store")),
      categories,
      features: FEATURES.slice(0, Math.floor(chance("features") * (FEATURES.length + 1))),
      description: chance("description") < 0.7 ? [] : [`${narrow} for every day, made to last.`],
      price: chance("price") < PUBLISHED.missingPrices ? null : Math.round(500 + chance("amount") * 9000) / 100,
      images: Array.from({ length: 1 + made }, (_, n) => image(n)),
      details: {
        ...(styles.length > 0 ? { Style: styles.join(", ") } : {}),
        ...(categories.length > 1 ? { Department: categories[1] } : {}),
        "Package Dimensions": `${8 + made} x ${6 + made} x 2 inches`,
      },
    };
  }
}

const FEATURES: readonly string[] = [
  "Made from a soft and durable fabric that keeps its shape",
  "Machine washable; tumble dry low",
  "True to size: see the size chart before you order",
  "A thoughtful gift for birthdays and holidays",
];

function escapeSome(text: string, chance: number): string {
  if (chance >= PUBLISHED.escapedTexts) return text;
  return text.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
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
