import { meanScore, monosemanticity } from "../../metrics/monosemanticity";
import type { ScoreNull } from "../../metrics/nulls";
import { standardDeviation } from "../../metrics/nulls/noise";
import type { Factors } from "../../mf/factors";
import { seededRandom } from "../../random";
import { encode } from "../../sae/encode";
import { msae } from "../../sae/msae";
import type { TrainedSae } from "../../sae/train";
import type { LabConfig } from "../config";
import type { StageContext } from "../stage";
import type { Artifact } from "../store";
import { msaeConfig } from "./sae";
import { trainingStage } from "./training";

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
  return trainingStage(context, {
    stage: "noise-trained",
    phase: "training the MSAE on noise",
    architecture: msae,
    config: msaeConfig(context, config, factors.value),
    inputs: { factors: factors.manifest.hash },
    d: factors.value.d,
    rows: () => noiseRows(factors.value, context.seed),
  });
}

/** Noise in the shape and scale of the factors; the same for the same seed. */
export function noiseRows(factors: Factors, seed: number): { users: Float32Array; items: Float32Array; d: number } {
  const side = (values: Float32Array, name: string): Float32Array => {
    const random = seededRandom(seed, `noise-trained/${name}`);
    const scale = standardDeviation(values);
    return Float32Array.from({ length: values.length }, () => scale * random.normal());
  };
  return { users: side(factors.users, "users"), items: side(factors.items, "items"), d: factors.d };
}

/** Scores of the autoencoder trained on noise, over that noise. */
export function noiseTrainedNull(factors: Factors, trained: TrainedSae, seed: number): ScoreNull {
  const { items, d } = noiseRows(factors, seed);
  const { weights } = trained;
  const perLatent = monosemanticity(encode(weights, items), weights.k, items, d);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained on Gaussian noise of the factors' scale, and scored on it" };
}
