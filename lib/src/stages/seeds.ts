import { type AlignmentResult, alignment } from "./alignment";
import { data } from "./data";
import { type RankingResult, ranking } from "./ranking";
import { type Fitted, seedOfRun } from "./run-seed";
import { type ScoresResult, scores } from "./scores";
import { seedVariants } from "./seed-variants";
import { defineStage, optional, type Stage } from "./stage";
import { tune } from "./tune";

/** One run of the pipeline with a seed of its own: how it ranks, its scores, what its latents mean. */
export interface SeedRun {
  seed: number;
  /** What was chosen for its factors; absent where it was set, or they are no factors of iALS. */
  fitted?: Fitted;
  ranking: RankingResult;
  scores: ScoresResult;
  alignment: AlignmentResult;
}

/** Runs on the same data that differ by their seeds alone: split, factors, autoencoder, and all that is drawn. */
export interface SeedsResult {
  /** The configuration's own seed first. */
  runs: SeedRun[];
  /** What no seed draws anew: a split that a file or the times give, factors that were given. */
  fixed: FixedPart[];
}

/** A part of the pipeline that is drawn or fitted with a seed, as a rule. */
export type FixedPart = "split" | "factors";

/** The pipeline on this data with `config.seeds.runs` seeds. */
export const seeds: Stage<SeedsResult> = defineStage({
  name: "seeds",
  phase: "runs with other seeds",
  needs: {
    ...{ data, tuned: optional(tune), ranking, scores, alignment },
    more: seedVariants({ tuned: optional(tune), ranking, scores, alignment }),
  },
  // Its parts are kept by themselves.
  stored: false,
  settings: ({ seed, split: { kind, heldOut, maxUsers }, mf }) => ({
    seed,
    maxUsers,
    splitDrawn: heldOut === undefined && kind === "random",
    factorsFitted: mf.kind !== "given",
  }),
  compute({ data, more, ...first }, { settings }): SeedsResult {
    const { seed, maxUsers, splitDrawn, factorsFitted } = settings;
    const usersDrawn = data.interactions.users.length > maxUsers;
    return {
      runs: [first, ...more].map(({ tuned, ranking, scores, alignment }, index) => ({
        seed: seedOfRun(seed, index),
        ...(tuned ? { fitted: { alpha: tuned.chosen.alpha, reg: tuned.chosen.reg } } : {}),
        ...{ ranking, scores, alignment },
      })),
      fixed: [
        ...(splitDrawn || usersDrawn ? [] : (["split"] as const)),
        ...(factorsFitted ? [] : (["factors"] as const)),
      ],
    };
  },
});
