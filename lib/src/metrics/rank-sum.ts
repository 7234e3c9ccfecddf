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

/** Expected active positives below which p is exact. */
const SPARSE = 5;
/** Active positives (or active others) up to which their ranks' distribution is exact: for sparse pairs, and for the others. */
const EXACT_SPARSE = 30;
const EXACT = 8;
/** A term of the sum that is smaller than this share of it ends it. */
const NEGLIGIBLE = 1e-16;
/** p is called exact where no more than this share of it is by the normal form. */
const ROUNDING = 1e-9;

/**
 * One-sided p-values of rank sums (Mann–Whitney): the chance, were the labels shuffled over the items, of a sum at least as high.
 *
 * A sparse latent's column is mostly its lowest value, and then the sum is nothing like normal: with 2 % active and 10 positives, the
 * normal form gives p ≤ 1e-4 177 times too often. So the sum is taken apart. How many of the positives are active, K, is hypergeometric; given
 * K = h, their ranks are a random h-subset of 1 … active, whose sum is Wilcoxon's. p = Σ_h P(K = h) P(sum ≥ what is missing | h).
 * Where fewer than {@link SPARSE} active positives are expected, the second factor is exact as well (coefficients of the Gaussian binomial).
 * Elsewhere it is the normal form with a continuity correction, for more than {@link EXACT} active positives: this sum is symmetric and its
 * tails are lighter than the normal ones, so p errs to the safe side.
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
    const exactTo = (positives * active) / n < SPARSE ? EXACT_SPARSE : EXACT;
    let [p, normal] = [0, 0];
    const add = (h: number, chance: number): boolean => {
      const tail = tails(h, observed - step * h, exactTo);
      p += chance * tail.p;
      if (!tail.exact) normal += chance * tail.p;
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
    return { p: Math.min(1, p), method: normal > ROUNDING * p ? "conditional" : "exact" };
  };
}

/** P(sum of a random h-subset of 1 … n ≥ atLeast), exact for up to `exactTo` drawn or left. */
function wilcoxonTails(n: number): (h: number, atLeast: number, exactTo: number) => { p: number; exact: boolean } {
  const lower = lowerTails(n);
  return (h, atLeast, exactTo) => {
    const least = (h * (h + 1)) / 2;
    const span = h * (n - h);
    // Sums are whole numbers: u is how far the least one that counts lies above the least of all.
    const u = Math.ceil(atLeast - least - 1e-6);
    if (u <= 0) return { p: 1, exact: true };
    if (u > span) return { p: 0, exact: true };
    const few = Math.min(h, n - h);
    if (few <= exactTo) {
      const { below, all } = lower(few);
      return { p: span - u < below.length ? below[span - u] / all : 1 - below[u - 1] / all, exact: true };
    }
    const deviation = u - 0.5 - span / 2;
    return { p: normalCdf(-deviation / Math.sqrt((span * (n + 1)) / 12), 0, 1), exact: false };
  };
}

/** Numbers of subsets whose sum lies at most s above the least, s up to the middle, and of all subsets. */
interface LowerTail {
  below: Float64Array;
  all: number;
}

/**
 * The h-subsets of 1 … n by their sum u above the least, 0 … h(n−h). Their numbers are the coefficients of the Gaussian binomial,
 * [n, h+1] = [n, h] (1 − q^(n−h)) / (1 − q^(h+1)), so the next h costs one pass; they are symmetric, so half of them is enough.
 */
function lowerTails(n: number): (h: number) => LowerTail {
  const tails: LowerTail[] = [{ below: Float64Array.of(1), all: 1 }];
  let counts: Float64Array = Float64Array.of(1);
  return (wanted) => {
    for (let h = tails.length - 1; h < wanted; h++) {
      const [last, span] = [h * (n - h), (h + 1) * (n - h - 1)];
      const half = span >> 1;
      const [next, below] = [new Float64Array(half + 1), new Float64Array(half + 1)];
      let sum = 0;
      for (let s = 0; s <= half; s++) {
        const own = s < counts.length ? counts[s] : s <= last ? counts[last - s] : 0;
        const lag = s - n + h;
        const gone = lag < 0 || lag > last ? 0 : lag < counts.length ? counts[lag] : counts[last - lag];
        next[s] = own - gone + (s > h ? next[s - h - 1] : 0);
        sum += next[s];
        below[s] = sum;
      }
      // The upper half mirrors the lower one; an odd number of sums has one in the middle.
      tails.push({ below, all: 2 * sum - (span % 2 === 0 ? next[half] : 0) });
      counts = next;
    }
    return tails[wanted];
  };
}

let known = new Float64Array(1);

/** log 0! … log n!, at least: grown when more are asked for. */
function logFactorials(n: number): Float64Array {
  if (known.length > n) return known;
  const grown = new Float64Array(n + 1);
  grown.set(known);
  for (let index = known.length; index <= n; index++) grown[index] = grown[index - 1] + Math.log(index);
  known = grown;
  return known;
}
