import { begin } from "../base/progress";
import { hash32 } from "../base/random";
import type { SizeClass } from "../data/size-classes";
import { type Alignment, alignment } from "../metrics/alignment";
import { meanScore, monosemanticityAll } from "../metrics/monosemanticity";
import { gatherRows } from "../records/matrix";
import { encodeAll } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { type Mixing, rewire } from "./rewire";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { defineStage, type Stage, variants } from "./stage";

/** One whole pipeline on rewired data. */
export interface RewiredRun {
  mixing: Mixing;
  /** [k] exact scores of its latents over its own factors */
  perLatent: Float64Array;
  mean: number;
  /** Its latents against the categories, absent where the data has none. */
  alignment?: Pick<Alignment, "meanBestNap" | "significant" | "latentsAbove8" | "napByCategory">;
}

/** How well rewired data are mixed, by size of user and of item: means over runs. */
export interface RewiredMixing {
  runs: number;
  tradesPerRow: number;
  users: SizeClass[];
  items: SizeClass[];
}

/** What of the card the rewired runs give. */
export interface RewiredSection {
  rewired: RewiredMixing;
}

/** The null `rewired`: everyone's and everything's counts kept, who took what with what destroyed, the whole pipeline again. */
export interface RewiredResult {
  runs: RewiredRun[];
}

/** The pipeline on rewired train interactions, `config.rewired.runs` times, each with seeds of its own. */
export const rewired: Stage<RewiredResult, undefined, RewiredSection> = defineStage({
  name: "rewired",
  phase: "scores on rewired data",
  needs: {
    data,
    runs: variants({
      count: (config) => config.rewired.runs,
      seed: (config, run) => hash32(`${config.seed}/rewired/${run}`) >>> 1,
      replaced: [[split, rewire]],
      needs: { rewire, factors, sae },
    }),
  },
  settings: (config) => ({ q: config.alignment.q }),
  async compute({ data, runs }, { settings, onProgress }): Promise<RewiredResult> {
    const measured: RewiredRun[] = [];
    for (const { rewire, factors, sae } of runs) {
      const { items, itemIds } = factors;
      const { weights } = sae;
      const { k, d } = weights;
      const rows = scoredItems(factors, rewire);
      const values = await encodeAll(weights, items, onProgress);
      const [scored, usable] = [gatherRows(values, k, rows), gatherRows(items, d, rows)];
      const perLatent = await monosemanticityAll(scored, k, usable, d, onProgress);
      await begin(onProgress, "alignment");
      const options = { rows, q: settings.q, onProgress };
      const aligned = await alignment({ k, values, itemIds }, data.items, options);
      const { categories, meanBestNap, significant, latentsAbove8, napByCategory } = aligned;
      measured.push({
        ...{ mixing: rewire.mixing, perLatent, mean: meanScore(perLatent) },
        ...(categories > 0 ? { alignment: { meanBestNap, significant, latentsAbove8, napByCategory } } : {}),
      });
    }
    return { runs: measured };
  },
  runs: (config) => config.rewired.runs > 0,
  card: (result): RewiredSection => ({ rewired: mixingOf(result) }),
});

/** The mixing of all runs. They have the same counts of users and of items, and so the same classes. */
export function mixingOf({ runs }: RewiredResult): RewiredMixing {
  const mean = (of: (mixing: Mixing) => number): number =>
    runs.reduce((sum, { mixing }) => sum + of(mixing), 0) / runs.length;
  const classes = (of: (mixing: Mixing) => SizeClass[]): SizeClass[] =>
    of(runs[0].mixing).map((one, at) => ({ ...one, shared: mean((mixing) => of(mixing)[at].shared) }));
  return {
    runs: runs.length,
    tradesPerRow: mean(({ tradesPerRow }) => tradesPerRow),
    users: classes(({ rowClasses }) => rowClasses),
    items: classes(({ columnClasses }) => columnClasses),
  };
}
