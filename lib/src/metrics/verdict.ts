/** What the score is evidence for. */
export type Verdict = "noise" | "spectrum" | "structure" | "undecided";

/** Nulls that noise alone gives; the score must lie above each that was run. */
const NOISE_NULLS = ["noise", "noiseMoments", "noiseTrained"];

/**
 * The verdict on a mean score: `noise` = not above its noise nulls; `spectrum` = above them, not above `rewired` (the
 * data's degrees and the factors' spectrum explain it); `structure` = above `rewired` as well; `undecided` = the null
 * that would decide was not run. "Above" means that the whole 95 % interval lies above.
 *
 * @param low lower end of the score's 95 % interval @param nullMeans mean score of each null by name, of `rewired` that of
 *   its highest run; one that is not a number was not run
 */
export function verdictOf(low: number, nullMeans: Readonly<Record<string, number>>): Verdict {
  const run = NOISE_NULLS.filter((name) => Number.isFinite(nullMeans[name]));
  if (run.some((name) => !(low > nullMeans[name]))) return "noise";
  if (!Number.isFinite(nullMeans.rewired) || run.length === 0) return "undecided";
  return low > nullMeans.rewired ? "structure" : "spectrum";
}
