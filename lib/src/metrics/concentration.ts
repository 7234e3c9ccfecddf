import { requireInput } from "../base/errors";

/** A point of a Lorenz curve: the least active `rows` of all users (or items) hold `interactions` of all interactions. */
export interface LorenzPoint {
  /** Share of the users or items, least active first, in [0, 1]. */
  rows: number;
  /** Share of the interactions that they hold, in [0, 1]. */
  interactions: number;
}

/** Counts in ascending order, and their sum. */
function ascending(counts: ArrayLike<number>): { sorted: Float64Array; sum: number } {
  requireInput(counts.length > 0, "Concentration needs at least one count: there is none.");
  const sorted = Float64Array.from(counts).sort();
  let sum = 0;
  for (const count of sorted) sum += count;
  return { sorted, sum };
}

/**
 * Gini's coefficient: 0 = everyone has the same count, towards 1 = one has them all. NaN when all counts are 0.
 *
 * G = Σ_r (2r − n − 1) x_(r) / (n Σ x), ranks r from 1 in ascending order (Gini 1912, in the form of Sen 1973).
 *
 * @param counts [n], not negative
 */
export function gini(counts: ArrayLike<number>): number {
  const { sorted, sum } = ascending(counts);
  const n = sorted.length;
  let weighted = 0;
  for (let index = 0; index < n; index++) weighted += (2 * (index + 1) - n - 1) * sorted[index];
  return sum > 0 ? weighted / (n * sum) : Number.NaN;
}

/**
 * Share of all interactions that the most frequent `share` of the rows hold; at least one row is counted. A row of
 * average size would hold 1/n.
 *
 * @param counts [n] @param share in (0, 1]
 */
export function topShare(counts: ArrayLike<number>, share: number): number {
  requireInput(share > 0 && share <= 1, `The share of the top is ${share}: give one above 0 and up to 1.`);
  const { sorted, sum } = ascending(counts);
  const top = Math.max(1, Math.round(share * sorted.length));
  let held = 0;
  for (let index = sorted.length - top; index < sorted.length; index++) held += sorted[index];
  return sum > 0 ? held / sum : Number.NaN;
}

/** The Lorenz curve at `points` + 1 evenly spaced shares of the rows, from (0, 0) to (1, 1). */
export function lorenz(counts: ArrayLike<number>, points = 100): LorenzPoint[] {
  const { sorted, sum } = ascending(counts);
  const curve: LorenzPoint[] = [{ rows: 0, interactions: 0 }];
  let held = 0;
  let index = 0;
  for (let point = 1; point <= points; point++) {
    const until = Math.round((point * sorted.length) / points);
    for (; index < until; index++) held += sorted[index];
    curve.push({ rows: until / sorted.length, interactions: sum > 0 ? held / sum : Number.NaN });
  }
  return curve;
}

/** How often each count occurs, ascending: [value, how many rows have it] pairs; zeros are among them. */
export function countsOfCounts(counts: ArrayLike<number>): { count: number; rows: number }[] {
  const times = new Map<number, number>();
  for (let index = 0; index < counts.length; index++) times.set(counts[index], (times.get(counts[index]) ?? 0) + 1);
  return [...times].sort(([a], [b]) => a - b).map(([count, rows]) => ({ count, rows }));
}
