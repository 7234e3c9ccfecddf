import { z } from "zod";
import { begin, type OnProgress } from "../base/progress";
import { described, type SettingText, valueText, whole } from "../base/settings";
import { type FunnelStep, funnelStep, type Skip } from "../records/dataset";
import type { TimedCsr } from "../records/interactions";
import { columnCounts, rowCounts } from "../records/interactions";

/** The paper keeps only metadata of this main category: 202,642 of 220,890 rows (arXiv 2606.29341, section 3). */
export const PAPER_MAIN_CATEGORY = "AMAZON FASHION";

/** Settings of the pruning, by name: {@link pruneSettings} describes each. */
export type PruneShape = {
  minUserRatings: z.ZodInt;
  minItemRatings: z.ZodInt;
  minCategoryItems: z.ZodInt;
  mainCategory: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodLiteral<false>]>>;
  iterate: z.ZodOptional<z.ZodBoolean>;
};

/** What is kept. Ratings here are distinct user–item pairs. */
export type PruneConfig = z.infer<z.ZodObject<PruneShape>>;

/** The paper's pruning, section 3: users with three ratings, items with five, categories on forty items. */
export const PAPER_PRUNE: PruneConfig = { minUserRatings: 3, minItemRatings: 5, minCategoryItems: 40 };

const PAPER = "arXiv 2606.29341, section 3";
const atLeastSo = (): z.ZodInt => whole(0, "give a whole number from 0 (0 keeps everything).");
const of = (key: keyof PruneConfig, meaning: string, unit: string, source: string = PAPER): SettingText => ({
  ...{ meaning, unit, source, default: PAPER_PRUNE[key] },
});

/** Each setting of the pruning. */
export const pruneSettings: z.ZodObject<PruneShape, z.core.$strict> = z.strictObject({
  minUserRatings: described(
    atLeastSo(),
    of(
      "minUserRatings",
      "Users with fewer ratings are dropped, counted over ratings and held-out file; 0 or 1 keeps everything, the default where there is a held-out file.",
      "ratings",
    ),
  ),
  minItemRatings: described(
    atLeastSo(),
    of(
      "minItemRatings",
      "Items with fewer ratings are dropped, counted over ratings and held-out file; 0 or 1 keeps everything, the default where there is a held-out file.",
      "ratings",
    ),
  ),
  minCategoryItems: described(
    atLeastSo(),
    of(
      "minCategoryItems",
      "Category names on fewer metadata items are dropped, and then the items that have lost all their names.",
      "items",
    ),
  ),
  mainCategory: described(
    z
      .union([z.string(), z.literal(false)], {
        error: ({ input, path = [] }) =>
          `${path.join(".")} is ${valueText(input)}: give a main category such as "${PAPER_MAIN_CATEGORY}", or false for any.`,
      })
      .optional(),
    of(
      "mainCategory",
      `Only items of this main_category are kept, or with false of any; where nothing is set, ${PAPER_MAIN_CATEGORY} if most rows have it.`,
      "name, or false",
    ),
  ),
  iterate: described(
    z.boolean().optional(),
    of(
      "iterate",
      "The two rating thresholds are repeated until nothing changes (a k-core); the paper takes one pass, with counts on the raw table.",
      "yes or no",
    ),
  ),
});

/** The matrix after pruning, its rows and columns numbered as before, and how it came about. */
export interface Pruned {
  matrix: TimedCsr;
  funnel: FunnelStep[];
  skipped: Skip[];
}

/**
 * Prune distinct pairs: one pass over users and items with counts taken before it, then, where there is metadata, ratings of
 * items without kept metadata, then items without a kept category; iterated, the two thresholds again until nothing changes.
 *
 * @param metadata absent where the ratings came without any
 */
export async function prune(
  pairs: TimedCsr,
  userIds: readonly string[],
  itemIds: readonly string[],
  config: PruneConfig,
  metadata: KeptMetadata | undefined,
  onProgress?: OnProgress,
): Promise<Pruned> {
  const breathe = (): Promise<void> => begin(onProgress, "pruning");
  const skipped = statedBelow(pairs, userIds, itemIds, config);
  await breathe();
  let matrix = threshold(pairs, config);
  await breathe();
  const step = `users with at least ${config.minUserRatings}, items with at least ${config.minItemRatings} ratings`;
  const funnel = [measure(matrix, step, "one pass, counts on the raw table")];
  if (metadata) {
    skipped.push(...metadata.skipped, ...unknownItems(pairs, itemIds, metadata.known), ...metadata.rare);
    await breathe();
    matrix = keepEntries(matrix, undefined, metadata.wanted);
    await breathe();
    const ofMain = metadata.main === undefined ? "" : ` of main category ${metadata.main}`;
    funnel.push(measure(matrix, `items with metadata${ofMain}`));
    const { categorised } = metadata;
    if (categorised) {
      const left = columnCounts(matrix);
      const bare = itemIds.filter((_, item) => left[item] > 0 && categorised[item] === 0);
      skipped.push(...stated("items left without a kept category", bare));
      matrix = keepEntries(matrix, undefined, categorised);
    }
    await breathe();
    funnel.push(measure(matrix, `items with a category on at least ${config.minCategoryItems} items`, metadata.note));
  }
  if (config.iterate) {
    let rounds = 0;
    for (let next = threshold(matrix, config); next.indices.length < matrix.indices.length; rounds++) {
      matrix = next;
      await breathe();
      next = threshold(matrix, config);
    }
    funnel.push(measure(matrix, "thresholds repeated until stable", `${rounds} further rounds`));
  }
  const single = rowCounts(matrix);
  const lonely = userIds.filter((_, user) => single[user] === 1);
  skipped.push(...stated("users left with one item (kept, though never in both train and test)", lonely));
  return { matrix, funnel, skipped };
}

