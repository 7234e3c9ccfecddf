import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import { type Dataset, funnelStep } from "../../records/dataset";
import type { Csr } from "../../records/interactions";
import { csrFromPairs } from "../../records/interactions";
import type { Items } from "../../records/items";
import { ROOT } from "./catalogue";
import { type CatalogueConcept, childrenOf, drawDirections, listConcepts, type PlantedConcept } from "./concepts";
import { checkPlanted, type PlantedConfig } from "./config";
import { drawItems, headRows, type PlantedItems } from "./items";
import { type FinerName, namesAbove } from "./places";
import { drawRaw, type RawCatalogue } from "./raw";
import { drawInteractions } from "./sample";
import { prepareTaste } from "./taste";
import { drawUsers } from "./users";

export type { PlantedConcept } from "./concepts";
export { PLANTED_DEFAULTS, PLANTED_PUBLISHED, type PlantedConfig, type PlantedShape } from "./config";
export type { RawCatalogue } from "./raw";

/** What the generator knows and a method should find. */
export interface PlantedTruth {
  concepts: PlantedConcept[];
  /** [concepts, directionWidth], unit rows */
  directions: Float32Array;
  /** Width of a row of `directions`. */
  directionWidth: number;
  /** Items × concepts, rows as `dataset.items.ids`. */
  itemConcepts: Csr;
  /** Users × concepts, rows as `dataset.interactions.users`. */
  userConcepts: Csr;
  /** [nonzeros of `userConcepts`], parallel to its indices */
  userStrengths: Float32Array;
  tree: {
    /** Name on every item, above all audiences; not a concept, since it tells nothing apart. */
    root: string;
    /** Children of each concept, by index. */
    children: number[][];
    /** Concepts directly below the root: the audiences, then the cross-cutting styles. */
    top: number[];
    /** Category names below the concepts, numbered after them: nothing is planted there. Published shape only. */
    finer?: FinerName[];
  };
}

/** Generated data, what was planted in it, and in the published shape the raw metadata around it. */
export interface Planted {
  dataset: Dataset;
  truth: PlantedTruth;
  /** Published shape only: what the metadata file holds beyond the items that were rated. */
  raw?: RawCatalogue;
}

/**
 * Generate a fashion catalogue and users whose tastes are known. Items carry the path of their place in a category tree and
 * cross-cutting styles; users like one audience and a few narrow concepts; who takes what follows popularity and taste.
 * Every user and every item has an interaction, and the number of interactions is exact.
 *
 * @throws InputError for a knob out of range
 */
export async function generatePlanted(config: PlantedConfig, onProgress?: OnProgress): Promise<Planted> {
  checkPlanted(config);
  await onProgress?.({ phase: "planting data", done: 0, total: config.users, unit: "users" });
  const concepts = listConcepts(config);
  const directions = drawDirections(concepts, config, seededRandom(config.seed, "planted/directions"));
  const items = drawItems(concepts, config);
  const users = await drawUsers(concepts, config, onProgress);
  const itemConcepts = headRows(items.concepts, config.items);
  const taste = prepareTaste(concepts, itemConcepts, users, directions, config);
  const csr = await drawInteractions(items.popularity, users.counts, taste, config, onProgress);
  const children = childrenOf(concepts);
  const top = children.pop() as number[];
  const published = config.shape === "published";
  const note = `seed ${config.seed}, ${concepts.length} concepts in ${config.directionWidth} dimensions`;
  return {
    dataset: {
      interactions: { users: users.ids, items: items.ids.slice(0, config.items), csr },
      items: describe(items, concepts, config),
      funnel: [funnelStep("generated", config.users, config.items, csr.indices.length, note)],
      skipped: [],
      source: `planted, seed ${config.seed}`,
    },
    truth: {
      concepts: concepts.map(({ name, kind, level, parent }) => ({ name, kind, level, parent })),
      directions,
      directionWidth: config.directionWidth,
      itemConcepts,
      userConcepts: users.concepts,
      userStrengths: users.strengths,
      tree: { root: ROOT, children, top, ...(published ? { finer: items.finer } : {}) },
    },
    ...(published ? { raw: drawRaw(items, concepts, config) } : {}),
  };
}

/**
 * Metadata as a reader of files would give it: multi-hot category names, the most frequent first, ties by name. In the
 * published shape cross-cutting styles are no categories, so that every list is a path.
 */
function describe(items: PlantedItems, concepts: readonly CatalogueConcept[], config: PlantedConfig): Items {
  const { indptr, indices } = items.concepts;
  const ids = items.ids.slice(0, config.items);
  const namesOf = ids.map((_, item) => {
    const names =
      config.shape === "published"
        ? namesAbove(concepts, items.finer, items.nodes[item])
        : Array.from(indices.subarray(indptr[item], indptr[item + 1]), (c) => concepts[c].name);
    return [...new Set([ROOT, ...names])];
  });
  const frequency = new Map<string, number>();
  for (const names of namesOf) for (const name of names) frequency.set(name, (frequency.get(name) ?? 0) + 1);
  const byFrequency = [...frequency].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const column = new Map(byFrequency.map(([name], c) => [name, c]));
  const rowOf = namesOf.flatMap((names, item) => names.map(() => item));
  const colOf = namesOf.flat().map((name) => column.get(name) as number);
  return {
    ids,
    titles: items.titles.slice(0, config.items),
    stores: items.stores.slice(0, config.items),
    categoryNames: byFrequency.map(([name]) => name),
    categories: csrFromPairs(ids.length, column.size, rowOf, colOf),
  };
}
