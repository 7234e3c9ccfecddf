import { begin } from "../base/progress";
import { evaluateLists } from "../metrics/ranking";
import { type ReconstructionMetrics, reconstructionMetrics } from "../metrics/reconstruction";
import { gatherRows } from "../records/matrix";
import { decodeRows, encodeRows, reconstructAll } from "../sae/encode";
import { factors } from "./factors";
import { ranking } from "./ranking";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** What is lost when the items are replaced by their reconstructions. */
export interface ReconstructionResult extends ReconstructionMetrics {
  rankingCost: {
    /** NDCG@10 of the original factors minus that with reconstructed items; positive means a price. */
    ndcgAt10: number;
    /** NDCG@10 with reconstructed items and the original users (section 5.1 of the paper). */
    reconstructedNdcgAt10: number;
  };
}

/** What of the card the autoencoder gives. */
export interface AutoencoderSection {
  backend: string;
  sae: {
    k: number;
    prefixes: number[];
    epochs: number;
    fvu: number;
    fvuPerPrefix: number[];
    l0: number;
    dead: number;
    finalLoss: number;
    rankingCost: { ndcgAt10: number };
  };
}

/** Unexplained variance by prefix, sparsity, dead latents, and the ranking cost. */
export const reconstruction: Stage<ReconstructionResult, undefined, AutoencoderSection> = defineStage({
  name: "reconstruction",
  phase: "ranking with reconstructed items",
  needs: { split, factors, sae, ranking },
  settings: () => ({}),
  async compute({ split, factors, sae, ranking }, { onProgress }) {
    const { items, d } = factors;
    const { weights } = sae;
    const usable = gatherRows(items, d, scoredItems(factors, split));
    const encoded = encodeRows(weights, usable);
    await begin(onProgress, "reconstruction");
    const metrics = await reconstructionMetrics({
      ...{ rows: usable, d, latents: encoded.latents, k: weights.k, prefixes: weights.prefixes, onProgress },
      reconstruct: (prefix) => decodeRows(weights, encoded, prefix),
    });
    const rebuilt = { ...factors, items: await reconstructAll(weights, items, onProgress) };
    const after = await evaluateLists(rebuilt, split.train, split.test, { onProgress });
    return {
      ...metrics,
      rankingCost: {
        ndcgAt10: ranking.model.ndcgAt10 - after.ndcgAt10,
        reconstructedNdcgAt10: after.ndcgAt10,
      },
    };
  },
  card({ fvu, fvuPerPrefix, l0, dead, rankingCost }, { sae }): AutoencoderSection {
    const { weights, history, backend } = sae;
    return {
      backend,
      sae: {
        k: weights.k,
        prefixes: weights.prefixes,
        epochs: history.length,
        fvu,
        fvuPerPrefix: [...fvuPerPrefix],
        l0,
        dead,
        finalLoss: history[history.length - 1].total,
        rankingCost: { ndcgAt10: rankingCost.ndcgAt10 },
      },
    };
  },
});
