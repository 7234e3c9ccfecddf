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
  /** Of means over categories: those that every run of both sides has, and those that only some have, which are left out. */
  categories?: number;
  categoriesLeftOut?: number;
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
  /**
   * What each run of either side was fitted with, by a name, where runs differ in that. Each of ours is then set beside the null's runs that
   * were fitted alike: a figure that depends on those settings in both would else make a difference of its own.
   */
  settings?: { ours: readonly string[]; null: readonly string[] };
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
 * - Runs of several settings: from every figure the mean of the null's runs with its settings is taken, which leaves the null's runs about 0 with
 *   as many degrees of freedom fewer as there are settings more than one.
 *
 * With several seeds of ours their mean is set against single runs: p and interval are then too wide rather than too narrow, since a mean
 * varies less than one run does.
 *
 * s² are sample variances over runs and seeds; with one seed its term is missing (of paired sides it is then unknown, and the units alone
 * make the interval). The quantile is Student's, its degrees of freedom by Welch and Satterthwaite.
 *
 * @throws InputError where a side is empty, or paired sides differ in length
 */
export function distance(sides: Sides): Distance {
  const { paired, spread: ofDraws, units } = sides;
  const { ours, null: theirs } = fittedAlike(sides);
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

/**
 * Weights of the null's runs, of sum 1, by which each of several settings weighs as much as among ours. Undefined where all were fitted alike, or one of
 * ours as no run of the null was, or too few runs would be left to know their spread by.
 */
export function weightsBySettings(settings: Sides["settings"]): number[] | undefined {
  if (settings === undefined) return undefined;
  const { ours, null: theirs } = settings;
  const count = (names: readonly string[], name: string): number => names.filter((one) => one === name).length;
  const shared = new Set(ours);
  const used = theirs.filter((name) => shared.has(name));
  if (new Set([...ours, ...theirs]).size < 2 || used.length <= shared.size + 1) return undefined;
  if ([...shared].some((name) => !theirs.includes(name))) return undefined;
  return theirs.map((name) => count(ours, name) / ours.length / count(theirs, name));
}

/** Both sides about the null's weighted mean, each figure less what its settings make of the null. */
function fittedAlike({ ours, null: theirs, settings }: Sides): Pick<Sides, "ours" | "null"> {
  const weights = weightsBySettings(settings);
  if (settings === undefined || weights === undefined) return { ours, null: theirs };
  const middle = theirs.reduce((sum, value, run) => sum + weights[run] * value, 0);
  const level = new Map(
    [...new Set(settings.ours)].map((name) => [name, mean(theirs.filter((_, run) => settings.null[run] === name))]),
  );
  const used = theirs.flatMap((value, run) => {
    const own = level.get(settings.null[run]);
    return own === undefined ? [] : [value - own];
  });
  const stretch = Math.sqrt((used.length - 1) / (used.length - level.size));
  return {
    ours: ours.map((value, seed) => value - (level.get(settings.ours[seed]) as number) + middle),
    null: used.map((value) => middle + stretch * value),
  };
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
