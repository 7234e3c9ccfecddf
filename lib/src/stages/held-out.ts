import { basename } from "node:path";
import { requireFile } from "../base/input-file";
import { type FilesSource, MAX_REJECTED } from "../data/read/files-settings";
import { type Dataset, ingestFiles } from "../data/read/ingest";
import type { LabConfig } from "./config";
import { defineStage, type Stage } from "./stage";

/** How the ratings are read holds for what is held out of them as well. */
type HeldOutSettings = Pick<FilesSource, "columns" | "filter" | "maxRejected"> & { file: string };

/** The interactions of a file that are held out in place of a draw: distinct pairs, nothing pruned, with its bad rows. */
export const heldOut: Stage<Dataset> = defineStage({
  name: "held-out",
  phase: "reading held-out interactions",
  needs: {},
  settings({ data, split }: LabConfig): HeldOutSettings {
    const file = basename(split.heldOut ?? "");
    if (data.kind !== "files") return { file, maxRejected: MAX_REJECTED };
    const { columns, filter, maxRejected } = data;
    return { file, maxRejected, ...(columns ? { columns } : {}), ...(filter ? { filter } : {}) };
  },
  files({ split: { heldOut } }): Record<string, string> {
    if (heldOut === undefined) return {};
    requireFile(heldOut, "The file of held-out interactions");
    return { heldOut };
  },
  runs: ({ split }) => split.heldOut !== undefined,
  compute(_inputs, { settings: { file: _file, ...settings }, files, spill, onProgress }): Promise<Dataset> {
    const prune = { minUserRatings: 0, minItemRatings: 0, minCategoryItems: 0 };
    const source = { kind: "files" as const, ratings: files.heldOut, prune, ...settings };
    return ingestFiles(source, onProgress, { spill, role: "held-out" });
  },
});
