import normalCdf from "@stdlib/stats-base-dists-normal-cdf";

/** A rank sum of which p is asked: a latent's column of n values, of which `active` lie above the lowest, and a category's items in it. */
export interface RankSum {
  /** Items of the category. */
  positives: number;
  /** Those of them that are active. */
  hits: number;
  /** Sum of their ranks among the active values, counted from 1, lowest first; within ties the lowest ranks. */
  ranks: number;
}

/** How a p-value was found. `exact`: to rounding. `conditional`: how many are active exactly, their ranks by the normal form. */
export type RankSumMethod = "exact" | "conditional";

/** Active positives up to which (and active others up to which) their ranks' distribution is exact. */
const EXACT = 30;
/** A term of the sum that is smaller than this share of it ends it. */
const NEGLIGIBLE = 1e-17;

/**
 * One-sided p-values of rank sums (Mann–Whitney): the chance, were the labels shuffled over the items, of a sum at least as high.
 *
 * A sparse latent's column is mostly its lowest value, and then the sum is nothing like normal: with 2 % active and 10 positives, the
 * normal form gives p ≤ 1e-4 177 times too often. So the sum is taken apart. How many of the positives are active, K, is hypergeometric; given
 * K = h, their ranks are a random h-subset of 1 … active, whose sum is Wilcoxon's. p = Σ_h P(K = h) P(sum ≥ what is missing | h).
 * For up to {@link EXACT} active positives, or active others, the second factor is exact as well (coefficients of the Gaussian binomial);
 * beyond, it is the normal form with a continuity correction, which is symmetric there and errs to the safe side in its tails.
 *
 * Ties among active values: the null is of ranks without ties, and the observed positives have the lowest ranks of their group. Any order
 * within a group would give a valid p; the lowest ranks give the largest of them. So p ≤ α comes at most with chance α, at some cost in
 * power, and for a latent of two values p is near Fisher's exact one.
 *
 * @param n items @param active items above the lowest value
 */
export function rankSumTest(n: number, active: number): (observed: RankSum) => { p: number; method: RankSumMethod } {
  const idle = n - active;
  const logs = logFactorials(n);
  const choose = (from: number, of: number): number => logs[from] - logs[of] - logs[from - of];
  // What a positive that is active has above one that is not, beside its rank among the active.
  const step = (idle - 1) / 2;
  const tails = wilcoxonTails(active);
  return ({ positives, hits, ranks }) => {
    const [least, most] = [Math.max(0, positives - idle), Math.min(positives, active)];
    const observed = step * hits + ranks;
    const mode = Math.floor(((positives + 1) * (active + 1)) / (n + 2));
    const start = Math.min(most, Math.max(least, mode));
    const atStart = Math.exp(choose(active, start) + choose(idle, positives - start) - choose(n, positives));
    let p = 0;
    let method: RankSumMethod = "exact";
    const add = (h: number, chance: number): boolean => {
      const tail = tails(h, observed - step * h);
      if (tail.method === "conditional" && chance > NEGLIGIBLE) method = "conditional";
      p += chance * tail.p;
      // Beyond the mode chances only fall; below it, the tails fall as well.
      return chance < NEGLIGIBLE * p || (h < start && chance * tail.p < NEGLIGIBLE * p);
    };
    for (let h = start, chance = atStart; h <= most; h++) {
      if (add(h, chance)) break;
      chance *= ((positives - h) * (active - h)) / ((h + 1) * (idle - positives + h + 1));
    }
    for (let h = start - 1, chance = atStart; h >= least; h--) {
      chance *= ((h + 1) * (idle - positives + h + 1)) / ((positives - h) * (active - h));
      if (add(h, chance)) break;
    }
    return { p: Math.min(1, p), method };
  };
}

/** P(sum of a random h-subset of 1 … n ≥ at least), by h. */
function wilcoxonTails(n: number): (h: number, atLeast: number) => { p: number; method: RankSumMethod } {
  const lower = lowerTails(n);
  return (h, atLeast) => {
    const least = (h * (h + 1)) / 2;
    const span = h * (n - h);
    // Sums are whole numbers: u is how far the least one that counts lies above the least of all.
    const u = Math.ceil(atLeast - least - 1e-6);
    if (u <= 0) return { p: 1, method: "exact" };
    if (u > span) return { p: 0, method: "exact" };
    const few = Math.min(h, n - h);
    if (few <= EXACT) {
      const below = lower(few);
      const half = below.length - 1;
      return { p: span - u <= half ? below[span - u] : 1 - below[u - 1], method: "exact" };
    }
    const deviation = u - 0.5 - span / 2;
    return { p: normalCdf(-deviation / Math.sqrt((span * (n + 1)) / 12), 0, 1), method: "conditional" };
  };
}

/**
 * P(u ≤ s) for s up to the middle of 0 … h(n−h), where u is the sum of a random h-subset of 1 … n less its least. The numbers of subsets by
 * sum are the coefficients of the Gaussian binomial, [n, h+1] = [n, h] (1 − q^(n−h)) / (1 − q^(h+1)), so the next h costs two passes.
 */
function lowerTails(n: number): (h: number) => Float64Array {
  const tails: Float64Array[] = [Float64Array.of(1)];
  let counts: Float64Array = Float64Array.of(1);
  return (wanted) => {
    for (let h = tails.length - 1; h < wanted; h++) {
      const span = (h + 1) * (n - h - 1);
      const half = Math.floor(span / 2);
      const next = new Float64Array(span + 1);
      for (let s = 0; s <= half; s++) {
        const own = s < counts.length ? counts[s] : 0;
        const gone = s >= n - h && s - n + h < counts.length ? counts[s - n + h] : 0;
        next[s] = own - gone + (s > h ? next[s - h - 1] : 0);
      }
      for (let s = half + 1; s <= span; s++) next[s] = next[span - s];
      counts = next;
      tails.push(cumulative(counts, half));
    }
    return tails[wanted];
  };
}

/** Shares of all that lie at or below 0 … half. */
function cumulative(counts: Float64Array, half: number): Float64Array {
  const below = new Float64Array(half + 1);
  let sum = 0;
  for (let s = 0; s <= half; s++) {
    sum += counts[s];
    below[s] = sum;
  }
  // The upper half mirrors the lower one; an odd number of sums has one in the middle.
  const all = counts.length % 2 === 0 ? 2 * sum : 2 * sum - counts[half];
  return below.map((value) => value / all);
}

let known = new Float64Array(1);

/** log 0! … log n!, at least: grown when more are asked for. */
function logFactorials(n: number): Float64Array {
  if (known.length > n) return known;
  const grown = new Float64Array(n + 1);
  grown.set(known);
  for (let at = known.length; at <= n; at++) grown[at] = grown[at - 1] + Math.log(at);
  known = grown;
  return known;
}
