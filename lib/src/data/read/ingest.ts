import { basename, resolve } from "node:path";
import { InputError } from "../../base/errors";
import type { OnProgress } from "../../base/progress";
import { requireSettings } from "../../base/settings";
import { type Dataset, type FunnelStep, funnelStep } from "../../records/dataset";
import type { Interactions } from "../../records/interactions";
import { measure, prune } from "../prune";
import { addHeldOut } from "./add-held-out";
import { cleanCategories } from "./clean-categories";
import { bareItems, collectInteractions, collectItems } from "./collect";
import { list } from "./csv";
import { distinctPairs, type RatingFilter } from "./distinct";
import { type Duck, openDuck } from "./duck";
import { type FilesSource, filesSettings, MAX_REJECTED } from "./files-settings";
import { keepMetadata } from "./keep-metadata";
import { isParquet } from "./parquet-rows";
import { parquetFile, preflight } from "./preflight";
import { type ItemsRead, readItems } from "./read-items";
import { mappingInWords, readRatings } from "./read-ratings";
import { Rejects } from "./rejects";

export type { Dataset, FunnelStep, Skip } from "../../records/dataset";

/** A user's own files; every file may be gzipped. {@link filesSettings} describes each setting. */
export type FileSource = Omit<FilesSource, "maxRejected" | "axis"> &
  Partial<Pick<FilesSource, "maxRejected">> & {
    /** Further columns of the metadata to keep, by name. */
    attributes?: readonly string[];
  };

/** What an ingest may be told beside its source. */
export interface IngestOptions {
  /** Folder for what does not fit into memory, which is made when it is needed, and removed in the end; default: one below the system's own. */
  spill?: string;
  /** Distinct pairs that are held out of the data: they count among the ratings from the pruning on. */
  heldOut?: Interactions;
  /** What the file of interactions is called in messages; default: "ratings". */
  role?: string;
}

/**
 * Read and prune ratings and item metadata. Joined by id only; users and items come sorted by the byte order of their
 * ids, so that the result depends on nothing but the files. Files are parsed and ids numbered inside DuckDB; counting and pruning
 * are typed-array work.
 *
 * @throws InputError one sentence naming the file, and the line where there is one, for anything wrong with the input
 */
export async function ingestFiles(
  source: FileSource,
  onProgress?: OnProgress,
  { spill, heldOut, role = "ratings" }: IngestOptions = {},
): Promise<Dataset> {
  const { maxRejected: allowed = MAX_REJECTED, attributes = [], ...given } = source;
  requireSettings("data", filesSettings, { ...given, maxRejected: allowed });
  const open = (path: string, role: string) =>
    isParquet(path) ? parquetFile(path, role) : preflight(path, role, onProgress);
  const file = await open(source.ratings, role);
  const categories = [source.categories ?? []].flat();
  const itemsPath = source.items ?? (categories.length + attributes.length > 0 ? source.ratings : undefined);
  const oneFile = itemsPath !== undefined && resolve(itemsPath) === resolve(source.ratings);
  const items = oneFile ? file : itemsPath && (await open(itemsPath, "item metadata"));
  const duck = await openDuck({ files: [file.path, ...(items ? [items.path] : [])], spill, onProgress });
  try {
    const rejects = new Rejects(file, role, allowed);
    const read = await readRatings(duck, file, source.columns ?? {}, rejects, role);
    rejects.check();
    const bad = [rejects];
    const skipped = rejects.skips();
    let described: ItemsRead | undefined;
    if (items) {
      // Of one file the bad rows have been counted already.
      const rejected = new Rejects(items, "item metadata", oneFile ? 1 : allowed);
      const options = { item: source.columns?.item, categories, attributes, oneFile };
      described = await readItems(duck, items, options, rejected);
      if (!oneFile) {
        rejected.check();
        bad.push(rejected);
        skipped.push(...rejected.skips());
      }
      skipped.push(...described.skipped);
      if (source.cleanCategories) skipped.push(...(await cleanCategories(duck)));
      await requireSharedIds(duck, source);
    }
    const { ratings } = read;
    const size = [read.userIds.length, read.itemIds.length] as const;
    const filter = source.filter ?? {};
    const distinct = await distinctPairs(ratings, read.userIds, read.itemIds, filter, onProgress, role);
    skipped.push(...distinct.skipped);
    const funnel = [funnelStep("ratings as read", ...size, read.rows)];
    if (distinct.filtered) funnel.push(measure(distinct.matrix, "distinct user–item pairs", filterInWords(filter)));
    else funnel.push(funnelStep("distinct user–item pairs", ...size, distinct.pairs, "any rating is a positive"));
    const counted = { ...read, matrix: distinct.matrix };
    const { matrix, userIds, itemIds } = heldOut ? await addHeldOut(duck, counted, heldOut) : counted;
    if (heldOut) funnel.push(measure(matrix, "with those held out", "users and items are counted over both files"));
    const flags = items ? await keepMetadata(duck, source.prune, itemIds.length) : undefined;
    await onProgress?.({ phase: "pruning", done: 0, total: 1, unit: "passes" });
    const pruned = await prune(matrix, userIds, itemIds, source.prune, flags, onProgress);
    requireSome([...funnel, ...pruned.funnel], source);
    await onProgress?.({ phase: "pruning", done: 1, total: 1, unit: "passes" });
    const { interactions, rowOfItem } = collectInteractions(pruned.matrix, userIds, itemIds);
    const table = items
      ? await collectItems(duck, interactions.items, rowOfItem, { attributes, columns: categories.length })
      : { items: bareItems(interactions.items) };
    return {
      interactions,
      ...table,
      funnel: [...funnel, ...pruned.funnel],
      skipped: [...skipped, ...pruned.skipped],
      source: [source.ratings, ...(items && !oneFile ? [items.path] : [])].map((path) => basename(path)).join(", "),
      mapping: {
        ratings: [mappingInWords(read.mapping), ...read.passed].join("; "),
        ...(described && { items: mappingInWords(described.mapping) }),
      },
      rejects: bad.flatMap(({ listed }) => listed),
      rejected: bad.reduce((sum, { count }) => sum + count, 0),
    };
  } finally {
    duck.close();
  }
}

function filterInWords({ minRating, from, until }: RatingFilter): string {
  const parts = [
    ...(minRating === undefined ? [] : [`rating at least ${minRating}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  return parts.join(", ");
}

async function requireSharedIds(duck: Duck, source: FileSource): Promise<void> {
  const [[shared]] = await duck.rows("SELECT count(*) FROM items JOIN metadata USING (id)");
  if (Number(shared) > 0) return;
  const rated = await duck.rows("SELECT id FROM items ORDER BY id LIMIT 3");
  const described = await duck.rows("SELECT id FROM metadata ORDER BY id LIMIT 3");
  throw new InputError(
    `The item metadata file ${source.items} shares no item id with the ratings file ${source.ratings} (metadata: ${list(described.flat().map(String))}; ratings: ${list(rated.flat().map(String))}): check that both are of the same data and that the item columns are right.`,
  );
}

function requireSome(funnel: readonly FunnelStep[], source: FileSource): void {
  const emptied = funnel.findIndex((step) => step.interactions === 0);
  if (emptied < 0) return;
  const { step, note } = funnel[emptied];
  throw new InputError(
    emptied < 2
      ? `No rating of ${source.ratings} passes the filter (${note}): loosen data.filter.`
      : `No rating of ${source.ratings} is left after pruning to "${step}": lower prune.minUserRatings, prune.minItemRatings or prune.minCategoryItems.`,
  );
}
