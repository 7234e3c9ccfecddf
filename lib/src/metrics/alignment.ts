import { InputError, requireInput } from "../base/errors";
import { begin, type OnProgress } from "../base/progress";
import { byLatent } from "../records/activations";
import type { Items } from "../records/items";
import type { Latents } from "../records/sae-weights";
import { benjaminiHochberg, benjaminiYekutieli } from "./fdr";
import { halfOf } from "./half-split";
import {
  bestThreshold,
  type CategoryScores,
  f1At,
  type LabelledItems,
  labelledItems,
  rankActivations,
  scoreCategories,
  withCategories,
} from "./labelled-items";
import { type RankSumMethod, rankSumTest } from "./rank-sum";

/** The best category of one latent: chosen by nAP on half A, everything here measured on half B. */
export interface LatentAlignment {
  latent: number;
  /** Name of the category. */
  best: string;
  auroc: number;
  averagePrecision: number;
  /** Share of half B's items in the category. */
  prevalence: number;
  /** Mean average precision of this latent were the labels shuffled, a little above the prevalence (see `chanceAp`). */
  chance: number;
  /** (AP − chance)/(1 − chance): 0 = luck, 1 = perfect. */
  nap: number;
  /** AP / prevalence. */
  lift: number;
  /** F1 at the threshold that was best on half A. */
  f1: number;
  /** Benjamini–Hochberg over all pairs tested. */
  q: number;
  /** Benjamini–Yekutieli, which holds although categories nest. */
  qBy: number;
}

/** The best latent of one category: chosen by nAP on half A, measured on half B. */
export interface CategoryAlignment {
  category: string;
  latent: number;
  auroc: number;
  nap: number;
  prevalence: number;
}

/** What an encoder's latents have to do with the categories. */
export interface Alignment {
  /** Categories that were large enough, and not nearly everything. */
  categories: number;
  categoriesLeftOut: number;
  /** Items in half A and half B. */
  itemsA: number;
  itemsB: number;
  /** Latent × category pairs that were tested. */
  pairs: number;
  /** How their p-values were found, by method: see `rankSumTest`. */
  pairsBy: Record<RankSumMethod, number>;
  /** Pairs with Benjamini–Hochberg q below the level. */
  significant: number;
  /** The same by Benjamini–Yekutieli. */
  significantBy: number;
  /** Mean over categories of the best latent's nAP. */
  meanBestNap: number;
  /**
   * Latents that tell a category apart: the category chosen by AUROC on half A, its AUROC above 0.8 on half B with q below
   * the level. Generous to encoders that learned nothing, which nAP is not.
   */
  latentsAbove8: number;
  /** Latents that fire in both halves, by index. */
  perLatent: LatentAlignment[];
  perCategory: CategoryAlignment[];
  /** [categories] nAP of the best latent, in the order of `matrix.categories`; 0 where no latent fires. `meanBestNap` is their mean. */
  napByCategory: Float64Array;
  /** nAP of every live latent with every category, [latents, categories] row-major, on half A and on half B. */
  matrix: { latents: number[]; categories: string[]; napA: Float64Array; napB: Float64Array };
}

/** Settings of {@link alignment}. */
export interface AlignmentOptions {
  /** Rows of `latents` that count; default: all. Items that are exactly zero are left out through this. */
  rows?: Int32Array;
  /** Level of the false discovery rate. */
  q: number;
  onProgress?: OnProgress;
}

/**
 * Score every latent against every category: choose on half A of the items, measure on half B.
 *
 * A category is left out when it has fewer than max(10, min(50, n/200)) items in either half, or more than 90 % of either half's
 * items. Average precision counts tie groups at their end, and nAP is 0 where shuffled labels have it on average; p is the one-sided
 * rank-sum test, exact for sparse latents and small categories.
 *
 * @throws InputError when activations and metadata are not of the same items in the same order
 */
