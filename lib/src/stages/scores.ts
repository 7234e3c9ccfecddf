import { begin } from "../base/progress";
import { meanScore, monosemanticity, monosemanticityAll, sampleRows } from "../metrics/monosemanticity";
import { computeNulls, type ScoreNull } from "../metrics/nulls";
import { noiseTrainedNull } from "../metrics/nulls/noise-trained";
import { rewiredNull } from "../metrics/nulls/rewired";
import { pairedInterval, scoreInterval } from "../metrics/score-interval";
import { gatherRows } from "../records/matrix";
import { encode, encodeAll, untrainedWeights } from "../sae/encode";
import { factors } from "./factors";
import { orNull } from "./or-null";
import { type RewiredResult, rewired } from "./rewired";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { beside, defineStage, optional, type Stage } from "./stage";
import { trainedNulls } from "./trained-nulls";

/** The score of every latent, exact and sampled, with its interval and its nulls. */
export interface ScoresResult {
  /** Mean over latents that have a score, over all items. */
  mean: number;
  /** 95 % bootstrap interval of the mean, over items. */
  ci: [number, number];
  /** 95 % interval of the mean minus that of the untrained encoder, paired by the same resamples of items. */
  aheadOfUntrained: [number, number];
  /** [k] exact scores, NaN for a latent without one */
  perLatent: Float64Array;
  perLatentLow: Float64Array;
  perLatentHigh: Float64Array;
  /** The paper's sampled score. */
  sampled: { items: number; mean: number; perLatent: Float64Array };
  /** Items left out: see {@link scoredItems}. */
  excludedItems: number;
  nulls: Record<string, ScoreNull>;
}

/** A null of the score on the card: its mean, and each latent's (null for a latent that never fires there). */
export interface CardNull {
  mean: number;
  perLatent: (number | null)[];
  /** Mean score of each draw, or run. */
  draws: number[];
}

/** What of the card the scores give. */
export interface ScoresSection {
  monosemanticity: {
    mean: number;
    ci: [number, number];
    perLatent: (number | null)[];
    sampled: { items: number; mean: number };
    excludedItems: number;
    nulls: Record<string, CardNull>;
  };
}

/** The score of every latent over all items, with every null beside it. */
export const scores: Stage<ScoresResult, undefined, ScoresSection> = defineStage({
  name: "scores",
  phase: "scores and their nulls",
  needs: { split, factors, sae, ...trainedNulls },
  settings: (config) => config.scores,
  async compute({ split, factors, sae, noiseTrained }, { settings, seed, onProgress }): Promise<ScoresResult> {
    const { d } = factors;
    const { weights } = sae;
    const { k } = weights;
    const rows = scoredItems(factors, split);
    const items = gatherRows(factors.items, d, rows);
    const latents = await encodeAll(weights, items, onProgress);
    const untrained = await encodeAll(untrainedWeights(weights), items, onProgress);
    const nulls = await computeNulls({
      ...{ items, d, k, latents, seed, onProgress },
      encode: (noise) => encode(weights, noise),
      // It is given these items alone.
      encodeUntrained: () => untrained,
    });
    if (noiseTrained) {
      const encodeNoise = (noise: Float32Array): Promise<Float32Array> =>
        encodeAll(noiseTrained.weights, noise, onProgress);
      const input = { items: { values: factors.items, d, rows }, k, encode: encodeNoise };
      nulls.noiseTrained = await noiseTrainedNull(input, seed, onProgress);
    }
    const perLatent = await monosemanticityAll(latents, k, items, d, onProgress);
    await begin(onProgress, "sampled score");
    const sample = sampleRows(rows.length, settings.sample, seed);
    const sampled = monosemanticity(latents, k, items, d, { rows: sample });
    const interval = await scoreInterval(latents, k, items, d, { seed, onProgress });
    const { low, high, perLatentLow, perLatentHigh } = interval;
    const ofUntrained = await scoreInterval(untrained, k, items, d, { seed, onProgress });
    return {
      mean: meanScore(perLatent),
      ci: [low, high],
      aheadOfUntrained: pairedInterval(interval, ofUntrained),
      ...{ perLatent, perLatentLow, perLatentHigh },
      sampled: { items: sample.length, mean: meanScore(sampled), perLatent: sampled },
      excludedItems: factors.itemIds.length - rows.length,
      nulls,
    };
  },
  beside: beside(optional(rewired), withRewired),
  card({ mean, ci, perLatent, sampled, excludedItems, nulls }): ScoresSection {
    // A null in which no latent has a score was not computed, and is absent.
    const computed = Object.entries(nulls).filter(([, entry]) => Number.isFinite(entry.mean));
    return {
      monosemanticity: {
        ...{ mean, ci, perLatent: orNull(perLatent), excludedItems },
        sampled: { items: sampled.items, mean: sampled.mean },
        nulls: Object.fromEntries(
          computed.map(([name, entry]) => [
            name,
            { mean: entry.mean, perLatent: orNull(entry.perLatent), draws: entry.draws },
          ]),
        ),
      },
    };
  },
});

/** The scores with the null `rewired` beside them. */
export function withRewired(scores: ScoresResult, result: RewiredResult | undefined): ScoresResult {
  if (result === undefined) return scores;
  const rewired = rewiredNull(result.runs.map(({ perLatent }) => perLatent));
  return { ...scores, nulls: { ...scores.nulls, rewired } };
}
