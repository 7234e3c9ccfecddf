import type { Random } from "../../base/random";
import { hash32, seededRandom } from "../../base/random";
import { type Csr, csrFromPairs } from "../../records/interactions";
import { COLOURS, MATERIALS, STORE_PARTS } from "./catalogue";
import type { CatalogueConcept } from "./concepts";
import type { PlantedConfig } from "./config";
import { type FinerName, publishedPlaces, starterPlaces } from "./places";
import { PUBLISHED } from "./published";

/** The items' truth and their metadata; in the published shape, items that nobody will rate come last. */
export interface PlantedItems {
  ids: string[];
  titles: string[];
  stores: string[];
  /** Items × concepts: the path of the item's node and its cross-cutting styles. */
  concepts: Csr;
  /** [items] the node whose names down from the root are the item's category path */
  nodes: Int32Array;
  /** Category names below the concepts, numbered after them. */
  finer: FinerName[];
  /** [rated items] weights before taste */
  popularity: Float64Array;
}

/** Place every item in the tree, give it styles, a popularity and words. */
export function drawItems(concepts: readonly CatalogueConcept[], config: PlantedConfig): PlantedItems {
  const random = seededRandom(config.seed, "planted/items");
  const published = config.shape === "published";
  const places = published ? publishedPlaces(concepts, random) : { finer: [], draw: starterPlaces(concepts, random) };
  const count = published ? Math.round(config.items * PUBLISHED.rowsPerItem) : config.items;
  const cross = concepts.flatMap((concept, c) => (concept.kind === "cross" ? [c] : []));
  const rows: number[] = [];
  const columns: number[] = [];
  const nodes = new Int32Array(count);
  const titles: string[] = [];
  const stores: string[] = [];
  for (let item = 0; item < count; item++) {
    const { path, node } = places.draw();
    nodes[item] = node;
    const styles = pick(cross, random.integer(config.stylesPerItem + 1), random);
    for (const concept of [...path, ...styles]) {
      rows.push(item);
      columns.push(concept);
    }
    const store = STORE_PARTS.map((part) => part[random.integer(part.length)]).join(" ");
    stores.push(store);
    titles.push(
      titleOf(
        store,
        [path[0], ...styles, path[path.length - 1]].map((c) => concepts[c].words || concepts[c].name),
        random,
      ),
    );
  }
  const links = csrFromPairs(count, concepts.length, rows, columns);
  return {
    ids: published ? asins(config.seed, count) : numberedIds("I", count),
    titles,
    stores,
    concepts: links,
    nodes,
    finer: places.finer,
    popularity: drawPopularity(headRows(links, config.items), config),
  };
}

/** The first rows of a matrix, sharing its memory. */
export function headRows(csr: Csr, rows: number): Csr {
  const indptr = csr.indptr.subarray(0, rows + 1);
  return { rows, cols: csr.cols, indptr, indices: csr.indices.subarray(0, indptr[rows]) };
}

/** "I00042": as many digits as the count needs, at least five, so that ids sort as numbers. */
export function numberedIds(letter: string, count: number): string[] {
  const digits = Math.max(5, String(count - 1).length);
  return Array.from({ length: count }, (_, n) => letter + String(n).padStart(digits, "0"));
}

/** Eight letters and digits for each of n = 0, 1, …: distinct, since the step has no factor in common with 36. */
export function scrambled(seed: number, name: string, n: number): string {
  const start = hash32(`${seed}/${name}`);
  return ((start + n * 2_400_000_059) % 36 ** 8).toString(36).toUpperCase().padStart(8, "0");
}

/** Ids in no order, as a shop's are: "B0" and eight letters or digits. */
function asins(seed: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `B0${scrambled(seed, "planted/asin", n)}`);
}

function pick(from: readonly number[], count: number, random: Random): number[] {
  return random.shuffle([...from]).slice(0, count);
}

function titleOf(store: string, words: readonly string[], random: Random): string {
  const [audience, ...rest] = words;
  const material = MATERIALS[random.integer(MATERIALS.length)];
  const noun = rest.pop();
  return `${[store, audience, ...rest, material, noun].join(" ")}, ${COLOURS[random.integer(COLOURS.length)]}`;
}

/** Weights by rank; ranks fall at random, or where asked along a random preference for concepts. */
function drawPopularity(links: Csr, config: PlantedConfig): Float64Array {
  const random = seededRandom(config.seed, "planted/popularity");
  const liking = Float64Array.from({ length: links.cols }, () => random.normal());
  const score = Float64Array.from({ length: links.rows }, (_, item) => {
    let sum = random.normal();
    if (config.popularityDependsOnConcepts)
      for (let p = links.indptr[item]; p < links.indptr[item + 1]; p++) sum += liking[links.indices[p]];
    return sum;
  });
  const byScore = Array.from(score.keys()).sort((a, b) => score[b] - score[a] || a - b);
  const popularity = new Float64Array(links.rows);
  const offset = config.popularityOffset * config.items;
  byScore.forEach((item, rank) => {
    popularity[item] = (rank + 1 + offset) ** -config.popularityExponent;
  });
  return popularity;
}
