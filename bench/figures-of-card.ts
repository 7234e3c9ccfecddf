import type { Card } from "../lib/src/lab/card";
import { stageCode } from "../lib/src/lab/code";
import { pearson } from "../lib/src/metrics/popularity";
import type { NoiseTrainedFigures } from "./noise-trained";

/** Stages whose code decides the figures of a card. */
export const STAGES = [
  "data",
  "split",
  "factors",
  "ranking",
  "sae",
  "noise-trained",
  "scores",
  "alignment",
  "verdict",
] as const;

/** What of a card stands in the docs. */
export interface CardFigures {
  ndcgAt10: { ours: number; popularity: number };
  auc: { ours: number; popularity: number };
  score: number;
  /** Mean score, and Pearson correlation with ours over the latents that have both. */
  nulls: Record<string, { mean: number; correlation: number }>;
  alignment?: {
    pairs: number;
    significant: number;
    meanBestNap: number;
    floors: Record<string, { meanBestNap: number; significant: number }>;
  };
  /** The verdict's answers. */
  answers: Record<string, string>;
  /** Whole pipelines on rewired data that the answers rest on. */
  rewiredRuns: number;
}

/** A data set: its size, and the figures of each preset. */
export interface SetFigures {
  users: number;
  items: number;
  interactions: number;
  presets: Record<string, CardFigures>;
  /** Hash of the code of each stage that made them. */
  code: Record<string, string>;
  /** The day on which they were made, such as 2026-11-26. */
  made: string;
}

/** The content of bench/figures.json. */
export interface Figures {
  /** Data sets by the name that the docs give them; `starter data` is the planted one. */
  sets: Record<string, SetFigures>;
  noiseTrained: NoiseTrainedFigures & { code: Record<string, string> };
}

/** The name of the planted data in the docs. */
export const STARTER = "starter data";

/** Hash of the code of each of these stages, as it is now. */
export function codeOf(stages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    stages.map((name) => {
      const code = stageCode(name);
      if (code === undefined) throw new Error(`There is no stage ${name}.`);
      return [name, code];
    }),
  );
}

/** A card's figures, each rounded to as many digits as the docs can show. */
export function cardFigures({ mf, monosemanticity, alignment, verdict }: Card): CardFigures {
  const { perLatent, nulls } = monosemanticity;
  return {
    ndcgAt10: { ours: kept(mf.ndcgAt10), popularity: kept(mf.popularity.ndcgAt10) },
    auc: { ours: kept(mf.auc), popularity: kept(mf.popularity.auc) },
    score: kept(monosemanticity.mean),
    nulls: mapped(nulls, (entry) => ({
      mean: kept(entry.mean),
      correlation: kept(correlation(perLatent, entry.perLatent)),
    })),
    ...(alignment && {
      alignment: {
        ...{ pairs: alignment.pairs, significant: alignment.significant, meanBestNap: kept(alignment.meanBestNap) },
        floors: mapped(alignment.floors, ({ meanBestNap, significant }) => ({
          ...{ meanBestNap: kept(meanBestNap), significant: Math.round(significant) },
        })),
      },
    }),
    answers: { score: verdict.score.answer, meaning: verdict.meaning.answer, "added value": verdict.added.answer },
    rewiredRuns: verdict.rewiredRuns,
  };
}

/** Six digits: more than a page shows, fewer than two machines could differ in. */
export const kept = (value: number): number => Number(value.toPrecision(6));

const mapped = <A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));

type Scores = ArrayLike<number | null>;

function correlation(ours: Scores, other: Scores): number {
  const both = Array.from(ours, (value, latent) => [value, other[latent]]).filter(
    (pair): pair is [number, number] => Number.isFinite(pair[0]) && Number.isFinite(pair[1]),
  );
  return pearson(
    both.map(([value]) => value),
    both.map(([, value]) => value),
  );
}

/** Names of the sets that other code made. */
export function staleSets(sets: Readonly<Record<string, Pick<SetFigures, "code">>>): string[] {
  const now = codeOf(STAGES);
  return Object.entries(sets).flatMap(([name, { code }]) =>
    STAGES.some((stage) => code[stage] !== now[stage]) ? [name] : [],
  );
}
