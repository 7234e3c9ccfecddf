import { meanScore, monosemanticityAll } from "../../metrics/monosemanticity";
import type { ScoreNull } from "../../metrics/nulls";
import { standardDeviation } from "../../metrics/nulls/noise";
import type { Factors } from "../../mf/factors";
import type { OnProgress } from "../../progress";
import { seededRandom } from "../../random";
import { encodeAll } from "../../sae/encode";
import type { TrainedSae, TrainingRows } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { trainedSae } from "./sae";
import { trainingStage } from "./training";

/** Normal numbers drawn between two reports of progress. */
const DRAWN_A_REPORT = 500_000;

/**
 * The null `noiseTrained`: the same autoencoder, with the same settings and seed, trained on Gaussian noise in the shape
 * of the factors, each side with its own overall standard deviation. Its loss curve and its scores are what the method
 * gives where there is nothing to find.
 */
export function noiseTrainedStage(
  context: StageContext,
  config: LabConfig,
  factors: Artifact<Factors>,
): Promise<Artifact<TrainedSae>> {
  const trained = trainedSae(context, config, factors.value);
  return trainingStage(context, {
    ...trained,
    stage: "noise-trained",
    phase: `${trained.phase} on noise`,
    inputs: { factors: factors.manifest.hash },
    d: factors.value.d,
    rows: (onProgress) => noiseRows(factors.value, context.seed, onProgress),
  });
}

/** Noise in the shape and scale of the factors; the same for the same seed. */
export async function noiseRows(factors: Factors, seed: number, onProgress?: OnProgress): Promise<TrainingRows> {
  const { users, items, d } = factors;
  return {
    users: await noiseLike(users, "users", seed, onProgress),
    items: await noiseLike(items, "items", seed, onProgress),
    d,
  };
}

async function noiseLike(
  values: Float32Array,
  name: "users" | "items",
  seed: number,
  onProgress?: OnProgress,
): Promise<Float32Array> {
  const random = seededRandom(seed, `noise-trained/${name}`);
  const scale = standardDeviation(values);
  const out = new Float32Array(values.length);
  for (let from = 0; from < out.length; from += DRAWN_A_REPORT) {
    const to = Math.min(out.length, from + DRAWN_A_REPORT);
    for (let at = from; at < to; at++) out[at] = scale * random.normal();
    await onProgress?.({ phase: `noise for ${name}`, done: to, total: out.length, unit: "numbers" });
  }
  return out;
}

/** Scores of the autoencoder trained on noise, over that noise. */
export async function noiseTrainedNull(
  { items, d }: Factors,
  { weights }: TrainedSae,
  seed: number,
  onProgress?: OnProgress,
): Promise<ScoreNull> {
  const noise = await noiseLike(items, "items", seed, onProgress);
  const latents = await encodeAll(weights, noise, onProgress);
  const perLatent = await monosemanticityAll(latents, weights.k, noise, d, onProgress);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained on Gaussian noise of the factors' scale, and scored on it" };
}
