import { type SplitSummary, splitInteractions, splitSummary } from "../data/split";
import { sampleUsers } from "../mf/bce-sgd";
import type { Csr } from "../records/interactions";
import { data } from "./data";
import { defineStage, type Stage } from "./stage";

/** Train and held-out positives over the same users and items. */
export interface SplitResult {
  users: string[];
  items: string[];
  train: Csr;
  test: Csr;
  summary: SplitSummary;
}

/** Draw users if there are more than asked for, then hold positives out (section 4.1 of the paper: at random). */
export const split: Stage<SplitResult> = defineStage({
  name: "split",
  phase: "splitting",
  needs: { data },
  settings: (config) => config.split,
  compute({ data }, { settings, seed }) {
    const { kind, trainShare, maxUsers } = settings;
    const drawn = sampleUsers(data.interactions, maxUsers, seed);
    const parts = splitInteractions(drawn, { kind, trainShare, seed });
    return { users: drawn.users, items: drawn.items, ...parts, summary: splitSummary(parts) };
  },
});
