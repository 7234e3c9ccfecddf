import { begin, type OnProgress } from "../base/progress";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import { type PairMetrics, pairMetrics, type ValidationPairs } from "./pairs";
import { evaluateLists } from "./ranking";

/** The figures of the paper's Table 2 for one set of factors. */
export interface ExchangeMetrics extends PairMetrics {
  precisionAt10: number;
  recallAt10: number;
  ndcgAt10: number;
  /** [users with a held-out item], for paired intervals over users */
  ndcgPerUser: Float32Array;
}

/**
 * What the recommender is worth with these factors, for instance with rebuilt items in place of its own (arXiv
 * 2606.29341, section 5.1): pointwise over validation pairs, and as a ranking of the whole catalogue.
 */
export async function exchangeMetrics(
  factors: Factors,
  split: { train: Csr; test: Csr },
  pairs: ValidationPairs,
  onProgress?: OnProgress,
): Promise<ExchangeMetrics> {
  const ranking = await evaluateLists(factors, split.train, split.test, { onProgress });
  await begin(onProgress, "validation pairs");
  const { precisionAt10, recallAt10, ndcgAt10, perUser } = ranking;
  const pointwise = pairMetrics(factors, pairs);
  await begin(onProgress, "validation pairs");
  return { ...pointwise, precisionAt10, recallAt10, ndcgAt10, ndcgPerUser: perUser.ndcgAt10 };
}
