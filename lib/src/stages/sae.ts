import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/** The autoencoder that `sae.architecture` names, trained on user and item factors, and its loss by epoch. */
export const sae: Stage<TrainedSae> = defineTraining({
  name: "sae",
  needs: { factors },
  trained: ({ sae, seed }, { factors }) => scheduled(sae, factors, seed),
  rows: ({ factors: { users, items, d } }) => ({ users, items, d }),
});
