import { msae } from "../sae/msae";
import { scheduled } from "../sae/schedule";
import type { TrainedSae } from "../sae/train";
import { factors } from "./factors";
import type { Stage } from "./stage";
import { defineTraining } from "./training";

/** The autoencoder, trained on user and item factors, and its loss by epoch. */
export const sae: Stage<TrainedSae> = defineTraining({
  name: "sae",
  phase: "training the MSAE",
  needs: { factors },
  architecture: msae,
  config: ({ sae, seed }, { factors }) => scheduled(sae, factors, seed),
  rows: ({ factors: { users, items, d } }) => ({ users, items, d }),
});
