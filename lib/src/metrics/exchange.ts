import type { Csr } from "../data/interactions";
import { type ListEffect, listEffect } from "../interventions/effects";
import type { Factors } from "../mf/factors";
import { type PairMetrics, pairMetrics, type ValidationPairs } from "../mf/pairs";
import { begin, type OnProgress } from "../progress";
import { evaluateLists } from "./ranking";
import { topK } from "./top-k";

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

/** How alike two recommenders' lists are, means over users. */
export interface ListAgreement {
  users: number;
  /** Share of the first list that is also in the second. */
  overlap: number;
  /** Mean absolute difference of rank over shared items, over users who share one; NaN where none does. */
  rankShift: number;
}

/** Compare two recommenders' top-k lists for some users, train items masked (arXiv 2606.29341, Table 2: 20 users, k = 10). */
export async function listAgreement(
  a: Factors,
  b: Factors,
  train: Csr,
  users: ArrayLike<number>,
  k: number,
  onProgress?: OnProgress,
): Promise<ListAgreement> {
  const untagged = a.itemIds.map(() => "neutral" as const);
  const effects: ListEffect[] = [];
  for (const user of Array.from(users)) {
    const mask = train.indices.subarray(train.indptr[user], train.indptr[user + 1]);
    effects.push(listEffect(topK(a, user, k, mask).items, topK(b, user, k, mask).items, untagged));
    await onProgress?.({ phase: "lists", done: effects.length, total: users.length, unit: "users" });
  }
  const shifts = effects.map(({ rankShift }) => rankShift).filter(Number.isFinite);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { users: users.length, overlap: mean(effects.map(({ overlap }) => overlap)), rankShift: mean(shifts) };
}
