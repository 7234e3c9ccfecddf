import { hash32 } from "../base/random";
import { noiseLike } from "../metrics/nulls/noise-trained";
import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import { scoredItems, scoredUsers } from "./scored-items";
import { split } from "./split";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/**
 * The null `noiseTrained`: the same autoencoder, with the same settings, trained on Gaussian noise in the shape
 * of the factors, each side with the overall standard deviation of its rows with a train interaction. Its loss curve and its scores are what the method
 * gives where there is nothing to find. It starts from other weights than the run that it stands beside: two trainings from one start
 * have alike scores for that alone.
 */
export const noiseTrained: Stage<TrainedSae> = defineTraining({
  name: "noise-trained",
  on: " on noise",
  needs: { split, factors },
  trained: ({ sae, seed }, { factors }) => scheduled(sae, factors, noiseSeed(seed)),
  async rows({ split, factors }, { seed, onProgress }) {
    const { users, items, d } = factors;
    const [ofUsers, ofItems] = [
      { values: users, d, rows: scoredUsers(factors, split) },
      { values: items, d, rows: scoredItems(factors, split) },
    ];
    return {
      users: await noiseLike(ofUsers, "users", seed, onProgress),
      items: await noiseLike(ofItems, "items", seed, onProgress),
      d,
    };
  },
  runs: ({ scores }) => scores.noiseTrained,
});

/** Seed of the training on noise beside a run with this seed. */
export const noiseSeed = (seed: number): number => hash32(`${seed}/noiseTrained`) >>> 1;
