import { basename } from "node:path";
import { InputError, requireInput } from "../errors";
import type { OnProgress } from "../progress";
import { bareItems, collectInteractions, collectItems } from "./collect";
import { list } from "./csv";
import type { Dataset } from "./dataset";
import { type Duck, openDuck } from "./duck";
import { preflight } from "./preflight";
import { checkPrune, type PruneConfig, prune } from "./prune";
import { type CategoryColumn, readItems } from "./read-items";
import { type Columns, readRatings } from "./read-ratings";

export type { Dataset, FunnelStep, Skip } from "./dataset";

/** A user's own files; every file may be gzipped. */
export interface FileSource {
  kind: "files";
  /** CSV or TSV with a header. */
  ratings: string;
  /** JSON lines, or CSV/TSV when the name says so; without it, items have ids only. */
  items?: string;
  columns?: Columns;
  categories?: CategoryColumn;
  prune: PruneConfig;
}

/**
 * Read and prune ratings and item metadata. Joined by id only; users and items come sorted by the byte order of their
 * ids, so that the result depends on nothing but the files. Counting and pruning happen inside DuckDB, and only integer
 * columns and the ids that remain come out.
 *
 * @throws InputError one sentence naming the file, and the line where there is one, for anything wrong with the input
 */
export async function ingestFiles(source: FileSource, onProgress?: OnProgress): Promise<Dataset> {
  checkPrune(source.prune);
  const ratings = await preflight(source.ratings, "ratings", onProgress);
  const items = source.items === undefined ? undefined : await preflight(source.items, "item metadata", onProgress);
  const duck = await openDuck(onProgress);
  try {
    const read = await readRatings(duck, ratings, source.columns ?? {});
    const skipped = [...read.skipped];
    if (items) {
      skipped.push(...(await readItems(duck, items, source.columns?.item, source.categories)));
      await requireSharedIds(duck, source);
    }
    const pruned = await prune(duck, source.prune, items !== undefined);
    requireSome(pruned.funnel, source);
    const interactions = await collectInteractions(duck);
    return {
      interactions,
      items: items ? await collectItems(duck, interactions.items) : bareItems(interactions.items),
      funnel: [...read.funnel, ...pruned.funnel],
      skipped: [...skipped, ...pruned.skipped],
      source: [source.ratings, source.items].flatMap((file) => (file === undefined ? [] : [basename(file)])).join(", "),
    };
  } finally {
    duck.close();
  }
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

function requireSome(funnel: readonly { step: string; interactions: number }[], source: FileSource): void {
  const emptied = funnel.find((step) => step.interactions === 0);
  requireInput(
    emptied === undefined,
    `No rating of ${source.ratings} is left after pruning to "${emptied?.step}": lower prune.minUserRatings, prune.minItemRatings or prune.minCategoryItems.`,
  );
}
