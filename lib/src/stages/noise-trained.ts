import { noiseLike } from "../metrics/nulls/noise-trained";
import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/**
 * The null `noiseTrained`: the same autoencoder, with the same settings and seed, trained on Gaussian noise in the shape
 * of the factors, each side with its own overall standard deviation. Its loss curve and its scores are what the method
 * gives where there is nothing to find.
 */
export const noiseTrained: Stage<TrainedSae> = defineTraining({
  name: "noise-trained",
  on: " on noise",
  needs: { factors },
  trained: ({ sae, seed }, { factors }) => scheduled(sae, factors, seed),
  rows: async ({ factors: { users, items, d } }, { seed, onProgress }) => ({
    users: await noiseLike(users, "users", seed, onProgress),
    items: await noiseLike(items, "items", seed, onProgress),
    d,
  }),
  runs: ({ scores }) => scores.noiseTrained,
});