export async function alignment(latents: Latents, items: Items, options: AlignmentOptions): Promise<Alignment> {
  requireSameItems(latents, items);
  const rows = options.rows ?? Int32Array.from(latents.itemIds.keys());
  const { a, b, tested } = halves(items, latents.itemIds, rows);
  await begin(options.onProgress, "alignment");
  const { k } = latents;
  const columns = byLatent(latents.values, k);
  await begin(options.onProgress, "alignment");
  const p = new Float64Array(k * tested.length).fill(Number.NaN);
  const napA = new Float64Array(k * tested.length).fill(Number.NaN);
  const pairsBy: Record<RankSumMethod, number> = { exact: 0, conditional: 0 };
  const measured: CategoryScores[] = [];
  const live: number[] = [];
  const bestOf: number[] = [];
  const bestByAuroc: number[] = [];
  const f1: number[] = [];
  for (let latent = 0; latent < k; latent++) {
    const column = columns.subarray(latent * items.ids.length, (latent + 1) * items.ids.length);
    const [rankedA, rankedB] = [a, b].map(({ rows: own }) => rankActivations(picked(column, own)));
    // A latent that does not vary in one of the halves is left out.
    if (rankedA.order.length === 0 || rankedB.order.length === 0) continue;
    live.push(latent);
    const [scoresA, scoresB] = [scoreCategories(rankedA, a), scoreCategories(rankedB, b)];
    napA.set(scoresA.nap, latent * tested.length);
    const test = rankSumTest(b.rows.length, rankedB.order.length);
    for (let index = 0; index < tested.length; index++) {
      const found = test({ positives: b.sizes[index], hits: scoresB.hits[index], ranks: scoresB.ranks[index] });
      p[latent * tested.length + index] = found.p;
      pairsBy[found.method]++;
    }
    measured[latent] = scoresB;
    const best = argmax(scoresA.nap);
    bestOf[latent] = best;
    bestByAuroc[latent] = argmax(scoresA.auroc);
    if (tested.length > 0) f1[latent] = f1At(rankedB, b, best, bestThreshold(rankedA, a, best));
    await options.onProgress?.({ phase: "alignment", done: latent + 1, total: k, unit: "latents" });
  }
  const q = benjaminiHochberg(p);
  const qBy = benjaminiYekutieli(p);
  const perLatent =
    tested.length === 0
      ? []
      : live.map((latent): LatentAlignment => {
          const index = bestOf[latent];
          const scores = measured[latent];
          const prevalence = b.sizes[index] / b.rows.length;
          return {
            latent,
            best: items.categoryNames[tested[index]],
            auroc: scores.auroc[index],
            averagePrecision: scores.averagePrecision[index],
            prevalence,
            chance: scores.chance[index],
            nap: scores.nap[index],
            lift: scores.averagePrecision[index] / prevalence,
            f1: f1[latent],
            q: q[latent * tested.length + index],
            qBy: qBy[latent * tested.length + index],
          };
        });
  const perCategory =
    live.length === 0
      ? []
      : tested.map((category, index): CategoryAlignment => {
          const latent = live[argmax(Float64Array.from(live, (one) => napA[one * tested.length + index]))];
          return {
            category: items.categoryNames[category],
            latent,
            auroc: measured[latent].auroc[index],
            nap: measured[latent].nap[index],
            prevalence: b.sizes[index] / b.rows.length,
          };
        });
  const napByCategory = Float64Array.from(tested, (_, index) => perCategory[index]?.nap ?? 0);
  return {
    categories: tested.length,
    categoriesLeftOut: items.categoryNames.length - tested.length,
    itemsA: a.rows.length,
    itemsB: b.rows.length,
    pairs: live.length * tested.length,
    pairsBy,
    significant: q.filter((value) => value < options.q).length,
    significantBy: qBy.filter((value) => value < options.q).length,
    meanBestNap: napByCategory.reduce((sum, nap) => sum + nap, 0) / Math.max(1, tested.length),
    latentsAbove8: live.filter(
      (latent) =>
        tested.length > 0 &&
        measured[latent].auroc[bestByAuroc[latent]] > 0.8 &&
        q[latent * tested.length + bestByAuroc[latent]] < options.q,
    ).length,
    perLatent,
    perCategory,
    napByCategory,
    matrix: {
      latents: live,
      categories: tested.map((category) => items.categoryNames[category]),
      napA: Float64Array.from(
        live.flatMap((latent) => [...napA.subarray(latent * tested.length, (latent + 1) * tested.length)]),
      ),
      napB: Float64Array.from(live.flatMap((latent) => [...measured[latent].nap])),
    },
  };
}

function requireSameItems(latents: Latents, items: Items): void {
  requireInput(
    latents.itemIds.length === items.ids.length,
    `There are activations of ${latents.itemIds.length} items but metadata of ${items.ids.length}: join both by id first.`,
  );
  const index = latents.itemIds.findIndex((id, row) => id !== items.ids[row]);
  if (index >= 0)
    throw new InputError(
      `Row ${index} is item ${latents.itemIds[index]} in the activations but ${items.ids[index]} in the metadata: join both by id first.`,
    );
}

/** Both halves of the items, with the categories that are large enough in each. */
function halves(
  items: Items,
  ids: readonly string[],
  rows: Int32Array,
): { a: LabelledItems; b: LabelledItems; tested: number[] } {
  const inB = Uint8Array.from(rows, (row) => (halfOf(ids[row]) === "B" ? 1 : 0));
  const [a, b] = [0, 1].map((half) =>
    labelledItems(
      items,
      rows.filter((_, index) => inB[index] === half),
    ),
  );
  const least = Math.max(10, Math.min(50, rows.length / 200));
  const tested = [...items.categoryNames.keys()].filter((category) => {
    const [inHalfA, inHalfB] = [a.sizes[category], b.sizes[category]];
    // Of each half: a category that is all of one has nothing to be told from there.
    return Math.min(inHalfA, inHalfB) >= least && inHalfA <= 0.9 * a.rows.length && inHalfB <= 0.9 * b.rows.length;
  });
  return { a: withCategories(a, tested), b: withCategories(b, tested), tested };
}

function picked(column: Float32Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) out[index] = column[rows[index]];
  return out;
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}
