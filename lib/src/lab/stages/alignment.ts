import type { Dataset } from "../../data/ingest";
import { type Alignment, alignment } from "../../metrics/alignment";
import { type FloorInput, randomDirections, randomItems, sparseProjections } from "../../metrics/floors";
import { usableRows } from "../../metrics/monosemanticity";
import { popularityCorrelation } from "../../metrics/popularity";
import type { Factors } from "../../mf/factors";
import { begin } from "../../progress";
import { encodeAll, encoderInput, untrainedWeights } from "../../sae/encode";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import { gatherRows } from "../rows";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { SplitResult } from "./split";

/** What an encoder that learned nothing gives, at the same number of latents and the same sparsity. */
export interface AlignmentFloor {
  meanBestNap: number;
  significant: number;
  latentsAbove8: number;
  what: string;
}

/** Alignment of the trained latents, and its floors. */
export interface AlignmentResult extends Alignment {
  floors: Record<string, AlignmentFloor>;
  /** Best latent for the categories Women and Men, chosen on half A, measured on half B. */
  women?: { auroc: number; latent: number };
  men?: { auroc: number; latent: number };
  /** [k] Spearman correlation of each latent with the items' popularity in the train split. */
  popularity: Float64Array;
}

/** Align every latent with every category, choosing on half A of the items and measuring on half B. */
export function alignmentStage(
  context: StageContext,
  config: LabConfig,
  data: Artifact<Dataset>,
  split: Artifact<SplitResult>,
  factors: Artifact<Factors>,
  sae: Artifact<TrainedSae>,
): Promise<Artifact<AlignmentResult>> {
  const { d, items, itemIds } = factors.value;
  const { weights } = sae.value;
  const { k } = weights;
  const { seed } = context;
  return runStage(context, {
    stage: "alignment",
    phase: "alignment with categories",
    config: config.alignment,
    inputs: { data: data.manifest.hash, factors: factors.manifest.hash, sae: sae.manifest.hash },
    compute: async ({ onProgress }) => {
      const rows = usableRows(items, d);
      const options = { rows, q: config.alignment.q, onProgress };
      const metadata = data.value.items;
      const align = (values: Float32Array): Promise<Alignment> => alignment({ k, values, itemIds }, metadata, options);
      const values = await encodeAll(weights, items, onProgress);
      const trained = await align(values);
      const normed = encoderInput(weights, items).normed;
      const usable = gatherRows(normed, d, rows);
      const l0 = values.reduce((active, value) => active + (value > 0 ? 1 : 0), 0) / rows.length;
      const floorInput: FloorInput = { rows: normed, d, k, l0: (l0 * rows.length) / itemIds.length, seed };
      const start = untrainedWeights(weights);
      const directions: Record<string, { what: string; rows: Float32Array }> = {
        untrained: { what: "the autoencoder's starting directions", rows: start.W },
        randomDirections: { what: "random directions", rows: randomDirections(floorInput) },
        randomItems: { what: "random items as directions", rows: randomItems({ rows: usable, d, k, seed }) },
      };
      const floors: Record<string, AlignmentFloor> = {};
      for (const [name, floor] of Object.entries(directions)) {
        await begin(onProgress, `floor ${name}`);
        const projections = await sparseProjections(floorInput, floor.rows, onProgress);
        await begin(onProgress, `floor ${name}`);
        const { meanBestNap, significant, latentsAbove8 } = await align(projections);
        floors[name] = { meanBestNap, significant, latentsAbove8, what: floor.what };
      }
      return {
        ...trained,
        floors,
        ...genderLines(trained),
        popularity: await popularityCorrelation(values, k, trainCounts(split.value), onProgress),
      };
    },
  });
}

function genderLines(trained: Alignment): Pick<AlignmentResult, "women" | "men"> {
  const line = (name: string): { auroc: number; latent: number } | undefined => {
    const found = trained.perCategory.find(({ category }) => category === name);
    return found && { auroc: found.auroc, latent: found.latent };
  };
  const [women, men] = [line("Women"), line("Men")];
  return { ...(women ? { women } : {}), ...(men ? { men } : {}) };
}

function trainCounts({ train }: SplitResult): Float64Array {
  const counts = new Float64Array(train.cols);
  for (const item of train.indices) counts[item]++;
  return counts;
}
