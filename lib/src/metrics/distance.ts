import { jStat } from "jstat";
import { requireInput } from "../base/errors";

/** Runs of a null from which on a p-value is given. With fewer the least p that is possible says nothing at 5 %. */
export const RUNS_FOR_P = 19;

/** A figure of ours beside the same figure of one null. */
export interface Distance {
  /** Mean over our seeds. */
  ours: number;
  /** Mean over the null's runs. */
  null: number;
  /** Ours minus the null's. */
  difference: number;
  /** 95 % interval of the difference; absent where nothing says how far one run lies from another. */
  interval?: [low: number, high: number];
  /** The difference in units of the null's spread over its runs or draws, or of the interval's standard error where it has no spread. */
  margin?: number;
  /** Which of the two. */
  marginUnit?: "spreads" | "standard errors";
  /** (1 + runs of the null at least as high as ours) / (1 + runs), from {@link RUNS_FOR_P} runs on. */
  p?: number;
  /** Runs of the null. */
  runs: number;
  /** Runs, or seeds, in which there was nothing to measure: they are left out. */
  without?: number;
}

/** The two sides of a distance. */
export interface Sides {
  /** Our figure with each seed. */
  ours: readonly number[];
  /** The null's: of each run, or with each of our seeds where it is `paired`. */
  null: readonly number[];
  /**
   * False: the null's runs are independent, each with data and seeds of its own, and ours is asked whether it could be one more of them.
   * True: the null stands beside each of our seeds (the same factors), and the differences are looked at.
   */
  paired: boolean;
  /** Standard deviation of a paired null's draws with one seed: the unit of the margin. */
  spread?: number;
  /** What else one figure's error comes from, with the degrees of freedom that it was estimated with: items, or categories. */
  units?: { error: number; freedom: number };
}

/**
 * How far a figure lies from a null, with an interval that covers seeds as well as items.
 *
 * - Independent runs: variance s_null²·(1 + 1/N) + s_ours²/S + units². The first term is that of one more run and of the runs' mean, so more
 *   runs make the interval better known and not narrow without end: a difference smaller than that of one run from another stays too close.
 * - Paired: variance s_difference²/S + units².
 *
 * With several seeds of ours their mean is set against single runs: p and interval are then too wide rather than too narrow, since a mean
 * varies less than one run does.
 *
 * s² are sample variances over runs and seeds; with one seed its term is missing (of paired sides it is then unknown, and the units alone
 * make the interval). The quantile is Student's, its degrees of freedom by Welch and Satterthwaite.
 *
 * @throws InputError where a side is empty, or paired sides differ in length
 */
export function distance({ ours, null: theirs, paired, spread: ofDraws, units }: Sides): Distance {
  requireInput(ours.length > 0 && theirs.length > 0, "A distance needs at least one value on either side.");
  requireInput(
    !paired || ours.length === theirs.length,
    `Paired sides have a value for each seed: there are ${ours.length} and ${theirs.length}.`,
  );
  const difference = mean(ours) - mean(theirs);
  const [seeds, runs] = [ours.length, theirs.length];
  const found: Distance = { ours: mean(ours), null: mean(theirs), difference, runs };
  const parts: Variance[] = paired
    ? [overSeeds(ours.map((value, seed) => value - theirs[seed]))]
    : [{ variance: variance(theirs) * (1 + 1 / runs), freedom: runs - 1 }, overSeeds(ours)];
  if (units) parts.push({ variance: units.error ** 2, freedom: units.freedom });
  const known = parts.filter(({ freedom }) => freedom > 0);
  if (!paired && runs >= RUNS_FOR_P)
    found.p = (1 + theirs.filter((value) => value >= found.ours).length) / (1 + theirs.length);
  // One run of a null says nothing of how far another would lie, nor does one seed without units.
  if (known.length === 0 || (!paired && runs < 2)) return found;
  const error = Math.sqrt(known.reduce((sum, part) => sum + part.variance, 0));
  const half = error === 0 ? 0 : jStat.studentt.inv(0.975, freedomOf(known)) * error;
  const own = paired ? (ofDraws ?? 0) : Math.sqrt(variance(theirs));
  // What rounding alone makes of equal values is no spread.
  const spread = own > 1e-12 * Math.abs(found.null) ? own : 0;
  const unit = spread > 0 ? spread : paired ? error : 0;
  return {
    ...found,
    interval: [difference - half, difference + half],
    ...(unit > 0
      ? { margin: difference / unit, marginUnit: spread > 0 ? ("spreads" as const) : ("standard errors" as const) }
      : {}),
  };

  function overSeeds(values: readonly number[]): Variance {
    return { variance: variance(values) / seeds, freedom: seeds - 1 };
  }
}

interface Variance {
  variance: number;
  /** Of its estimate; 0: not known, infinite: exact. */
  freedom: number;
}

/** Degrees of freedom from which on the quantile is the normal one in three decimals. */
const MANY = 1e4;

/** Degrees of freedom of a sum of variances (Satterthwaite 1946). */
function freedomOf(parts: readonly Variance[]): number {
  const sum = parts.reduce((total, part) => total + part.variance, 0);
  const share = parts.reduce((total, { variance, freedom }) => total + variance ** 2 / freedom, 0);
  return share === 0 ? MANY : Math.min(MANY, sum ** 2 / share);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample variance; 0 of a single value. */
function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** Standard error of the mean over values, as `units` of a distance. Categories nest, so theirs is rather too small. */
export function unitError(values: ArrayLike<number>): { error: number; freedom: number } {
  const all = Array.from(values);
  return { error: Math.sqrt(variance(all) / Math.max(1, all.length)), freedom: all.length - 1 };
}
