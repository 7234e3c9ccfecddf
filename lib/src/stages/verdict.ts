import type { Distance } from "../metrics/distance";
import { type NullQuestion, scoreNulls } from "../metrics/nulls";
import { type Answer, answerOf, scoreWord, type Verdict, weakAnswer } from "../metrics/verdict";
import { rewired } from "./rewired";
import { type FixedPart, type SeedRun, seeds } from "./seeds";
import { defineStage, optional, type Stage } from "./stage";
import { floorDistances, meaningDistances, rankingDistance, scoreDistances } from "./verdict-distances";

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
  /** What is the same in every seed, since it was not drawn; the spread over seeds does not cover it. */
  fixed: FixedPart[];
  rewiredRuns: number;
}

/** What a run with one seed gave. */
export interface SeedFigures {
  seed: number;
  /** What its factors were fitted with, where that was chosen. */
  alpha?: number;
  reg?: number;
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
  compute({ seeds: { runs, fixed }, rewired }): VerdictResult {
    const ranked = rankingDistance(runs);
    const found = {
      ranking: ranked,
      weak: !((ranked.interval?.[0] ?? 0) > 0),
      seeds: runs.map(figuresOf),
      fixed,
      rewiredRuns: rewired?.runs.length ?? 0,
    };
    const onScore = scoreDistances(runs, rewired?.runs);
    const named = runs.every(({ alignment }) => alignment.categories > 0);
    const firing = runs.every(({ alignment }) => alignment.perCategory.length > 0);
    const lacking = (nulls: readonly string[]): readonly string[] =>
      !named ? ["categories"] : firing ? nulls : ["latents that fire"];
    const distancesOf = (question: NullQuestion): Distance[] =>
      Object.entries(onScore).flatMap(([name, one]) => (scoreNulls[name].question === question ? [one] : []));
    const counted = Object.entries(onScore).filter(([name]) => COUNTED.includes(scoreNulls[name].question));
    const beside = Object.entries(onScore).filter(([name]) => !COUNTED.includes(scoreNulls[name].question));
    const onMeaning = meaningDistances(runs, rewired?.runs);
    const apart = found.rewiredRuns > 0 && named && firing && !("rewired" in onMeaning);
    const answers = {
      score: answerOf(Object.fromEntries(counted), ["noise", "untrained", "rewired"], Object.fromEntries(beside)),
      meaning: answerOf(onMeaning, apart ? ["shared categories"] : lacking(["untrained", "rewired"])),
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
      : { word: scoreWord(answers.score, distancesOf("noise"), distancesOf("data")), ...answers, ...found };
  },
  card: (result): VerdictSection => ({ monosemanticity: { verdict: result.word }, verdict: result }),
});

function figuresOf({ seed, fitted, ranking, scores, alignment }: SeedRun): SeedFigures {
  const { ndcgAt10 } = ranking.model;
  const named = alignment.categories > 0 ? { meanBestNap: alignment.meanBestNap } : {};
  return { seed, ...fitted, ndcgAt10, score: scores.mean, ...named };
}
