import { usableRows } from "../../metrics/monosemanticity";
import { evaluateLists } from "../../metrics/ranking";
import { type ReconstructionMetrics, reconstructionMetrics } from "../../metrics/reconstruction";
import type { Factors } from "../../mf/factors";
import { begin } from "../../progress";
import { decodeRows, encodeRows, reconstructAll } from "../../sae/encode";
import type { TrainedSae } from "../../sae/train";
import { gatherRows } from "../rows";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { RankingResult } from "./ranking";
import type { SplitResult } from "./split";

/** What is lost when the items are replaced by their reconstructions. */
export interface ReconstructionResult extends ReconstructionMetrics {
  rankingCost: {
    /** NDCG@10 of the original factors minus that with reconstructed items; positive means a price. */
    ndcgAt10: number;
    /** NDCG@10 with reconstructed items and the original users (section 5.1 of the paper). */
    reconstructedNdcgAt10: number;
  };
}

/** Unexplained variance by prefix, sparsity, dead latents, and the ranking cost. */
export function reconstructionStage(
  context: StageContext,
  split: Artifact<SplitResult>,
  factors: Artifact<Factors>,
  sae: Artifact<TrainedSae>,
  ranking: Artifact<RankingResult>,
): Promise<Artifact<ReconstructionResult>> {
  const { train, test } = split.value;
  const { items, d } = factors.value;
  const { weights } = sae.value;
  return runStage(context, {
    stage: "reconstruction",
    phase: "ranking with reconstructed items",
    config: {},
    inputs: { split: split.manifest.hash, factors: factors.manifest.hash, sae: sae.manifest.hash },
    compute: async ({ onProgress }) => {
      const rows = usableRows(items, d);
      const usable = gatherRows(items, d, rows);
      const encoded = encodeRows(weights, usable);
      await begin(onProgress, "reconstruction");
      const metrics = await reconstructionMetrics({
        rows: usable,
        d,
        latents: encoded.latents,
        k: weights.k,
        prefixes: weights.prefixes,
        reconstruct: (prefix) => decodeRows(weights, encoded, prefix),
        onProgress,
      });
      const rebuilt = { ...factors.value, items: await reconstructAll(weights, items, onProgress) };
      const after = await evaluateLists(rebuilt, train, test, { onProgress });
      return {
        ...metrics,
        rankingCost: {
          ndcgAt10: ranking.value.model.ndcgAt10 - after.ndcgAt10,
          reconstructedNdcgAt10: after.ndcgAt10,
        },
      };
    },
  });
}
