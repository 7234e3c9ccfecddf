import { percentileInterval } from "../../base/quantiles";
import { seededRandom } from "../../base/random";

/** What a judge said of an item: higher fits better; undefined where it gave no answer. */
export type Answer = number | undefined;

/** How well a label tells items that fire its latent from others. */
export interface Detection {
  /** Chance that a high item is said to fit better than another one, ties half; luck is 0.5. */
  auroc: number;
  /** 95 % bootstrap interval over the items, high ones and others drawn apart; NaN where none was asked for. */
  low: number;
  high: number;
  /** Mean of the shares of high items that were called fitting, and of others that were not; luck is 0.5. */
  balancedAccuracy: number;
  f1: number;
  /** Share of the items without an answer: they count as wrong. */
  unanswered: number;
  /** Items asked about. */
  items: number;
}

const DRAWS = 1000;

/**
 * Measure detection. What is unanswered is wrong: a high item lies below every other, another one above every high item.
 *
 * @param high answers for the items that fire the latent @param others for those that do not
 * @param options.threshold from which on an item is called fitting @param options.interval false: none is drawn
 */
export function detection(
  high: readonly Answer[],
  others: readonly Answer[],
  options: { threshold: number; seed: number; name: string; interval?: boolean },
): Detection {
  const { threshold, seed, name, interval = true } = options;
  const [fits, rest] = [
    high.map((answer) => answer ?? Number.NEGATIVE_INFINITY),
    others.map((answer) => answer ?? Number.POSITIVE_INFINITY),
  ];
  const wins = fits.map((fit) => rest.map((other) => (fit > other ? 1 : fit === other ? 0.5 : 0)));
  const random = seededRandom(seed, `labels/interval/${name}`);
  const draws = Float64Array.from({ length: interval ? DRAWS : 0 }, () => {
    const [rows, columns] = [times(fits.length), times(rest.length)];
    return mean(wins, rows, columns);
  });
  const called = fits.filter((fit) => fit >= threshold).length;
  const wrongly = rest.filter((other) => other >= threshold).length;
  const missing = [...high, ...others].filter((answer) => answer === undefined).length;
  return {
    auroc: mean(wins, new Array(fits.length).fill(1), new Array(rest.length).fill(1)),
    ...percentileInterval(draws),
    balancedAccuracy: (called / fits.length + 1 - wrongly / rest.length) / 2,
    f1: (2 * called) / (called + wrongly + fits.length),
    unanswered: missing / (high.length + others.length),
    items: high.length + others.length,
  };

  /** How often each of n is met in n draws. */
  function times(n: number): number[] {
    const counts = new Array<number>(n).fill(0);
    for (let draw = 0; draw < n; draw++) counts[random.integer(n)]++;
    return counts;
  }
}

/** Mean of the wins, rows and columns counted so many times. */
function mean(wins: readonly (readonly number[])[], rows: readonly number[], columns: readonly number[]): number {
  let sum = 0;
  for (const [row, times] of rows.entries())
    if (times > 0) for (const [column, value] of wins[row].entries()) sum += times * columns[column] * value;
  return sum / (rows.length * columns.length);
}

/**
 * The threshold with the best balanced accuracy on answers whose truth is known: half way between two answers; of several, the
 * highest. Without any answers it is 0.5.
 */
export function bestThreshold(high: readonly Answer[], others: readonly Answer[]): number {
  const known = (answers: readonly Answer[]): number[] => answers.filter((answer) => answer !== undefined);
  const [fits, rest] = [known(high), known(others)];
  const levels = [...new Set([...fits, ...rest])].sort((a, b) => b - a);
  if (levels.length === 0) return 0.5;
  let [best, threshold] = [Number.NEGATIVE_INFINITY, levels[0]];
  for (const [index, level] of levels.entries()) {
    const cut = index + 1 < levels.length ? (level + levels[index + 1]) / 2 : level;
    const above = (answers: readonly number[]): number =>
      answers.filter((answer) => answer >= cut).length / Math.max(1, answers.length);
    const quality = above(fits) - above(rest);
    if (quality > best) [best, threshold] = [quality, cut];
  }
  return threshold;
}
