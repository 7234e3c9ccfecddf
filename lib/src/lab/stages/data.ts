import { basename } from "node:path";
import type { Dataset } from "../../data/ingest";
import { ingestFiles } from "../../data/ingest";
import { generatePlanted, type PlantedTruth } from "../../data/planted";
import { rejectsCsv } from "../../data/rejects";
import { requireFile, unchanged } from "../../input-file";
import type { FilesSource, LabConfig } from "../config";
import { sha256File } from "../hash";
import { temporaryPath } from "../owner";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";

/** Ingested and pruned data, or generated data with its truth. */
export async function dataStage(
  context: StageContext,
  config: LabConfig,
): Promise<Artifact<Dataset & { truth?: PlantedTruth }>> {
  const source = config.data;
  if (source.kind === "planted") {
    const { kind: _kind, ...planted } = source;
    return runStage(context, {
      stage: "data",
      phase: "planting data",
      config: source,
      inputs: {},
      compute: async ({ onProgress }) => {
        const { dataset, truth } = await generatePlanted({ ...planted, seed: context.seed }, onProgress);
        return { ...dataset, truth };
      },
    });
  }
  requireFile(source.ratings, "The ratings file");
  if (source.items !== undefined) requireFile(source.items, "The item metadata file");
  // What is stored under a file's checksum must have been read from those very bytes.
  const requireUnchanged = unchanged({ ratings: source.ratings, "item metadata": source.items });
  return runStage(context, {
    stage: "data",
    phase: "reading data",
    config: withoutFolders(source),
    inputs: await checksums(source),
    compute: async ({ onProgress }) => {
      const dataset = await ingestFiles(source, onProgress, { spill: temporaryPath(context.store.root, "duckdb") });
      requireUnchanged();
      return dataset;
    },
    texts: ({ rejects = [] }): Record<string, string> =>
      rejects.length > 0 ? { "rejects.csv": rejectsCsv(rejects) } : {},
  });
}

/** Files are known by their name and content: the same file elsewhere is the same data. */
async function checksums(source: FilesSource): Promise<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const key of ["ratings", "items"] as const) {
    const file = source[key];
    if (file !== undefined) inputs[key] = await sha256File(file).catch(() => "unreadable");
  }
  return inputs;
}

/** How a file is read can depend on how its name ends, and the result states the name. */
function withoutFolders({ ratings, items, ...rest }: FilesSource): unknown {
  return { ...rest, ratings: basename(ratings), ...(items === undefined ? {} : { items: basename(items) }) };
}
