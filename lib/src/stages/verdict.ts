import { type Distance, distance, type Sides, unitError } from "../metrics/distance";
import { type NullQuestion, scoreNulls } from "../metrics/nulls";
import { type Answer, answerOf, scoreWord, type Verdict, weakAnswer } from "../metrics/verdict";
import { type RewiredRun, rewired } from "./rewired";
import { type SeedRun, seeds } from "./seeds";
import { defineStage, optional, type Stage } from "./stage";

/** The three answers, and what they rest on. */
export interface VerdictResult {
  /** The score's answer in a word. */
  word: Verdict;
  /** Is the score above what noise, an untrained encoder and rewired data give? */
  score: Answer;
  /** Do latents match categories better than an untrained encoder's and those on rewired data? */
  meaning: Answer;
  /** Do they match better than items and k-means centres, as directions at the same k and L0? */
  added: Answer;
  /** NDCG@10 minus that of popularity, over users and seeds. */
  ranking: Distance;
  /** Factors that do not rank better than popularity: no other verdict is given on them. */
  weak: boolean;
  seeds: SeedFigures[];
  rewiredRuns: number;
}

/** What a run with one seed gave. */
export interface SeedFigures {
  seed: number;
  ndcgAt10: number;
  score: number;
  meanBestNap?: number;
}

/** What of the card the verdict gives. */
export interface VerdictSection {
  monosemanticity: { verdict: Verdict };
  verdict: VerdictResult;
}

/** Questions of the nulls whose distance the answer on the score hangs on; the other nulls stand beside. */
const COUNTED: readonly NullQuestion[] = ["noise", "training", "data"];

/** Floors of the alignment that need no autoencoder at all. */
const ADDED: readonly string[] = ["randomItems", "kMeans"];

/** Score, meaning, added value: each yes, no or too close to call, over seeds and runs. */
export const verdict: Stage<VerdictResult, undefined, VerdictSection> = defineStage({
  name: "verdict",
  phase: "verdict",
  needs: { seeds, rewired: optional(rewired) },
  stored: false,
  settings: () => ({}),
  compute({ seeds: { runs }, rewired }): VerdictResult {
    const ranked = rankingDistance(runs);
    const found = {
      ranking: ranked,
      weak: runs.length === 1 ? runs[0].ranking.againstPopularity.weak : !((ranked.interval?.[0] ?? 0) > 0),
      seeds: runs.map(figuresOf),
      rewiredRuns: rewired?.runs.length ?? 0,
    };
    const onScore = scoreDistances(runs, rewired?.runs);
    const named = runs.every(({ alignment }) => alignment.perCategory.length > 0);
    const lacking = (nulls: readonly string[]): readonly string[] => (named ? nulls : ["categories"]);
    const asked = (question: NullQuestion): Distance[] =>
      Object.entries(onScore).flatMap(([name, one]) => (scoreNulls[name].question === question ? [one] : []));
    const counted = Object.entries(onScore).filter(([name]) => COUNTED.includes(scoreNulls[name].question));
    const beside = Object.entries(onScore).filter(([name]) => !COUNTED.includes(scoreNulls[name].question));
    const answers = {
      score: answerOf(Object.fromEntries(counted), ["noise", "untrained", "rewired"], Object.fromEntries(beside)),
      meaning: answerOf(meaningDistances(runs, rewired?.runs), lacking(["untrained", "rewired"])),
      added: answerOf(floorDistances(runs, ADDED), lacking(ADDED)),
    };
    return found.weak
      ? {
          word: "factors too weak",
          ...{
            score: weakAnswer(answers.score),
            meaning: weakAnswer(answers.meaning),
            added: weakAnswer(answers.added),
          },
          ...found,
        }
      : { word: scoreWord(asked("noise"), asked("data")), ...answers, ...found };
  },
  card: (result): VerdictSection => ({ monosemanticity: { verdict: result.word }, verdict: result }),
});

/** A 95 % interval's standard error, where it is a bootstrap's over many units. */
const errorOf = (low: number, high: number): { error: number; freedom: number } => ({
  error: (high - low) / (2 * 1.96),
  freedom: Number.POSITIVE_INFINITY,
});

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function figuresOf({ seed, ranking, scores, alignment }: SeedRun): SeedFigures {
  const { ndcgAt10 } = ranking.model;
  const named = alignment.categories > 0 ? { meanBestNap: alignment.meanBestNap } : {};
  return { seed, ndcgAt10, score: scores.mean, ...named };
}

