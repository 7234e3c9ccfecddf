import type { Distance } from "./distance";

/** What a question comes to; `undecided`: what would decide it was not run, or the data cannot be asked. */
export type AnswerWord = "yes" | "no" | "too close to call" | "undecided" | "factors too weak";

/** One question, answered against its nulls. */
export interface Answer {
  answer: AnswerWord;
  /** The null that the answer hangs on: of those whose own word it is, the one whose interval lies lowest. */
  decidedBy?: string;
  /** Its margin, see {@link Distance}. */
  margin?: number;
  marginUnit?: Distance["marginUnit"];
  /** Its p-value, where it has enough runs. */
  p?: number;
  /** Nulls that the question needs and that were not run, or why it cannot be asked. */
  lacks?: string[];
  /** Every null's distance: those that count first, then those that only stand beside. */
  against: Record<string, Distance & { counts: boolean }>;
}

/** What the score is evidence for, in a word; see {@link scoreWord}. */
export type Verdict = "noise" | "spectrum" | "untrained" | "structure" | "undecided" | "factors too weak";

/**
 * Answer a question whose figure has to lie above all of its nulls.
 *
 * yes: above each, with the whole interval. no: the whole interval below one of them. too close to call: neither, so that an interval
 * includes 0 or is not known. undecided: a null is lacking, and none of those there says no.
 *
 * @param counted distances that decide @param needed names that have to be among them @param beside distances that are shown
 */
export function answerOf(
  counted: Readonly<Record<string, Distance>>,
  needed: readonly string[],
  beside: Readonly<Record<string, Distance>> = {},
): Answer {
  const all = Object.entries(counted);
  const lacks = needed.filter((name) => !(name in counted));
  const words = all.map(([, found]) => wordOf(found));
  const answer = words.includes("no")
    ? "no"
    : lacks.length > 0 || all.length === 0
      ? "undecided"
      : words.every((word) => word === "yes")
        ? "yes"
        : "too close to call";
  const deciding = all.filter((_, index) => words[index] === answer).sort(([, a], [, b]) => halves(a) - halves(b));
  const { margin, marginUnit, p } = deciding[0]?.[1] ?? {};
  return {
    answer,
    ...(deciding.length > 0 ? { decidedBy: deciding[0][0] } : {}),
    ...(margin === undefined ? {} : { margin, marginUnit }),
    ...(p === undefined ? {} : { p }),
    ...(lacks.length > 0 ? { lacks } : {}),
    against: Object.fromEntries([
      ...all.map(([name, found]) => [name, { ...found, counts: true }]),
      ...Object.entries(beside).map(([name, found]) => [name, { ...found, counts: false }]),
    ]),
  };
}

/** The same distances, with no answer given on them. */
export function weakAnswer({ against }: Answer): Answer {
  return { answer: "factors too weak", against };
}

/** Where an interval lies: its middle in halves of its width; one that is not known before all others. */
function halves({ interval, difference }: Distance): number {
  if (interval === undefined) return -Number.MAX_VALUE;
  const [low, high] = interval;
  return high > low ? (2 * difference) / (high - low) : Math.sign(difference) * 1e300;
}

/** One null's word: the interval above 0, below it, or neither. */
export function wordOf({ interval }: Distance): "yes" | "no" | "too close to call" {
  if (interval === undefined) return "too close to call";
  return interval[0] > 0 ? "yes" : interval[1] < 0 ? "no" : "too close to call";
}

/**
 * The score's word: `noise` = not above its noise nulls; `spectrum` = above them, not above `rewired` (the data's counts and
 * the factors' spectrum explain it); `untrained` = above both, not above the untrained encoder; `structure` = above all, which is the answer
 * yes; `undecided` = the null that would decide was not run, or is not known well enough to have an interval. "Above" means with the
 * whole interval.
 *
 * @param noise distances to the noise nulls @param data distances to nulls that ask whether it is in the data
 */
export function scoreWord(answer: Answer, noise: readonly Distance[], data: readonly Distance[]): Verdict {
  if (noise.some((found) => wordOf(found) !== "yes")) return "noise";
  if (answer.answer === "yes") return "structure";
  if (data.length === 0 || noise.length === 0 || data.some(({ interval }) => interval === undefined))
    return "undecided";
  return data.every((found) => wordOf(found) === "yes") ? "untrained" : "spectrum";
}
