import { basename } from "node:path";
import { requireFile } from "../base/input-file";
import { FILES_DEFAULTS } from "../data/read/files-settings";
import { ingestFiles } from "../data/read/ingest";
import { sampleUsers } from "../data/sample-users";
import { holdOut, type SplitSummary, splitInteractions, splitSummary } from "../data/split";
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

/** Draw users if there are more than asked for, then hold positives out (section 4.1 of the paper: at random), or those of a file. */
export const split: Stage<SplitResult> = defineStage({
  name: "split",
  phase: "splitting",
  needs: { data },
  settings({ split: { heldOut, ...drawing }, data: source }) {
    if (heldOut === undefined) return drawing;
    const columns = source.kind === "files" ? source.columns : undefined;
    return { maxUsers: drawing.maxUsers, heldOut: basename(heldOut), ...(columns ? { columns } : {}) };
  },
  files({ split: { heldOut } }): Record<string, string> {
    if (heldOut === undefined) return {};
    requireFile(heldOut, "The file of held-out interactions");
    return { heldOut };
  },
  async compute({ data }, { settings, seed, files, spill, warn, onProgress }): Promise<SplitResult> {
    const drawn = sampleUsers(data.interactions, settings.maxUsers, seed);
    const { users, items } = drawn;
    if (!("heldOut" in settings)) {
      const parts = splitInteractions(drawn, { ...settings, seed });
      return { users, items, ...parts, summary: splitSummary(parts) };
    }
    const source = { ...UNPRUNED, ratings: files.heldOut, ...(settings.columns ? { columns: settings.columns } : {}) };
    const { interactions } = await ingestFiles(source, onProgress, { spill });
    const { unknown, ...parts } = holdOut(drawn, interactions);
    if (unknown > 0)
      warn(`${unknown.toLocaleString("en")} held-out interactions are left out: the data has not their user or item.`);
    return { users, items, ...parts, summary: splitSummary(parts) };
  },
});

/** Every row of a file counts. */
const UNPRUNED = { ...FILES_DEFAULTS, prune: { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0 } };
