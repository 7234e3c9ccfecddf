import type { Distance } from "./distance";

/** What a question comes to; `undecided`: what would decide it was not run, or the data cannot be asked. */
export type AnswerWord = "yes" | "no" | "too close to call" | "undecided" | "factors too weak";

/** One question, answered against its nulls. */
export interface Answer {
  answer: AnswerWord;
  /** The null that the answer hangs on: the one with the least margin. */
  decidedBy?: string;
  /** Its margin, see {@link Distance}. */
  margin?: number;
  /** Its p-value, where it has enough runs. */
  p?: number;
  /** Nulls that the question needs and that were not run, or why it cannot be asked. */
  lacks?: string[];
  /** Every null's distance: those that count first, then those that only stand beside. */
  against: Record<string, Distance & { counts: boolean }>;
}

/** What the score is evidence for, in a word; see {@link scoreWord}. */
export type Verdict = "noise" | "spectrum" | "structure" | "undecided" | "factors too weak";

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
  const least = all.reduce<[string, Distance] | undefined>(
    (held, entry) => (held === undefined || lower(entry[1], held[1]) ? entry : held),
    undefined,
  );
  const words = all.map(([, found]) => wordOf(found));
  const answer = words.includes("no")
    ? "no"
    : lacks.length > 0 || all.length === 0
      ? "undecided"
      : words.every((word) => word === "yes")
        ? "yes"
        : "too close to call";
  const { margin, p } = least?.[1] ?? {};
  return {
    answer,
    ...(least && answer !== "undecided"
      ? { decidedBy: least[0], ...(margin === undefined ? {} : { margin }), ...(p === undefined ? {} : { p }) }
      : {}),
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

/** Whether the first hangs lower: an interval that is not known before all, then the lower end in halves of the interval. */
function lower(a: Distance, b: Distance): boolean {
  return halves(a) < halves(b);
}

const halves = ({ interval, difference }: Distance): number =>
  interval === undefined
    ? Number.NEGATIVE_INFINITY
    : interval[1] === interval[0]
      ? Math.sign(difference) * Number.MAX_VALUE
      : (2 * difference) / (interval[1] - interval[0]);

/** One null's word: the interval above 0, below it, or neither. */
export function wordOf({ interval }: Distance): "yes" | "no" | "too close to call" {
  if (interval === undefined) return "too close to call";
  return interval[0] > 0 ? "yes" : interval[1] < 0 ? "no" : "too close to call";
}

/**
 * The score's word: `noise` = not above its noise nulls; `spectrum` = above them, not above `rewired` (the data's counts and
 * the factors' spectrum explain it); `structure` = above `rewired` as well; `undecided` = the null that would decide was not run.
 * "Above" means with the whole interval.
 *
 * @param noise distances to the noise nulls @param data distances to nulls that ask whether it is in the data
 */
export function scoreWord(noise: readonly Distance[], data: readonly Distance[]): Verdict {
  if (noise.some((found) => wordOf(found) !== "yes")) return "noise";
  if (data.length === 0 || noise.length === 0) return "undecided";
  return data.every((found) => wordOf(found) === "yes") ? "structure" : "spectrum";
}
