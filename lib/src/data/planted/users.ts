import type { OnProgress } from "../../base/progress";
import type { Random } from "../../base/random";
import { hash32, seededRandom } from "../../base/random";
import type { Csr } from "../../records/interactions";
import { type CatalogueConcept, childrenOf } from "./concepts";
import type { PlantedConfig } from "./config";
import { drawCounts } from "./counts";
import { numberedIds, scrambled } from "./items";
import { weighted } from "./places";

/** The users' truth. */
export interface PlantedUsers {
  ids: string[];
  /** Users × concepts: what each likes. */
  concepts: Csr;
  /** [nonzeros of `concepts`], parallel to its indices, > 0 */
  strengths: Float32Array;
  /** [users] interactions of each, summing to the configured total */
  counts: Int32Array;
}

/** Share of narrow likings that are cross-cutting styles. */
const CROSS_SHARE = 0.25;
/** Shapes of the gamma strengths: broad tastes vary less between users than narrow ones. */
const BROAD_SHAPE = 4;
const NARROW_SHAPE = 2;

/** Give every user one audience, some narrow concepts with strengths, and a number of interactions. */
export async function drawUsers(
  concepts: readonly CatalogueConcept[],
  config: PlantedConfig,
  onProgress?: OnProgress,
): Promise<PlantedUsers> {
  const random = seededRandom(config.seed, "planted/users");
  const pools = narrowPools(concepts);
  const indptr = new Int32Array(config.users + 1);
  const indices: number[] = [];
  const strengths: number[] = [];
  const published = config.shape === "published";
  const ids = published ? [] : numberedIds("U", config.users);
  let reported = Date.now();
  for (let user = 0; user < config.users; user++) {
    const liked = new Map<number, number>();
    const audience = weighted(pools.audiences, (c) => concepts[c].weight, random);
    liked.set(audience, (config.broadStrength * random.gamma(BROAD_SHAPE)) / BROAD_SHAPE);
    const span = config.maxNarrowConcepts - config.minNarrowConcepts + 1;
    const narrow = config.minNarrowConcepts + random.integer(span);
    // A concept drawn again adds to its strength.
    for (let n = 0; n < narrow; n++) {
      const concept = drawNarrow(pools, audience, config, random);
      const strength = (config.narrowStrength * random.gamma(NARROW_SHAPE)) / NARROW_SHAPE;
      liked.set(concept, (liked.get(concept) ?? 0) + strength);
    }
    for (const [concept, strength] of [...liked].sort(([a], [b]) => a - b)) {
      indices.push(concept);
      strengths.push(strength);
    }
    indptr[user + 1] = indices.length;
    if (published) ids.push(accountId(config.seed, user));
    if (Date.now() - reported < 100) continue;
    await onProgress?.({ phase: "drawing users", done: user + 1, total: config.users, unit: "users" });
    reported = Date.now();
  }
  return {
    ids,
    concepts: { rows: config.users, cols: concepts.length, indptr, indices: Int32Array.from(indices) },
    strengths: Float32Array.from(strengths),
    counts: drawCounts(config),
  };
}

interface NarrowPools {
  audiences: number[];
  cross: number[];
  /** Departments, types and styles below each audience. */
  below: Map<number, number[]>;
}

function narrowPools(concepts: readonly CatalogueConcept[]): NarrowPools {
  const children = childrenOf(concepts);
  const descendants = (c: number): number[] => children[c].flatMap((child) => [child, ...descendants(child)]);
  const ofKind = (kind: string): number[] => concepts.flatMap((concept, c) => (concept.kind === kind ? [c] : []));
  const audiences = ofKind("audience");
  return { audiences, cross: ofKind("cross"), below: new Map(audiences.map((a) => [a, descendants(a)])) };
}

function drawNarrow(pools: NarrowPools, audience: number, config: PlantedConfig, random: Random): number {
  const oneOf = (from: readonly number[]): number => from[random.integer(from.length)];
  if (random.uniform() < CROSS_SHARE) return oneOf(pools.cross);
  const near = random.uniform() < config.coOccurrence;
  return oneOf(pools.below.get(near ? audience : oneOf(pools.audiences)) as number[]);
}

/** 28 letters and digits in no order, as the published ids have. */
function accountId(seed: number, n: number): string {
  const part = (of: number): string =>
    hash32(`${seed}/planted/account/${n}/${of}`).toString(36).toUpperCase().padStart(7, "0").slice(-6);
  return `AE${scrambled(seed, "planted/account", n)}${part(0)}${part(1)}${part(2)}`;
}
