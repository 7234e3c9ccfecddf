import { hash32 } from "../base/random";
import type { SizeClass } from "../data/size-classes";
import { type Mixing, rewire } from "./rewire";
import { type RewiredRun, rewiredRun } from "./rewired-run";
import { split } from "./split";
import { alone, defineStage, type Stage, variants } from "./stage";

export type { RewiredRun } from "./rewired-run";

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
  phase: "runs on rewired data",
  needs: {
    split,
    runs: variants({
      count: (config) => config.rewired.runs,
      config: (config, run) => alone(config, hash32(`${config.seed}/rewired/${run}`) >>> 1),
      replaced: [[split, rewire]],
      needs: { run: rewiredRun },
    }),
  },
  // Each run is kept by itself, and its measures are small.
  stored: false,
  settings: () => ({}),
  compute: ({ runs }): RewiredResult => ({ runs: runs.map(({ run }) => run) }),
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
