import { requireInput } from "../base/errors";
import type { SizeClass } from "../data/size-classes";
import { factors } from "./factors";
import { type Mixing, rewire } from "./rewire";
import { type RewiredRun, rewiredRun } from "./rewired-run";
import { rewiredConfig, rewiredRuns, rewiredVariants } from "./rewired-variants";
import { type SplitResult, split } from "./split";
import { defineStage, type Need, type Stage } from "./stage";

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
  rewired?: RewiredMixing;
}

/** The null `rewired`: everyone's and everything's counts kept, who took what with what destroyed, the whole pipeline again. */
export interface RewiredResult {
  runs: RewiredRun[];
}

/**
 * The pipeline on rewired train interactions, `config.rewired.runs` times, each with seeds of its own. Factors that were fitted elsewhere
 * are refitted by the lab's own iALS; null factors that come with them stand in place of that.
 */
export const rewired: Stage<RewiredResult, undefined, RewiredSection> = defineStage({
  name: "rewired",
  phase: "runs on rewired data",
  needs: {
    ...{ split, factors },
    runs: rewiredVariants({ run: rewiredRun }),
  },
  // Each run is kept by itself, and its measures are small.
  stored: false,
  settings: () => ({}),
  compute({ factors, runs }): RewiredResult {
    const other = runs.findIndex(({ run }) => run.d !== factors.d);
    requireInput(
      other < 0,
      `Null factors ${other + 1} have the width ${runs[other]?.run.d}, and the factors ${factors.d}: scores of different widths say nothing of each other; give null factors of the same width.`,
    );
    return { runs: runs.map(({ run }) => run) };
  },
  runs: (config) => rewiredRuns(config) > 0,
  card(result): RewiredSection {
    const mixing = mixingOf(result);
    return mixing ? { rewired: mixing } : {};
  },
});

/** The split of one rewired run, for who wants to see it or to fit on it elsewhere. @param run counted from 0 */
export function rewiredSplit(run: number): Stage<SplitResult> {
  const own: Need<SplitResult> = {
    stages: () => [split],
    find: async (pipeline) =>
      pipeline.variant(await rewiredConfig(pipeline.config, run, pipeline), new Map([[split, rewire]])).stage(split),
  };
  return defineStage({
    name: `rewired-split-${run}`,
    phase: "rewired data",
    needs: { own },
    stored: false,
    settings: () => ({}),
    compute: ({ own }) => own,
  });
}

/** The mixing of all runs that were rewired here. They have the same counts of users and of items, and so the same classes. */
export function mixingOf({ runs }: RewiredResult): RewiredMixing | undefined {
  const mixed = runs.flatMap(({ mixing }) => (mixing ? [mixing] : []));
  if (mixed.length === 0) return undefined;
  const mean = (of: (mixing: Mixing) => number): number =>
    mixed.reduce((sum, mixing) => sum + of(mixing), 0) / mixed.length;
  const classes = (of: (mixing: Mixing) => SizeClass[]): SizeClass[] =>
    of(mixed[0]).map((one, index) => ({ ...one, shared: mean((mixing) => of(mixing)[index].shared) }));
  return {
    runs: mixed.length,
    tradesPerRow: mean(({ tradesPerRow }) => tradesPerRow),
    users: classes(({ rowClasses }) => rowClasses),
    items: classes(({ columnClasses }) => columnClasses),
  };
}
