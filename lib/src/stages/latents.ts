import type { Latents } from "../records/sae-weights";
import { itemLatents } from "../sae/encode";
import { factors } from "./factors";
import { sae } from "./sae";
import { defineStage, type Stage } from "./stage";

/** Activations of every item. */
export const latents: Stage<Latents> = defineStage({
  name: "latents",
  phase: "encoding",
  stored: false,
  needs: { factors, sae },
  settings: () => ({}),
  compute: ({ factors, sae }, { onProgress }) => itemLatents(sae.weights, factors, onProgress),
});
