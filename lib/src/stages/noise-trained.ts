import { hash32 } from "../base/random";
import { noiseLike } from "../metrics/nulls/noise-trained";
import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/**
 * The null `noiseTrained`: the same autoencoder, with the same settings, trained on Gaussian noise in the shape
 * of the factors, each side with its own overall standard deviation. Its loss curve and its scores are what the method
 * gives where there is nothing to find. It starts from other weights than the run that it stands beside: two trainings from one start
 * have alike scores for that alone.
 */
export const noiseTrained: Stage<TrainedSae> = defineTraining({
  name: "noise-trained",
  on: " on noise",
  needs: { factors },
  trained: ({ sae, seed }, { factors }) => scheduled(sae, factors, noiseSeed(seed)),
  rows: async ({ factors: { users, items, d } }, { seed, onProgress }) => ({
    users: await noiseLike(users, "users", seed, onProgress),
    items: await noiseLike(items, "items", seed, onProgress),
    d,
  }),
  runs: ({ scores }) => scores.noiseTrained,
});

/** Seed of the training on noise beside a run with this seed. */
export const noiseSeed = (seed: number): number => hash32(`${seed}/noiseTrained`) >>> 1;
