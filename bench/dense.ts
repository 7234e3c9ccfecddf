import { seededRandom } from "../lib/src/base/random";
import { type Csr, csrFromPairs } from "../lib/src/records/interactions";

/** A made-up set of films. */
export interface DenseShop {
  csr: Csr;
  /** [items] */
  genres: string[][];
}

/** Standard deviations from which on an item is of a genre: about a sixth of the items. */
const FAR = 1;

/**
 * 943 users, 1,682 items and about 100,000 interactions, as dense and as uneven as MovieLens 100K: tastes in eight dimensions,
 * popularity by a power law of rank with some luck. Items are drawn without replacement by score plus a Gumbel draw. An item is of a genre
 * where it lies far out in that dimension.
 */
export function dense(seed: number): DenseShop {
  const [users, items, interactions, width] = [943, 1682, 100_000, 8];
  const random = seededRandom(seed, "bench/dense");
  const popularity = Float64Array.from({ length: items }, (_, at) => -0.9 * Math.log(at + 12) + 0.5 * random.normal());
  const kinds = Float64Array.from({ length: items * width }, () => random.normal());
  const activity = Float64Array.from({ length: users }, () => Math.exp(random.normal()));
  const total = activity.reduce((sum, value) => sum + value, 0);
  const pairs: [number, number][] = [];
  for (let user = 0; user < users; user++) {
    const taste = Float64Array.from({ length: width }, () => 0.45 * random.normal());
    const scored = Array.from({ length: items }, (_, item): [number, number] => {
      let score = 1.3 * popularity[item] - Math.log(-Math.log(1 - random.uniform()));
      for (let f = 0; f < width; f++) score += taste[f] * kinds[item * width + f];
      return [score, item];
    }).sort((a, b) => b[0] - a[0]);
    const count = Math.round(Math.min(0.45 * items, 12 + (activity[user] / total) * (interactions - 12 * users)));
    for (const [, item] of scored.slice(0, count)) pairs.push([user, item]);
  }
  const genres = Array.from({ length: items }, (_, item) =>
    Array.from({ length: width }, (_, f) => f)
      .filter((f) => kinds[item * width + f] > FAR)
      .map((f) => `Genre ${f + 1}`),
  );
  const csr = csrFromPairs(
    users,
    items,
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  );
  return { csr, genres };
}
