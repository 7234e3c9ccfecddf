import type { Random } from "../../base/random";
import { type CatalogueConcept, childrenOf } from "./concepts";
import { FINER, FITS, PUBLISHED, QUALIFIERS, SEASONS } from "./published";

/** A category name below the concepts; numbered after them. */
export interface FinerName {
  name: string;
  /** Index of the concept, or of the finer name after the concepts, that it lies below. */
  parent: number;
}

/** Where an item stands in the tree. */
export interface Place {
  /** Concepts from the audience down. */
  path: number[];
  /** The last concept, or the finest name below it. */
  node: number;
}

/** A starter item stops at a concept that has children with this probability, from types on. */
const STOP = 0.2;

/** Places of the starter shape: down to a type or a style. */
export function starterPlaces(concepts: readonly CatalogueConcept[], random: Random): () => Place {
  const { children, audiences, descend } = treeOf(concepts, random);
  return () => {
    const path: number[] = [];
    let below = audiences;
    while (below.length > 0) {
      if (path.length >= 3 && random.uniform() < STOP) break;
      path.push(descend(below));
      below = children[path[path.length - 1]];
    }
    return { path, node: path[path.length - 1] };
  };
}

/** Places of the published shape: lists of two to eight names, the longer ones ending in finer names. */
export function publishedPlaces(
  concepts: readonly CatalogueConcept[],
  random: Random,
): { finer: FinerName[]; draw: () => Place } {
  const { children, audiences, descend } = treeOf(concepts, random);
  const finer = listFiner(concepts);
  const finerBelow = new Map<number, { nodes: number[]; weights: number[] }>();
  finer.forEach(({ parent, weight }, n) => {
    const below = finerBelow.get(parent) ?? { nodes: [], weights: [] };
    below.nodes.push(concepts.length + n);
    below.weights.push(weight);
    finerBelow.set(parent, below);
  });
  const lengths = PUBLISHED.lengths.map((_, index) => index);
  const draw = (): Place => {
    // A list of n names has the root and n − 1 below it.
    let left = 1 + weighted(lengths, (index) => PUBLISHED.lengths[index], random);
    const path: number[] = [];
    for (let below = audiences; left > 0 && below.length > 0; left--) {
      path.push(descend(below));
      below = children[path[path.length - 1]];
    }
    let node = path[path.length - 1];
    for (; left > 0; left--) {
      const below = finerBelow.get(node);
      if (below === undefined) break;
      // Rare names have nothing below them, so that whoever goes further down takes a common one.
      const deep = left > 1 ? below.nodes.filter((next) => finerBelow.has(next)) : below.nodes;
      const choice = deep.length > 0 ? deep : below.nodes;
      node = weighted(choice, (next) => below.weights[below.nodes.indexOf(next)], random);
    }
    return { path, node };
  };
  return { finer: finer.map(({ name, parent }) => ({ name, parent })), draw };
}

/** Names from the audience down to a node. */
export function namesAbove(
  concepts: readonly { name: string; parent: number }[],
  finer: readonly FinerName[],
  node: number,
): string[] {
  const names: string[] = [];
  for (let current = node; current >= 0; ) {
    const { name, parent } = current < concepts.length ? concepts[current] : finer[current - concepts.length];
    names.push(name);
    current = parent;
  }
  return names.reverse();
}

/** Finer names below the last concepts of the tree, with their weights among siblings. */
function listFiner(concepts: readonly CatalogueConcept[]): (FinerName & { weight: number })[] {
  const leaves = lastConcepts(concepts);
  const finer: (FinerName & { weight: number })[] = [];
  const add = (name: string, parent: number, weight: number): number =>
    concepts.length + finer.push({ name, parent, weight }) - 1;
  const commonWeight = FINER.common.reduce((sum, weight) => sum + weight, 0);
  leaves.forEach(({ concept, reach }, rank) => {
    const { name } = concepts[concept];
    const word = (index: number): string => QUALIFIERS[(rank * 5 + index) % QUALIFIERS.length];
    FINER.common.forEach((weight, index) => {
      const common = add(`${word(index)} ${name}`, concept, weight);
      if (index > 0) return;
      const fitted = `${FITS[rank % FITS.length]} ${word(index)} ${name}`;
      const below = add(fitted, common, 1);
      if (rank < FINER.deepest) add(`${SEASONS[rank % SEASONS.length]} ${fitted}`, below, 1);
    });
    const rare = Math.floor(FINER.rare / leaves.length) + (rank < FINER.rare % leaves.length ? 1 : 0);
    const share = Math.min(FINER.rareItems / (PUBLISHED.rows * reach), 0.5 / rare);
    const weight = (commonWeight * share) / (1 - rare * share);
    for (let index = 0; index < rare; index++) add(`${word(FINER.common.length + index)} ${name}`, concept, weight);
  });
  return finer;
}

/** Concepts of the tree without children, the most frequent first, with the share of items whose list ends directly below. */
function lastConcepts(concepts: readonly CatalogueConcept[]): { concept: number; reach: number }[] {
  const children = childrenOf(concepts);
  const total = (siblings: readonly number[]): number => siblings.reduce((sum, c) => sum + concepts[c].weight, 0);
  const shareOf = (concept: number): number => {
    const { parent, weight } = concepts[concept];
    const siblings =
      parent < 0 ? children[concepts.length].filter((c) => concepts[c].kind !== "cross") : children[parent];
    return (weight / total(siblings)) * (parent < 0 ? 1 : shareOf(parent));
  };
  // The list's names: the root, the concepts down to this one, and one more.
  const oneBelow = (concept: number): number => PUBLISHED.lengths[concepts[concept].level] ?? 0;
  return concepts
    .flatMap((entry, concept) => (entry.kind !== "cross" && children[concept].length === 0 ? [concept] : []))
    .map((concept) => ({ concept, share: shareOf(concept), reach: shareOf(concept) * oneBelow(concept) }))
    .sort((a, b) => b.share - a.share || a.concept - b.concept);
}

function treeOf(concepts: readonly CatalogueConcept[], random: Random) {
  const children = childrenOf(concepts);
  const audiences = children[concepts.length].filter((c) => concepts[c].kind === "audience");
  const descend = (below: readonly number[]): number => weighted(below, (c) => concepts[c].weight, random);
  return { children, audiences, descend };
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
