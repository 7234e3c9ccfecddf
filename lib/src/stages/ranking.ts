import { begin } from "../base/progress";
import { type AgainstPopularity, againstPopularity } from "../metrics/against-popularity";
import { type PairMetrics, pairMetrics, validationPairs } from "../metrics/pairs";
import { evaluateRanking, type RankingMetrics } from "../metrics/ranking";
import { popularityFactors } from "../mf/popularity";
import type { Factors } from "../records/factors";
import { factors } from "./factors";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** Full ranking of held-out items, and the pointwise figures that the paper quotes. */
export interface RankingResult {
  model: RankingMetrics;
  popularity: RankingMetrics;
  /** Whether the factors beat popularity, by a paired interval over users. */
  againstPopularity: AgainstPopularity;
  pairs: PairMetrics;
}

/** What of the card the factorization gives. */
export interface FactorizationSection {
  mf: {
    kind: string;
    d: number;
    /** Of iALS: what it was fitted with, how many sweeps it took, whether it converged, whether alpha or reg was tuned. */
    alpha?: number;
    reg?: number;
    sweeps?: number;
    converged?: boolean;
    tuned?: boolean;
    ndcgAt10: number;
    recallAt10: number;
    recallAt20: number;
    /** Mean over users of the AUC over all their held-out and untaken items. */
    auc: number;
    /** AUC pooled over validation pairs of all users: the paper's. */
    aucPooled: number;
    /** Users that the AUC is over, and its 95 % interval, where these are a sample. */
    aucUsers?: number;
    aucInterval?: [low: number, high: number];
    accuracy?: number;
    logLoss?: number;
    popularity: { ndcgAt10: number; recallAt20: number; auc: number };
    /** NDCG@10 minus that of popularity; `weak` where its paired 95 % interval over users is not above 0. */
    againstPopularity: { ndcgAt10: { mean: number; low: number; high: number }; weak: boolean };
  };
}

/** Rank every item for every user with a held-out positive, train items masked. */
export const ranking: Stage<RankingResult, undefined, FactorizationSection> = defineStage({
  name: "ranking",
  phase: "ranking",
  needs: { split, factors },
  settings: () => ({}),
  async compute({ split, factors }, { seed, onProgress }) {
    const { users, items, train, test } = split;
    const options = { onProgress, seed };
    const model = await evaluateRanking(factors, train, test, options);
    const popularity = await evaluateRanking(popularityFactors({ users, items, csr: train }), train, test, options);
    const against = await againstPopularity(model, popularity, options);
    const pairs = validationPairs(split, seed);
    await begin(onProgress, "validation pairs");
    return { model, popularity, againstPopularity: against, pairs: pairMetrics(factors, pairs) };
  },
  card({ model, popularity, againstPopularity: against, pairs }, { factors }): FactorizationSection {
    const { ndcgAt10, recallAt10, recallAt20, auc, aucInterval, aucUsers } = model;
    // Accuracy and log loss read scores as log odds, which only the logistic factorization's are.
    const logistic = factors.config.kind === "bce-sgd" ? { accuracy: pairs.accuracy, logLoss: pairs.logLoss } : {};
    return {
      mf: {
        ...{ kind: factors.config.kind, d: factors.d },
        ...fitOf(factors),
        ...{ ndcgAt10, recallAt10, recallAt20, auc, aucPooled: pairs.auc },
        ...(aucInterval ? { aucUsers, aucInterval: [aucInterval.low, aucInterval.high] } : {}),
        ...logistic,
        popularity: { ndcgAt10: popularity.ndcgAt10, recallAt20: popularity.recallAt20, auc: popularity.auc },
        againstPopularity: against,
      },
    };
  },
});

/** What the card says of a fit by iALS. */
function fitOf({ config, fit }: Factors): Partial<FactorizationSection["mf"]> {
  const { kind, alpha, reg, tuned } = config as { kind: string; alpha: number; reg: number; tuned: boolean };
  if (kind !== "ials" || !fit) return {};
  return { alpha, reg, sweeps: fit.objective.length, converged: fit.converged, tuned };
}
