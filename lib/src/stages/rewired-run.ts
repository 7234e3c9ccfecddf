import { begin } from "../base/progress";
import { type Alignment, alignment } from "../metrics/alignment";
import { meanScore, monosemanticityAll } from "../metrics/monosemanticity";
import { gatherRows } from "../records/matrix";
import { encodeAll } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { type Mixing, rewire } from "./rewire";
import type { Fitted } from "./run-seed";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { defineStage, optional, type Stage } from "./stage";

/** One whole pipeline on rewired data. */
export interface RewiredRun {
  /** How its data were mixed; absent of factors that were fitted elsewhere. */
  mixing?: Mixing;
  /** Width of its factors. */
  d: number;
  /** What iALS fitted them with. */
  fitted?: Fitted;
  /** [k] exact scores of its latents over its own factors */
  perLatent: Float64Array;
  mean: number;
  /** Its latents against the categories, absent where the data has none. */
  alignment?: Pick<Alignment, "meanBestNap" | "significant" | "latentsAbove8" | "napByCategory"> & {
    /** Names, parallel to `napByCategory`. */
    names: string[];
  };
}

/** The scores and the alignment of one run on rewired data; kept run by run, so that more runs compute only what is new. */
export const rewiredRun: Stage<RewiredRun> = defineStage({
  name: "rewired-run",
  phase: "scores on rewired data",
  needs: { data, split, rewire: optional(rewire), factors, sae },
  settings: (config) => ({ q: config.alignment.q }),
  async compute({ data, split, rewire, factors, sae }, { settings, onProgress }): Promise<RewiredRun> {
    const { d, items, itemIds } = factors;
    const { weights } = sae;
    const { k } = weights;
    const rows = scoredItems(factors, split);
    const values = await encodeAll(weights, items, onProgress);
    const [scored, usable] = [gatherRows(values, k, rows), gatherRows(items, d, rows)];
    const perLatent = await monosemanticityAll(scored, k, usable, d, onProgress);
    await begin(onProgress, "alignment");
    const options = { rows, q: settings.q, onProgress };
    const aligned = await alignment({ k, values, itemIds }, data.items, options);
    const { categories, meanBestNap, significant, latentsAbove8, napByCategory } = aligned;
    const named = { names: aligned.matrix.categories, napByCategory };
    return {
      ...(rewire ? { mixing: rewire.mixing } : {}),
      ...(factors.config.kind === "ials"
        ? { fitted: { alpha: Number(factors.config.alpha), reg: Number(factors.config.reg) } }
        : {}),
      ...{ d, perLatent, mean: meanScore(perLatent) },
      ...(categories > 0 ? { alignment: { meanBestNap, significant, latentsAbove8, ...named } } : {}),
    };
  },
});
