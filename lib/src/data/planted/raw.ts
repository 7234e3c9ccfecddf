import { seededRandom } from "../../base/random";
import { ROOT } from "./catalogue";
import type { CatalogueConcept } from "./concepts";
import type { PlantedConfig } from "./config";
import type { PlantedItems } from "./items";
import { namesAbove } from "./places";
import { OTHER_MAIN_CATEGORIES, PUBLISHED } from "./published";

/** The published shape's metadata as it stands in the file: more items than were rated, in an order of its own. */
export interface RawCatalogue {
  /** [rows] items in the file's order: the first `dataset.items` were rated, in their order; the rest follow them. */
  order: Int32Array;
  ids: string[];
  titles: string[];
  stores: string[];
  mainCategories: string[];
  /** Category path of an item, root first. */
  categoriesOf(item: number): string[];
  /** Its cross-cutting styles, which are no categories. */
  stylesOf(item: number): string[];
}

const FASHION = "AMAZON FASHION";

/** Order, main categories and flawed roots of the raw metadata; the shares of other main categories are exact. */
export function drawRaw(
  items: PlantedItems,
  concepts: readonly CatalogueConcept[],
  config: PlantedConfig,
): RawCatalogue {
  const random = seededRandom(config.seed, "planted/raw");
  const rows = items.ids.length;
  const numbers = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, n) => from + n);
  const mainCategories = new Array<string>(rows).fill(FASHION);
  const byPopularity = numbers(0, config.items).sort((a, b) => items.popularity[a] - items.popularity[b] || a - b);
  const middle = config.items >> 1;
  const { otherAmongRated, otherAmongUnrated, otherBelowMedian } = PUBLISHED;
  const rated = Math.round(otherAmongRated * config.items);
  const below = Math.round(otherBelowMedian * rated);
  for (const [among, count] of [
    [byPopularity.subarray(0, middle), below],
    [byPopularity.subarray(middle), rated - below],
    [numbers(config.items, rows), Math.round(otherAmongUnrated * (rows - config.items))],
  ] as const)
    for (const item of random.shuffle(among).subarray(0, count))
      mainCategories[item] = OTHER_MAIN_CATEGORIES[random.integer(OTHER_MAIN_CATEGORIES.length)];
  const escaped = new Set(random.shuffle(numbers(0, rows)).subarray(0, Math.round(PUBLISHED.escapedRoots * rows)));
  const { indptr, indices } = items.concepts;
  return {
    order: random.shuffle(numbers(0, rows)),
    ids: items.ids,
    titles: items.titles,
    stores: items.stores,
    mainCategories,
    categoriesOf: (item) => [
      escaped.has(item) ? ROOT.replaceAll("&", "&amp;") : ROOT,
      ...namesAbove(concepts, items.finer, items.nodes[item]),
    ],
    stylesOf: (item) =>
      Array.from(indices.subarray(indptr[item], indptr[item + 1]))
        .filter((c) => concepts[c].kind === "cross")
        .map((c) => concepts[c].name),
  };
}