/** Users, items, interactions and density of a matrix; empty rows and columns do not count. */
export function measure(matrix: TimedCsr, step: string, note?: string): FunnelStep {
  return funnelStep(step, filled(rowCounts(matrix)), filled(columnCounts(matrix)), matrix.indices.length, note);
}

function filled(counts: Int32Array): number {
  let found = 0;
  for (let index = 0; index < counts.length; index++) if (counts[index] > 0) found++;
  return found;
}

/** 1 where a count is at least `least`. */
function atLeast(counts: Int32Array, least: number): Uint8Array {
  const enough = new Uint8Array(counts.length);
  for (let index = 0; index < counts.length; index++) if (counts[index] >= least) enough[index] = 1;
  return enough;
}

/** One simultaneous pass of both thresholds. */
function threshold(matrix: TimedCsr, { minUserRatings, minItemRatings }: PruneConfig): TimedCsr {
  return keepEntries(matrix, atLeast(rowCounts(matrix), minUserRatings), atLeast(columnCounts(matrix), minItemRatings));
}

/** The entries whose row and column are kept; the shape stays. */
function keepEntries(matrix: TimedCsr, rows: Uint8Array | undefined, columns: Uint8Array): TimedCsr {
  if ((rows === undefined || rows.every((flag) => flag === 1)) && columns.every((flag) => flag === 1)) return matrix;
  const { indptr, indices, times } = matrix;
  const left = { indptr: new Int32Array(matrix.rows + 1), indices: new Int32Array(indices.length) };
  const leftTimes = times && new Float64Array(indices.length);
  let out = 0;
  for (let row = 0; row < matrix.rows; row++) {
    if (rows === undefined || rows[row] === 1)
      for (let entry = indptr[row]; entry < indptr[row + 1]; entry++) {
        if (columns[indices[entry]] === 0) continue;
        if (leftTimes && times) leftTimes[out] = times[entry];
        left.indices[out++] = indices[entry];
      }
    left.indptr[row + 1] = out;
  }
  return {
    rows: matrix.rows,
    cols: matrix.cols,
    indptr: left.indptr,
    indices: left.indices.slice(0, out),
    ...(leftTimes && { times: leftTimes.slice(0, out) }),
  };
}

function statedBelow(
  pairs: TimedCsr,
  userIds: readonly string[],
  itemIds: readonly string[],
  { minUserRatings, minItemRatings }: PruneConfig,
): Skip[] {
  const [perUser, perItem] = [rowCounts(pairs), columnCounts(pairs)];
  const below = (ids: readonly string[], counts: Int32Array, least: number): string[] =>
    ids.filter((_, index) => counts[index] > 0 && counts[index] < least);
  return [
    ...stated("users with one item, who can never be in both train and test", below(userIds, perUser, 2)),
    ...stated(`users with fewer than ${minUserRatings} ratings`, below(userIds, perUser, minUserRatings)),
    ...stated(`items with fewer than ${minItemRatings} ratings`, below(itemIds, perItem, minItemRatings)),
  ];
}

function unknownItems(pairs: TimedCsr, itemIds: readonly string[], known: Uint8Array): Skip[] {
  const perItem = columnCounts(pairs);
  const unknown = itemIds.filter((_, item) => known[item] === 0 && perItem[item] > 0);
  let ratings = 0;
  for (let item = 0; item < known.length; item++) if (known[item] === 0) ratings += perItem[item];
  return stated("ratings whose item has no metadata", unknown).map((skip) => ({ ...skip, count: ratings }));
}

/** A skip for these ids, none when there are none. */
function stated(reason: string, ids: readonly string[]): Skip[] {
  return ids.length > 0 ? [{ reason, count: ids.length, examples: ids.slice(0, 3) }] : [];
}

/** Which rated items have metadata and categories that are kept; arrays are [items], numbered as in `items(n, id)`. */
export interface KeptMetadata {
  /** 1 where the item has metadata at all. */
  known: Uint8Array;
  /** 1 where it has metadata of the wanted main category. */
  wanted: Uint8Array;
  /** The wanted main category; absent where any is. */
  main?: string;
  /** 1 where it has a kept category; absent where the metadata has no category at all, so that nothing can be lost. */
  categorised?: Uint8Array;
  /** Metadata of another main category, and without a rating. */
  skipped: Skip[];
  /** Category names that are too rare. */
  rare: Skip[];
  note: string;
}
