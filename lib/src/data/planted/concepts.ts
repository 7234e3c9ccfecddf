import type { Random } from "../../base/random";
import { AUDIENCES, CROSS_STYLES } from "./catalogue";
import type { PlantedConfig } from "./config";
import { PUBLISHED } from "./published";

/** Something that a user can like. */
export interface PlantedConcept {
  /** Category name; it may recur below another audience. */
  name: string;
  kind: "audience" | "department" | "type" | "style" | "cross";
  /** Depth below the root: audience 1, department 2, type 3, style 4; cross-cutting styles hang below the root, at 1. */
  level: number;
  /** Index of the parent concept, −1 directly below the root. */
  parent: number;
}

/** A concept with what items and titles need. */
export interface CatalogueConcept extends PlantedConcept {
  /** Share among its siblings when items are placed, relative. */
  weight: number;
  /** What a title says for it. */
  words: string;
}

/** All concepts, parents before children, cross-cutting styles last. */
export function listConcepts(config: PlantedConfig): CatalogueConcept[] {
  const concepts: CatalogueConcept[] = [];
  const add = (concept: Omit<CatalogueConcept, "level">): number => {
    const level = concept.parent < 0 ? 1 : concepts[concept.parent].level + 1;
    return concepts.push({ ...concept, level }) - 1;
  };
  // Siblings differ in size, the first being the largest, as in any shop.
  const weigh = (rank: number): number => 1 / Math.sqrt(rank + 1);
  const published = config.shape === "published";
  for (const audience of AUDIENCES) {
    const a = add({
      name: audience.name,
      kind: "audience",
      parent: -1,
      weight: published ? PUBLISHED.audiences[audience.name] : audience.weight,
      words: audience.possessive,
    });
    const shares = published ? departmentShares(Object.keys(audience.departments)) : undefined;
    Object.entries(audience.departments).forEach(([name, types], rank) => {
      const d = add({ name, kind: "department", parent: a, weight: shares?.[rank] ?? weigh(rank), words: "" });
      types.forEach((type, typeRank) => {
        const t = add({ name: type.name, kind: "type", parent: d, weight: weigh(typeRank), words: type.noun });
        type.styles.slice(0, config.stylesPerType).forEach((style, styleRank) => {
          const words = `${style} ${type.noun}`;
          add({ name: `${style} ${type.name}`, kind: "style", parent: t, weight: weigh(styleRank), words });
        });
      });
    });
  }
  for (const name of CROSS_STYLES) add({ name, kind: "cross", parent: -1, weight: 1, words: name });
  return concepts;
}

/** In per cent: departments without a published share divide what the others leave. */
function departmentShares(names: readonly string[]): number[] {
  const known = names.map((name) => PUBLISHED.departments[name]);
  const rest = 100 - known.reduce<number>((sum, share) => sum + (share ?? 0), 0);
  return known.map((share) => share ?? rest / known.filter((other) => other === undefined).length);
}

/** Children of each concept; the last entry holds the concepts below the root. */
export function childrenOf(concepts: readonly PlantedConcept[]): number[][] {
  const children: number[][] = Array.from({ length: concepts.length + 1 }, () => []);
  concepts.forEach((concept, c) => {
    children[concept.parent < 0 ? concepts.length : concept.parent].push(c);
  });
  return children;
}

/** How much of their common mean siblings lose before they are normalised. */
const REPULSION = 0.3;
/** A child's direction before normalising: this much of its parent's, and of its own draw. */
const FROM_PARENT = 0.6;
const FROM_OWN = 0.8;

/**
 * A unit direction for each concept: siblings repel slightly, a child leans on its parent, and concepts of one name
 * below different parents share part of theirs.
 *
 * @returns [concepts, directionWidth], row-major
 */
export function drawDirections(
  concepts: readonly PlantedConcept[],
  config: Pick<PlantedConfig, "directionWidth" | "nameShare">,
  random: Random,
): Float32Array {
  const width = config.directionWidth;
  const byName = new Map<string, Float64Array>();
  const own = concepts.map(({ name }) => {
    const fresh = unit(normals(width, random));
    const shared = byName.get(name) ?? fresh;
    byName.set(name, shared);
    const rest = Math.sqrt(1 - config.nameShare ** 2);
    return unit(fresh.map((value, j) => config.nameShare * shared[j] + rest * value));
  });
  for (const siblings of childrenOf(concepts)) repel(siblings.map((c) => own[c]));
  const directions = new Float32Array(concepts.length * width);
  concepts.forEach(({ parent }, c) => {
    const up = parent < 0 ? undefined : directions.subarray(parent * width, (parent + 1) * width);
    const direction = up ? unit(own[c].map((value, j) => FROM_PARENT * up[j] + FROM_OWN * value)) : own[c];
    directions.set(direction, c * width);
  });
  return directions;
}

function repel(directions: Float64Array[]): void {
  if (directions.length < 2) return;
  const mean = directions[0].map((_, j) => directions.reduce((sum, d) => sum + d[j], 0) / directions.length);
  for (const direction of directions) direction.set(unit(direction.map((value, j) => value - REPULSION * mean[j])));
}

function normals(width: number, random: Random): Float64Array {
  return Float64Array.from({ length: width }, () => random.normal());
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}
