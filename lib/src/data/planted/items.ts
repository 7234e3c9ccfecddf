import type { Random } from "../../random";
import { seededRandom } from "../../random";
import { type Csr, csrFromPairs } from "../interactions";
import { COLOURS, MATERIALS, STORE_PARTS } from "./catalogue";
import { type CatalogueConcept, childrenOf } from "./concepts";
import type { PlantedConfig } from "./config";

/** The items' truth and their metadata. */
export interface PlantedItems {
  ids: string[];
  titles: string[];
  stores: string[];
  /** Items × concepts: the path of the item's node and its cross-cutting styles. */
  concepts: Csr;
  /** [items] rank^(−γ) */
  popularity: Float64Array;
}

/** An item stops at a concept that has children with this probability, from types on. */
const STOP = 0.2;

/** Place every item in the tree, give it styles, a popularity and words. */
export function drawItems(concepts: readonly CatalogueConcept[], config: PlantedConfig): PlantedItems {
  const random = seededRandom(config.seed, "planted/items");
  const children = childrenOf(concepts);
  const cross = concepts.flatMap((concept, c) => (concept.kind === "cross" ? [c] : []));
  const rows: number[] = [];
  const columns: number[] = [];
  const titles: string[] = [];
  const stores: string[] = [];
  for (let item = 0; item < config.items; item++) {
    const path = drawPath(concepts, children, random);
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
        [path[0], ...styles, path[path.length - 1]].map((c) => concepts[c].words),
        random,
      ),
    );
  }
  const links = csrFromPairs(config.items, concepts.length, rows, columns);
  return {
    ids: numberedIds("I", config.items),
    titles,
    stores,
    concepts: links,
    popularity: drawPopularity(links, config),
  };
}

/** "I00042": as many digits as the count needs, at least five, so that ids sort as numbers. */
export function numberedIds(letter: string, count: number): string[] {
  const digits = Math.max(5, String(count - 1).length);
  return Array.from({ length: count }, (_, n) => letter + String(n).padStart(digits, "0"));
}

function drawPath(concepts: readonly CatalogueConcept[], children: readonly number[][], random: Random): number[] {
  const path: number[] = [];
  let below = children[concepts.length].filter((c) => concepts[c].kind === "audience");
  while (below.length > 0) {
    if (path.length >= 3 && random.uniform() < STOP) break;
    const chosen = weighted(below, (c) => concepts[c].weight, random);
    path.push(chosen);
    below = children[chosen];
  }
  return path;
}

/** One entry drawn by weight. */
export function weighted(entries: readonly number[], weight: (entry: number) => number, random: Random): number {
  let left = random.uniform() * entries.reduce((sum, entry) => sum + weight(entry), 0);
  for (const entry of entries) {
    left -= weight(entry);
    if (left < 0) return entry;
  }
  return entries[entries.length - 1];
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
  byScore.forEach((item, rank) => {
    popularity[item] = (rank + 1) ** -config.popularityExponent;
  });
  return popularity;
}
