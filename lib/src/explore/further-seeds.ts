import { encodeAll } from "../sae/encode";
import { factors } from "../stages/factors";
import { sae } from "../stages/sae";
import { scoredItems } from "../stages/scored-items";
import { seedVariants } from "../stages/seed-variants";
import { split } from "../stages/split";
import { defineStage, type Stage } from "../stages/stage";
import { columnsOf } from "./activations";
import { strongestItems } from "./measure";

/** Of each further seed's run: ids of each latent's strongest items. Their factors differ, so that items alone can be compared. */
export const furtherSeeds: Stage<string[][][]> = defineStage({
  name: "explore-seeds",
  phase: "latents of other seeds",
  stored: false,
  needs: { more: seedVariants({ split, factors, sae }) },
  settings: () => ({}),
  async compute({ more }, { onProgress }): Promise<string[][][]> {
    const all: string[][][] = [];
    for (const run of more) {
      const rows = scoredItems(run.factors, run.split);
      const { weights } = run.sae;
      const values = await encodeAll(weights, run.factors.items, onProgress);
      const ids = Array.from(rows, (row) => run.factors.itemIds[row]);
      all.push(strongestItems(columnsOf(values, weights.k, rows), weights.k, ids));
    }
    return all;
  },
});
