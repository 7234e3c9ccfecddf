import { hash32 } from "../base/random";
import { type AlignmentResult, alignment } from "./alignment";
import { type RankingResult, ranking } from "./ranking";
import { type ScoresResult, scores } from "./scores";
import { split } from "./split";
import { alone, defineStage, type Stage, variants } from "./stage";

/** One run of the pipeline with a seed of its own: how it ranks, its scores, what its latents mean. */
export interface SeedRun {
  seed: number;
  ranking: RankingResult;
  scores: ScoresResult;
  alignment: AlignmentResult;
}

/** Runs on the same data that differ by their seeds alone: split, factors, autoencoder, and all that is drawn. */
export interface SeedsResult {
  /** The configuration's own seed first. */
  runs: SeedRun[];
}

/** Seed of a run, counted from 0: that of the configuration, then one hashed from it for each. */
const seedOf = (seed: number, run: number): number => (run === 0 ? seed : hash32(`${seed}/seeds/${run}`) >>> 1);

/** The pipeline on this data with `config.seeds.runs` seeds. */
export const seeds: Stage<SeedsResult> = defineStage({
  name: "seeds",
  phase: "runs with other seeds",
  needs: {
    ...{ ranking, scores, alignment },
    more: variants({
      count: (config) => config.seeds.runs - 1,
      config: (config, run) => alone(config, seedOf(config.seed, run + 1)),
      replaced: () => [[split, split]],
      needs: { ranking, scores, alignment },
    }),
  },
  // Its parts are kept by themselves.
  stored: false,
  settings: ({ seed }) => ({ seed }),
  compute: ({ ranking, scores, alignment, more }, { settings }): SeedsResult => ({
    runs: [{ ranking, scores, alignment }, ...more].map((run, index) => ({
      seed: seedOf(settings.seed, index),
      ...run,
    })),
  }),
});
