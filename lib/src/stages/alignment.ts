import { begin } from "../base/progress";
import { type Alignment, alignment as align, type LatentAlignment } from "../metrics/alignment";
import { type FloorInput, kMeansCentres, randomDirections, randomItems, sparseProjections } from "../metrics/floors";
import { popularityCorrelation } from "../metrics/popularity";
import { columnCounts } from "../records/interactions";
import { gatherRows, scatterRows } from "../records/matrix";
import { encodeAll, encoderInput, untrainedWeights } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { orNull } from "./or-null";
import { type RewiredResult, rewired } from "./rewired";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { beside, defineStage, optional, type Stage } from "./stage";

/** A floor of the alignment on the card: what an encoder gives that has learned nothing, at the same number of latents and the same sparsity. */
export interface CardFloor {
  meanBestNap: number;
  significant: number;
  latentsAbove8: number;
  what: string;
}

/** A floor of the alignment, with each category's best nAP. */
export interface AlignmentFloor extends CardFloor {
  /** [categories] in the order of `matrix.categories`, of `rewired` the mean over runs: what differences are paired by. */
  napByCategory: Float64Array;
}

/** Alignment of the trained latents, and its floors. */
export interface AlignmentResult extends Alignment {
  /** By name; none where there is no category. */
  floors: Record<string, AlignmentFloor>;
  /** Items left out: see {@link scoredItems}. */
  excludedItems: number;
  /** Level of q below which a pair counts as significant. */
  level: number;
  /** [k] Spearman correlation of each latent with the items' popularity in the train split, over the items that count. */
  popularity: Float64Array;
}

/** What of the card the alignment gives; absent where the data has no category to align with. */
export interface AlignmentSection {
  alignment?: {
    split: "B";
    categories: number;
    categoriesLeftOut: number;
    excludedItems: number;
    pairs: number;
    pairsBy: Alignment["pairsBy"];
    significant: number;
    significantBy: number;
    latentsAbove8: number;
    meanBestNap: number;
    perLatent: LatentAlignment[];
    /** Each latent's correlation with popularity; null for one that does not vary. */
    popularity: (number | null)[];
    floors: Record<string, CardFloor>;
  };
}

/** What each latent stands for: every latent with every category, chosen on half A of the items and measured on half B. */
export const alignment: Stage<AlignmentResult, undefined, AlignmentSection> = defineStage({
  name: "alignment",
  phase: "alignment with categories",
  needs: { data, split, factors, sae },
  settings: (config) => config.alignment,
  async compute({ data, split, factors, sae }, { settings, seed, onProgress }): Promise<AlignmentResult> {
    const { d, items, itemIds } = factors;
    const { weights } = sae;
    const { k } = weights;
    const rows = scoredItems(factors, split);
    const against = (values: Float32Array): Promise<Alignment> =>
      align({ k, values, itemIds }, data.items, { rows, q: settings.q, onProgress });
    const values = await encodeAll(weights, items, onProgress);
    const trained = await against(values);
    const usable = gatherRows(encoderInput(weights, items).normed, d, rows);
    const active = gatherRows(values, k, rows).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    // The other rows belong to no floor: they would thin out its activations.
    const floorInput: FloorInput = { rows: usable, d, k, l0: active / rows.length, seed };
    const directions: Record<string, { what: string; rows: () => Float32Array | Promise<Float32Array> }> = {
      untrained: { what: "the autoencoder's starting directions", rows: () => untrainedWeights(weights).W },
      randomDirections: { what: "random directions", rows: () => randomDirections(floorInput) },
      randomItems: { what: "random items as directions", rows: () => randomItems({ rows: usable, d, k, seed }) },
      kMeans: {
        what: "k-means centres of the items as directions",
        rows: () => kMeansCentres(floorInput, onProgress),
      },
    };
    const floors: Record<string, AlignmentFloor> = {};
    // Without a category there is nothing that a floor could match.
    for (const [name, floor] of trained.categories === 0 ? [] : Object.entries(directions)) {
      await begin(onProgress, `floor ${name}`);
      const projections = await sparseProjections(floorInput, await floor.rows(), onProgress);
      await begin(onProgress, `floor ${name}`);
      const { meanBestNap, significant, latentsAbove8, napByCategory } = await against(
        scatterRows(projections, k, rows, itemIds.length),
      );
      floors[name] = { meanBestNap, significant, latentsAbove8, napByCategory, what: floor.what };
    }
    const taken = columnCounts(split.train);
    const counts = Float64Array.from(rows, (row) => taken[row]);
    const popularity = await popularityCorrelation(gatherRows(values, k, rows), k, counts, onProgress);
    return {
      ...trained,
      excludedItems: itemIds.length - rows.length,
      floors,
      level: settings.q,
      popularity,
    };
  },
  beside: beside(optional(rewired), withRewired),
  card(result): AlignmentSection {
    if (result.categories === 0) return {};
    const { categories, categoriesLeftOut, excludedItems, pairs, pairsBy, significant, significantBy } = result;
    const { latentsAbove8, meanBestNap, perLatent } = result;
    const floors = Object.fromEntries(
      Object.entries(result.floors).map(([name, { napByCategory: _, ...floor }]): [string, CardFloor] => [name, floor]),
    );
    return {
      alignment: {
        split: "B",
        ...{ categories, categoriesLeftOut, excludedItems, pairs, pairsBy, significant, significantBy },
        ...{ latentsAbove8, meanBestNap, perLatent, popularity: orNull(result.popularity), floors },
      },
    };
  },
});

/** The alignment with the floor `rewired`: means over the runs. */
export function withRewired(result: AlignmentResult, found: RewiredResult | undefined): AlignmentResult {
  const aligned = (found?.runs ?? []).flatMap(({ alignment: one }) => (one ? [one] : []));
  if (aligned.length === 0) return result;
  const mean = (of: (run: (typeof aligned)[number]) => number): number =>
    aligned.reduce((sum, run) => sum + of(run), 0) / aligned.length;
  const floor: AlignmentFloor = {
    meanBestNap: mean((run) => run.meanBestNap),
    significant: mean((run) => run.significant),
    latentsAbove8: mean((run) => run.latentsAbove8),
    // By name: a small category may be tested in some runs only.
    napByCategory: Float64Array.from(result.matrix.categories, (category) =>
      mean(({ names, napByCategory }) => napByCategory[names.indexOf(category)] ?? Number.NaN),
    ),
    what: `the whole pipeline on rewired data, ${aligned.length === 1 ? "one run" : `mean of ${aligned.length} runs`}`,
  };
  return { ...result, floors: { ...result.floors, rewired: floor } };
}