/** NDCG@10 beside popularity's, seed by seed. */
function rankingDistance(runs: readonly SeedRun[]): Distance {
  const { low, high } = runs[0].ranking.againstPopularity.ndcgAt10;
  return distance({
    ours: runs.map(({ ranking }) => ranking.model.ndcgAt10),
    null: runs.map(({ ranking }) => ranking.popularity.ndcgAt10),
    paired: true,
    units: errorOf(low, high),
  });
}

/** The score beside each of its nulls: those drawn several times as runs, the others seed by seed. */
function scoreDistances(
  runs: readonly SeedRun[],
  rewired: readonly RewiredRun[] | undefined,
): Record<string, Distance> {
  const ours = runs.map(({ scores }) => scores.mean);
  const units = errorOf(meanOf(runs.map(({ scores }) => scores.ci[0])), meanOf(runs.map(({ scores }) => scores.ci[1])));
  const found: Record<string, Distance> = {};
  const put = (name: string, sides: Pick<Sides, "null" | "paired">): void => {
    if ([...ours, ...sides.null].every(Number.isFinite)) found[name] = distance({ ours, ...sides, units });
  };
  for (const name of Object.keys(scoreNulls)) {
    const nulls = runs.flatMap(({ scores }) =>
      name in scores.nulls && name !== "rewired" ? [scores.nulls[name]] : [],
    );
    if (nulls.length < runs.length) continue;
    const draws = nulls.flatMap((one) => one.draws);
    put(name, { null: draws, paired: draws.length === runs.length });
  }
  if (rewired && rewired.length > 0) put("rewired", { null: rewired.map(({ mean }) => mean), paired: false });
  return found;
}

/** nAP of the best latent by category, chosen on half A and measured on half B. */
type NapByCategory = ReadonlyMap<string, number>;

const trainedNap = ({ alignment }: SeedRun): NapByCategory =>
  new Map(alignment.perCategory.map(({ category, nap }) => [category, nap]));

const floorNap = ({ alignment }: SeedRun, floor: string): NapByCategory =>
  new Map(alignment.matrix.categories.map((category, at) => [category, alignment.floors[floor].napByCategory[at]]));

/** Differences category by category, those that both sides have in each of their runs. */
function byCategory(ours: readonly NapByCategory[], theirs: readonly NapByCategory[]): number[] {
  const shared = [...ours[0].keys()].filter((category) => [...ours, ...theirs].every((one) => one.has(category)));
  const mean = (side: readonly NapByCategory[], category: string): number =>
    meanOf(side.map((one) => one.get(category) as number));
  return shared.map((category) => mean(ours, category) - mean(theirs, category));
}

/** The mean best nAP beside a floor of the same factors, seed by seed. */
function floorDistances(runs: readonly SeedRun[], floors: readonly string[]): Record<string, Distance> {
  if (runs.some(({ alignment }) => alignment.perCategory.length === 0)) return {};
  const named = floors.filter((name) => runs.every(({ alignment }) => name in alignment.floors));
  return Object.fromEntries(
    named.map((name) => [
      name,
      distance({
        ours: runs.map(({ alignment }) => alignment.meanBestNap),
        null: runs.map(({ alignment }) => alignment.floors[name].meanBestNap),
        paired: true,
        units: unitError(
          byCategory(
            runs.map(trainedNap),
            runs.map((run) => floorNap(run, name)),
          ),
        ),
      }),
    ]),
  );
}

function meaningDistances(
  runs: readonly SeedRun[],
  rewired: readonly RewiredRun[] | undefined,
): Record<string, Distance> {
  const found = floorDistances(runs, ["untrained"]);
  const theirs = (rewired ?? []).flatMap(({ alignment }) => (alignment ? [alignment] : []));
  if (theirs.length === 0 || Object.keys(found).length === 0) return found;
  const naps = theirs.map(({ names, napByCategory }) => new Map(names.map((name, at) => [name, napByCategory[at]])));
  return {
    ...found,
    rewired: distance({
      ours: runs.map(({ alignment }) => alignment.meanBestNap),
      null: theirs.map(({ meanBestNap }) => meanBestNap),
      paired: false,
      units: unitError(byCategory(runs.map(trainedNap), naps)),
    }),
  };
}
