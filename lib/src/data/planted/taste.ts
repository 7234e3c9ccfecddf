import type { Csr } from "../../records/interactions";
import type { PlantedConcept } from "./concepts";
import type { PlantedConfig } from "./config";

/**
 * How much a user's taste weighs items: exp(⟨t_u, x_i⟩ / temperature) up to a factor of the user's own. An item's vector is
 * the sum of its concepts' directions, so the weight is that of its path in the tree times that of its set of styles.
 */
export interface Taste {
  /** [items] which path an item has */
  pathOf: Int32Array;
  /** [items] which set of cross-cutting styles an item has */
  styleSetOf: Int32Array;
  /** Weights of all paths and all style sets for one user; the arrays are reused by the next call. */
  of(user: number): UserTaste;
}

/** One user's weights, at most 1 each. */
export interface UserTaste {
  paths: Float64Array;
  styleSets: Float64Array;
}

/** Logits further below the best than this count as this far, so that no item is out of reach and nothing overflows. */
const REACH = 30;

/** Prepare {@link Taste} of users [users, concepts] for items [items, concepts]; directions are [concepts, width]. */
export function prepareTaste(
  concepts: readonly PlantedConcept[],
  items: Csr,
  users: { concepts: Csr; strengths: Float32Array },
  directions: Float32Array,
  config: Pick<PlantedConfig, "directionWidth" | "temperature">,
): Taste {
  const gram = gramOf(directions, concepts.length, config.directionWidth);
  const paths = distinctSets(items, (c) => concepts[c].kind !== "cross");
  const styleSets = distinctSets(items, (c) => concepts[c].kind === "cross");
  const logits = new Float64Array(concepts.length);
  const weights = {
    paths: new Float64Array(paths.starts.length - 1),
    styleSets: new Float64Array(styleSets.starts.length - 1),
  };
  const { indptr, indices } = users.concepts;
  return {
    pathOf: paths.setOf,
    styleSetOf: styleSets.setOf,
    of(user) {
      logits.fill(0);
      for (let p = indptr[user]; p < indptr[user + 1]; p++) {
        const row = indices[p] * concepts.length;
        const strength = users.strengths[p] / config.temperature;
        for (let c = 0; c < concepts.length; c++) logits[c] += strength * gram[row + c];
      }
      weigh(paths, logits, weights.paths);
      weigh(styleSets, logits, weights.styleSets);
      return weights;
    },
  };
}

function weigh({ starts, members }: Sets, logits: Float64Array, weights: Float64Array): void {
  let best = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < weights.length; s++) {
    let sum = 0;
    for (let p = starts[s]; p < starts[s + 1]; p++) sum += logits[members[p]];
    weights[s] = sum;
    if (sum > best) best = sum;
  }
  for (let s = 0; s < weights.length; s++) weights[s] = Math.exp(Math.max(weights[s] - best, -REACH));
}

/** Sets of concepts in one array: set s is `members[starts[s] … starts[s+1])`. */
interface Sets {
  starts: Int32Array;
  members: Int32Array;
  /** [rows] which set a row has */
  setOf: Int32Array;
}

/** The distinct sets of concepts that rows hold among those `among` names. */
function distinctSets(rows: Csr, among: (concept: number) => boolean): Sets {
  const known = new Map<string, number>();
  const starts = [0];
  const members: number[] = [];
  const setOf = new Int32Array(rows.rows);
  for (let row = 0; row < rows.rows; row++) {
    const set = rows.indices.subarray(rows.indptr[row], rows.indptr[row + 1]).filter(among);
    const key = set.join(" ");
    let index = known.get(key);
    if (index === undefined) {
      members.push(...set);
      index = starts.push(members.length) - 2;
      known.set(key, index);
    }
    setOf[row] = index;
  }
  return { starts: Int32Array.from(starts), members: Int32Array.from(members), setOf };
}

function gramOf(rows: Float32Array, count: number, width: number): Float64Array {
  const gram = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += rows[a * width + j] * rows[b * width + j];
      gram[a * count + b] = sum;
    }
  return gram;
}
