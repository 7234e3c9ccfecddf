import type { Dataset } from "../../data/ingest";
import type { Csr } from "../../data/interactions";
import { type SplitSummary, splitInteractions, splitSummary } from "../../data/split";
import { sampleUsers } from "../../mf/bce-sgd";
import type { LabConfig } from "../config";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";

/** Train and held-out positives over the same users and items. */
export interface SplitResult {
  users: string[];
  items: string[];
  train: Csr;
  test: Csr;
  summary: SplitSummary;
}

/** Draw users if there are more than asked for, then hold positives out (section 4.1 of the paper: at random). */
export function splitStage(
  context: StageContext,
  config: LabConfig,
  data: Artifact<Dataset>,
): Promise<Artifact<SplitResult>> {
  return runStage(context, {
    stage: "split",
    phase: "splitting",
    config: config.split,
    inputs: { data: data.manifest.hash },
    compute: async () => {
      const drawn = sampleUsers(data.value.interactions, config.split.maxUsers, context.seed);
      const split = splitInteractions(drawn, {
        kind: config.split.kind,
        trainShare: config.split.trainShare,
        seed: context.seed,
      });
      return { users: drawn.users, items: drawn.items, ...split, summary: splitSummary(split) };
    },
  });
}
