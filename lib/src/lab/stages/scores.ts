import { meanScore, monosemanticity, monosemanticityAll, sampleRows, usableRows } from "../../metrics/monosemanticity";
import { type ScoreNull, scoreNulls } from "../../metrics/nulls";
import { scoreInterval } from "../../metrics/score-interval";
import { type Verdict, verdictOf } from "../../metrics/verdict";
import type { Factors } from "../../mf/factors";
import { begin } from "../../progress";
import { encode, encodeAll, untrainedWeights } from "../../sae/encode";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import { gatherRows } from "../rows";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import { noiseTrainedNull } from "./noise-trained";

/** The score of every latent, exact and sampled, with its interval and its nulls. */
export interface ScoresResult {
  /** Mean over latents that have a score, over all items. */
  mean: number;
  /** 95 % bootstrap interval of the mean, over items. */
  ci: [number, number];
  /** [k] exact scores, NaN for a latent without one */
  perLatent: Float64Array;
  perLatentLow: Float64Array;
  perLatentHigh: Float64Array;
  /** The paper's sampled score. */
  sampled: { items: number; mean: number; perLatent: Float64Array };
  /** Items that are exactly zero, left out. */
  excludedItems: number;
  nulls: Record<string, ScoreNull>;
  verdict: Verdict;
}

/** Score the latents over all items, and put every null beside the score. */
export function scoresStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
  sae: Artifact<TrainedSae>,
  noiseTrained?: Artifact<TrainedSae>,
): Promise<Artifact<ScoresResult>> {
  const { d } = factors.value;
  const { weights } = sae.value;
  const { k } = weights;
  const { seed } = context;
  return runStage(context, {
    stage: "scores",
    phase: "scores and their nulls",
    config: config.scores,
    inputs: {
      factors: factors.manifest.hash,
      sae: sae.manifest.hash,
      ...(noiseTrained ? { noiseTrained: noiseTrained.manifest.hash } : {}),
    },
    compute: async ({ onProgress }) => {
      const rows = usableRows(factors.value.items, d);
      const items = gatherRows(factors.value.items, d, rows);
      const latents = await encodeAll(weights, items, onProgress);
      const start = untrainedWeights(weights);
      const input = {
        items,
        d,
        k,
        latents,
        encode: (noise: Float32Array) => encode(weights, noise),
        encodeUntrained: (real: Float32Array) => encodeAll(start, real, onProgress),
        seed,
        onProgress,
      };
      const nulls: Record<string, ScoreNull> = {};
      const names = Object.keys(scoreNulls);
      for (const [done, name] of names.entries()) {
        nulls[name] = await scoreNulls[name](input);
        await onProgress({ phase: "nulls", done: done + 1, total: names.length, unit: "nulls" });
      }
      if (noiseTrained)
        nulls.noiseTrained = await noiseTrainedNull(factors.value, noiseTrained.value, seed, onProgress);
      const perLatent = await monosemanticityAll(latents, k, items, d, onProgress);
      await begin(onProgress, "sampled score");
      const sample = sampleRows(rows.length, config.scores.sample, seed);
      const sampled = monosemanticity(latents, k, items, d, { rows: sample });
      const interval = await scoreInterval(latents, k, items, d, { seed, onProgress });
      const means = Object.fromEntries(Object.entries(nulls).map(([name, { mean }]) => [name, mean]));
      return {
        mean: meanScore(perLatent),
        ci: [interval.low, interval.high] as [number, number],
        perLatent,
        perLatentLow: interval.perLatentLow,
        perLatentHigh: interval.perLatentHigh,
        sampled: { items: sample.length, mean: meanScore(sampled), perLatent: sampled },
        excludedItems: factors.value.itemIds.length - rows.length,
        nulls,
        verdict: verdictOf(interval.low, means),
      };
    },
  });
}
