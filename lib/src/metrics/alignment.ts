import type { Csr } from "../data/interactions";
import { transposeCsr } from "../data/interactions";
import type { Items } from "../data/items";
import { InputError, requireInput } from "../errors";
import type { OnProgress } from "../progress";
import type { Latents } from "../sae/weights";
import { aurocOfRankSum, type RankedColumn, rankColumn } from "./auroc";
import { averagePrecision, normalizedAp } from "./average-precision";
import { benjaminiHochberg, benjaminiYekutieli, rankSumP } from "./fdr";
import { halfOf } from "./halves";

/** The best category of one latent: chosen by nAP on half A, everything here measured on half B. */
export interface LatentAlignment {
  latent: number;
  /** Name of the category. */
  best: string;
  auroc: number;
  averagePrecision: number;
  /** Share of half B's items in the category: the average precision of luck. */
  prevalence: number;
  /** (AP − prevalence)/(1 − prevalence): 0 = luck, 1 = perfect. */
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

/** One half of the items, with everything that is needed to score a pair quickly. */
interface Half {
  /** Rows of `latents`. */
  rows: Int32Array;
  /** Category → positions within this half. */
  members: Csr;
}

/**
 * Score every latent against every category: choose on half A of the items, measure on half B.
 *
 * A category is left out when it has fewer than max(10, min(50, n/200)) items in either half, or more than 90 % of the
 * items. Average precision counts tie groups at their end; p is the one-sided rank-sum test with tie correction.
 *
 * @throws InputError when activations and metadata are not of the same items in the same order
 */
export async function alignment(latents: Latents, items: Items, options: AlignmentOptions): Promise<Alignment> {
  requireSameItems(latents, items);
  const rows = options.rows ?? Int32Array.from(latents.itemIds.keys());
  const [a, b] = (["A", "B"] as const).map((half) =>
    makeHalf(
      items,
      rows.filter((row) => halfOf(latents.itemIds[row]) === half),
    ),
  );
  const { kept, leftOut } = eligible(items, a, b, rows.length);
  const { k } = latents;
  const p = new Float64Array(k * kept.length).fill(Number.NaN);
  const napA = new Float64Array(k * kept.length).fill(Number.NaN);
  const measured: PairScores[] = [];
  const columns = (half: Half, latent: number): Float64Array =>
    Float64Array.from(half.rows, (row) => latents.values[row * k + latent]);
  const thresholds: number[] = [];
  const live: number[] = [];
  const bestOf: number[] = [];
  const bestByAuroc: number[] = [];
  for (let latent = 0; latent < k; latent++) {
    const [valuesA, valuesB] = [columns(a, latent), columns(b, latent)];
    if (!varies(valuesA) || !varies(valuesB)) continue;
    live.push(latent);
    const scoresA = scorePairs(rankColumn(valuesA), a, kept);
    const scoresB = scorePairs(rankColumn(valuesB), b, kept);
    napA.set(scoresA.nap, latent * kept.length);
    p.set(scoresB.p, latent * kept.length);
    measured[latent] = scoresB;
    bestOf[latent] = argmax(scoresA.nap);
    bestByAuroc[latent] = argmax(scoresA.auroc);
    if (kept.length > 0) thresholds[latent] = bestThreshold(valuesA, membersOf(a, kept[bestOf[latent]]));
    await options.onProgress?.({ phase: "alignment", done: latent + 1, total: k, unit: "latents" });
  }
  const q = benjaminiHochberg(p);
  const qBy = benjaminiYekutieli(p);
  const perLatent =
    kept.length === 0
      ? []
      : live.map((latent): LatentAlignment => {
          const at = bestOf[latent];
          const scores = measured[latent];
          const prevalence = membersOf(b, kept[at]).length / b.rows.length;
          return {
            latent,
            best: items.categoryNames[kept[at]],
            auroc: scores.auroc[at],
            averagePrecision: scores.ap[at],
            prevalence,
            nap: scores.nap[at],
            lift: scores.ap[at] / prevalence,
            f1: f1At(columns(b, latent), membersOf(b, kept[at]), thresholds[latent]),
            q: q[latent * kept.length + at],
            qBy: qBy[latent * kept.length + at],
          };
        });
  const perCategory =
    live.length === 0
      ? []
      : kept.map((category, at): CategoryAlignment => {
          const latent = live[argmax(Float64Array.from(live, (one) => napA[one * kept.length + at]))];
          return {
            category: items.categoryNames[category],
            latent,
            auroc: measured[latent].auroc[at],
            nap: measured[latent].nap[at],
            prevalence: membersOf(b, category).length / b.rows.length,
          };
        });
  return {
    categories: kept.length,
    categoriesLeftOut: leftOut,
    itemsA: a.rows.length,
    itemsB: b.rows.length,
    pairs: live.length * kept.length,
    significant: q.filter((value) => value < options.q).length,
    significantBy: qBy.filter((value) => value < options.q).length,
    meanBestNap: perCategory.reduce((sum, { nap }) => sum + nap, 0) / Math.max(1, perCategory.length),
    latentsAbove8: live.filter(
      (latent) =>
        kept.length > 0 &&
        measured[latent].auroc[bestByAuroc[latent]] > 0.8 &&
        q[latent * kept.length + bestByAuroc[latent]] < options.q,
    ).length,
    perLatent,
    perCategory,
    matrix: {
      latents: live,
      categories: kept.map((category) => items.categoryNames[category]),
      napA: Float64Array.from(
        live.flatMap((latent) => [...napA.subarray(latent * kept.length, (latent + 1) * kept.length)]),
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
  const at = latents.itemIds.findIndex((id, row) => id !== items.ids[row]);
  if (at >= 0)
    throw new InputError(
      `Row ${at} is item ${latents.itemIds[at]} in the activations but ${items.ids[at]} in the metadata: join both by id first.`,
    );
}

function makeHalf(items: Items, rows: Int32Array): Half {
  const { indptr, indices, cols } = items.categories;
  const position = new Int32Array(items.ids.length).fill(-1);
  rows.forEach((row, at) => {
    position[row] = at;
  });
  const starts = new Int32Array(rows.length + 1);
  const columns: number[] = [];
  rows.forEach((row, at) => {
    for (let p = indptr[row]; p < indptr[row + 1]; p++) columns.push(indices[p]);
    starts[at + 1] = columns.length;
  });
  const members = transposeCsr({ rows: rows.length, cols, indptr: starts, indices: Int32Array.from(columns) });
  return { rows, members };
}

const membersOf = ({ members }: Half, category: number): Int32Array =>
  members.indices.subarray(members.indptr[category], members.indptr[category + 1]);

function eligible(items: Items, a: Half, b: Half, n: number): { kept: number[]; leftOut: number } {
  const least = Math.max(10, Math.min(50, n / 200));
  const kept = items.categoryNames
    .map((_, category) => category)
    .filter((category) => {
      const [inA, inB] = [membersOf(a, category).length, membersOf(b, category).length];
      return inA >= least && inB >= least && inA + inB <= 0.9 * n;
    });
  return { kept, leftOut: items.categoryNames.length - kept.length };
}

interface PairScores {
  auroc: Float64Array;
  ap: Float64Array;
  nap: Float64Array;
  p: Float64Array;
}

/** One latent against all categories, each from its own items alone. */
function scorePairs(ranked: RankedColumn, half: Half, kept: readonly number[]): PairScores {
  const n = half.rows.length;
  const make = (): Float64Array => new Float64Array(kept.length);
  const scores: PairScores = { auroc: make(), ap: make(), nap: make(), p: make() };
  kept.forEach((category, at) => {
    const members = membersOf(half, category);
    const fromTop = new Int32Array(members.length);
    let rankSum = 0;
    for (let m = 0; m < members.length; m++) {
      rankSum += ranked.midranks[members[m]];
      fromTop[m] = ranked.fromTop[members[m]];
    }
    scores.auroc[at] = aurocOfRankSum(rankSum, members.length, n);
    scores.ap[at] = averagePrecision(fromTop);
    scores.nap[at] = normalizedAp(scores.ap[at], members.length / n);
    scores.p[at] = rankSumP(scores.auroc[at], members.length, n, ranked.tieTerm);
  });
  return scores;
}

/** The activation at or above which calling an item a member gives the highest F1. */
function bestThreshold(values: Float64Array, members: Int32Array): number {
  const isMember = new Uint8Array(values.length);
  for (const member of members) isMember[member] = 1;
  const order = Int32Array.from(values.keys())
    .filter((at) => values[at] > 0)
    .sort((x, y) => values[y] - values[x]);
  let [hits, best, threshold] = [0, -1, Number.POSITIVE_INFINITY];
  for (let at = 0; at < order.length; at++) {
    hits += isMember[order[at]];
    if (at + 1 < order.length && values[order[at + 1]] === values[order[at]]) continue;
    const f1 = (2 * hits) / (at + 1 + members.length);
    if (f1 > best) [best, threshold] = [f1, values[order[at]]];
  }
  return threshold;
}

function f1At(values: Float64Array, members: Int32Array, threshold: number): number {
  let called = 0;
  for (const value of values) if (value >= threshold) called++;
  let hits = 0;
  for (const member of members) if (values[member] >= threshold) hits++;
  return (2 * hits) / Math.max(1, called + members.length);
}

function varies(values: Float64Array): boolean {
  return values.some((value) => value !== values[0]);
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at;
  return best;
}
