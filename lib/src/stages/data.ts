import { basename } from "node:path";
import { requireFile } from "../base/input-file";
import { generatePlanted, type PlantedTruth } from "../data/planted";
import { type Dataset, ingestFiles } from "../data/read/ingest";
import { rejectsCsv } from "../data/read/rejects";
import type { FilesSource, PlantedSource } from "./config";
import { heldOut } from "./held-out";
import { defineStage, optional, type Stage } from "./stage";

/** The data, with what was planted where it was planted. */
export type LabData = Dataset & { truth?: PlantedTruth };

/** What of the card the data gives. */
export interface DataSection {
  data: { users: number; items: number; interactions: number; categories: number; source: string };
}

/** Ingested and pruned data, or generated data with its truth. Held-out interactions of a file are among those of the ratings. */
export const data: Stage<LabData, undefined, DataSection> = defineStage({
  name: "data",
  phase: ({ kind }: PlantedSource | FilesSource) => (kind === "planted" ? "planting data" : "reading data"),
  needs: { heldOut: optional(heldOut) },
  settings: ({ data: { axis, ...rest } }) => (rest.kind === "files" ? withoutFolders(rest, axis?.column) : rest),
  files({ data }): Record<string, string> {
    if (data.kind !== "files") return {};
    const { ratings, items } = data;
    requireFile(ratings, "The ratings file");
    if (items === undefined) return { ratings };
    requireFile(items, "The item metadata file");
    return { ratings, items };
  },
  async compute({ heldOut }, { settings, files, seed, spill, onProgress }): Promise<LabData> {
    if (settings.kind === "files") {
      const options = { spill, heldOut: heldOut?.interactions };
      return withWordsOf(await ingestFiles({ ...settings, ...files }, onProgress, options), heldOut);
    }
    const { kind: _kind, ...planted } = settings;
    const { dataset, truth } = await generatePlanted({ ...planted, seed }, onProgress);
    return { ...withWordsOf(dataset, heldOut), truth };
  },
  texts: ({ rejects = [] }): Record<string, string> =>
    rejects.length > 0 ? { "rejects.csv": rejectsCsv(rejects) } : {},
  card: ({ interactions, items, source }): DataSection => ({
    data: {
      users: interactions.users.length,
      items: interactions.items.length,
      interactions: interactions.csr.indices.length,
      categories: items.categoryNames.length,
      source,
    },
  }),
});

/** The data, with what is to be said of the file of held-out interactions: its bad rows, its columns, what was left out of it. */
function withWordsOf(data: Dataset, heldOut: Dataset | undefined): Dataset {
  if (heldOut === undefined) return data;
  const { skipped, source, mapping, rejects = [], rejected = 0 } = heldOut;
  const said = skipped.map((skip) => ({
    ...skip,
    reason: `of the held-out file: ${skip.reason.replace("rows of the held-out: ", "")}`,
  }));
  return {
    ...data,
    skipped: [...data.skipped, ...said],
    source: `${data.source}, held out: ${source}`,
    mapping: { ...data.mapping, "held-out": mapping?.ratings },
    rejects: [...(data.rejects ?? []), ...rejects],
    rejected: (data.rejected ?? 0) + rejected,
  };
}

/** Files are known by their name and content: how a file is read can depend on how its name ends, and the result states the name. */
function withoutFolders(
  { ratings, items, ...rest }: Omit<FilesSource, "axis">,
  column: string | undefined,
): Omit<FilesSource, "axis"> & { attributes?: string[] } {
  return {
    ...rest,
    ratings: basename(ratings),
    ...(items === undefined ? {} : { items: basename(items) }),
    // Of an axis, which is made of what was read, the data has to know the column alone.
    ...(column === undefined ? {} : { attributes: [column] }),
  };
}
