import { evaluateRanking, type RankingMetrics } from "../../metrics/ranking";
import type { Factors } from "../../mf/factors";
import { type PairMetrics, pairMetrics, validationPairs } from "../../mf/pairs";
import { popularityFactors } from "../../mf/popularity";
import { begin } from "../../progress";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { SplitResult } from "./split";

/** Full ranking of held-out items, and the pointwise figures that the paper quotes. */
export interface RankingResult {
  model: RankingMetrics;
  popularity: RankingMetrics;
  pairs: PairMetrics;
}

/** Rank every item for every user with a held-out positive, train items masked. */
export function rankingStage(
  context: StageContext,
  split: Artifact<SplitResult>,
  factors: Artifact<Factors>,
): Promise<Artifact<RankingResult>> {
  const { users, items, train, test } = split.value;
  return runStage(context, {
    stage: "ranking",
    phase: "ranking",
    config: {},
    inputs: { split: split.manifest.hash, factors: factors.manifest.hash },
    compute: async ({ onProgress }) => {
      const options = { onProgress, seed: context.seed };
      const model = await evaluateRanking(factors.value, train, test, options);
      const popularity = await evaluateRanking(popularityFactors({ users, items, csr: train }), train, test, options);
      const pairs = validationPairs(split.value, context.seed);
      await begin(onProgress, "validation pairs");
      return { model, popularity, pairs: pairMetrics(factors.value, pairs) };
    },
  });
}
