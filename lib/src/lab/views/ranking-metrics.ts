/** The figures of a ranking that are drawn, by the name that a reader sees. */
export const RANKING_METRICS = {
  "NDCG@10": "ndcgAt10",
  "recall@10": "recallAt10",
  "recall@20": "recallAt20",
  "mean AUC": "auc",
} as const;
