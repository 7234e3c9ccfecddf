import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { bootstrapMean } from "./bootstrap";
import { topOfScores } from "./top-k";

/** How often an item's nearest neighbours carry its own tag. */
export interface NeighbourPurity {
  /** Items that were sampled, and neighbours of each. */
  items: number;
  neighbours: number;
  /** Mean share of an item's neighbours with its tag. */
  purity: number;
  /** 95 % bootstrap interval over the items sampled. */
  low: number;
  high: number;
  /** The same for neighbours drawn at random among the tagged items. */
  chance: number;
}

/**
 * Purity of nearest neighbours by cosine, among items that have a tag and a direction. Up to `sample` of them are sampled,
 * each against all others; equal cosines go by row, lowest first.
 *
 * @param rows [n, d] @param tags [n], undefined for an item without a tag, which is neither sampled nor a neighbour
 * @throws InputError when the shapes do not agree, or no more than `neighbours` items have a tag and a direction
 */
export async function neighbourPurity(
  rows: Float32Array,
  d: number,
  tags: readonly (string | undefined)[],
  options: { seed: number; neighbours?: number; sample?: number; onProgress?: OnProgress },
): Promise<NeighbourPurity> {
  const { seed, neighbours = 10, sample = 1000, onProgress } = options;
  requireInput(
    rows.length === tags.length * d,
    `There are ${tags.length} tags for ${rows.length / d} rows: tag the items of these factors.`,
  );
  const { unit, tagOf } = taggedUnitRows(rows, d, tags);
  requireInput(
    tagOf.length > neighbours,
    `Only ${tagOf.length} items have a tag and a factor that is not zero, too few for ${neighbours} neighbours each: ask for fewer.`,
  );
  const counts = new Map<string, number>();
  for (const tag of tagOf) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const order = Int32Array.from(tagOf.keys());
  const sampled = seededRandom(seed, "neighbour-purity").shuffle(order).slice(0, sample);
  const shares = new Float64Array(sampled.length);
  for (const [index, row] of sampled.entries()) {
    const nearest = nearestRows(unit, d, row, neighbours);
    shares[index] = nearest.filter((other) => tagOf[other] === tagOf[row]).length / neighbours;
    await onProgress?.({ phase: "neighbours", done: index + 1, total: sampled.length, unit: "items" });
  }
  const lucky = Array.from(sampled, (row) => ((counts.get(tagOf[row]) as number) - 1) / (tagOf.length - 1));
  const { mean, low, high } = await bootstrapMean(shares, { seed, name: "neighbour-purity" });
  return {
    items: sampled.length,
    neighbours,
    purity: mean,
    low,
    high,
    chance: lucky.reduce((sum, share) => sum + share, 0) / lucky.length,
  };
}

/** Rows with a tag and a direction, scaled to length 1, and their tags. */
function taggedUnitRows(
  rows: Float32Array,
  d: number,
  tags: readonly (string | undefined)[],
): { unit: Float32Array; tagOf: string[] } {
  const tagOf: string[] = [];
  const unit = new Float32Array(rows.length);
  tags.forEach((tag, row) => {
    const own = rows.subarray(row * d, (row + 1) * d);
    const length = Math.hypot(...own);
    if (tag === undefined || length === 0) return;
    for (let f = 0; f < d; f++) unit[tagOf.length * d + f] = own[f] / length;
    tagOf.push(tag);
  });
  return { unit: unit.slice(0, tagOf.length * d), tagOf };
}

/** The rows with the highest inner product with a row, itself left out. */
function nearestRows(unit: Float32Array, d: number, row: number, count: number): Int32Array {
  const scores = new Float32Array(unit.length / d);
  for (let other = 0, index = 0; other < scores.length; other++) {
    let dot = 0;
    for (let f = row * d; f < (row + 1) * d; f++) dot += unit[f] * unit[index++];
    scores[other] = dot;
  }
  scores[row] = Number.NEGATIVE_INFINITY;
  return topOfScores(scores, count).items;
}
