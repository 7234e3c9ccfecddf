import type { TrainedSae } from "../sae/train";
import { noiseTrained } from "./noise-trained";
import { type Need, optional } from "./stage";

/**
 * Nulls whose encoder is a training of its own, by their name in the registry of nulls, each where the configuration runs it. What stands here has its latents labelled
 * beside the trained ones.
 */
export const trainedNulls: { readonly noiseTrained: Need<TrainedSae | undefined> } = {
  noiseTrained: optional(noiseTrained),
};
