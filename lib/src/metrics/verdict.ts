import { type NullQuestion, scoreNulls } from "./nulls";

/** What the score is evidence for. */
export type Verdict = "noise" | "spectrum" | "structure" | "undecided";

/**
 * The verdict on a mean score: `noise` = not above its noise nulls; `spectrum` = above them, not above `rewired` (the
 * data's degrees and the factors' spectrum explain it); `structure` = above `rewired` as well; `undecided` = the null
 * that would decide was not run. "Above" means that the whole 95 % interval lies above.
 *
 * @param low lower end of the score's 95 % interval @param nullMeans mean score of each null by name, of `rewired` that of
 *   its highest run; one that is not a number was not run
 */
export function verdictOf(low: number, nullMeans: Readonly<Record<string, number>>): Verdict {
  const run = (question: NullQuestion): number[] =>
    Object.keys(scoreNulls)
      .filter((name) => scoreNulls[name].question === question && Number.isFinite(nullMeans[name]))
      .map((name) => nullMeans[name]);
  const [noise, data] = [run("noise"), run("data")];
  if (noise.some((mean) => !(low > mean))) return "noise";
  if (data.length === 0 || noise.length === 0) return "undecided";
  return data.every((mean) => low > mean) ? "structure" : "spectrum";
}
