import { requireInput } from "../base/errors";
import { hash32 } from "../base/random";
import type { SizeClass } from "../data/size-classes";
import { type LabConfig, mfPreset } from "./config";
import { factors } from "./factors";
import { type Mixing, rewire } from "./rewire";
import { type RewiredRun, rewiredRun } from "./rewired-run";
import { seedOfRun } from "./run-seed";
import { type SplitResult, split } from "./split";
import {
  alone,
  defineStage,
  type Need,
  type Needs,
  ownResult,
  type Pipeline,
  type Stage,
  type Values,
  type Variants,
  variants,
} from "./stage";
import { tune } from "./tune";

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

/** How many runs the null has: one for each folder of null factors, where there are such. */
export const rewiredRuns = ({ rewired }: LabConfig): number => rewired.factors.length || rewired.runs;

/**
 * Configuration of a run: a seed of its own; factors that were fitted elsewhere are fitted again by iALS at the same width, since only who
 * made them could fit them as they were, or come from the folder that was named for the run. Where there are several seeds, each chooses its
 * own alpha and reg, and runs take turns with what each of them chose: so both sides of a comparison are fitted alike.
 */
async function runConfig(config: LabConfig, run: number, pipeline: Pipeline): Promise<LabConfig> {
  const own = alone(config, hash32(`${config.seed}/rewired/${run}`) >>> 1);
  const folder = config.rewired.factors[run];
  if (folder !== undefined) return { ...own, mf: { ...mfPreset("given"), folder } as LabConfig["mf"] };
  const turn = run % config.seeds.runs;
  if (turn > 0 && tune.runs(config)) {
    const seeded = pipeline.variant(alone(config, seedOfRun(config.seed, turn)), new Map([[split, split]]));
    const { alpha, reg } = (await seeded.stage(tune)).value.chosen;
    return { ...own, mf: { ...config.mf, alpha, reg } as LabConfig["mf"] };
  }
  if (config.mf.kind !== "given") return own;
  const { d } = (await pipeline.stage(factors)).value;
  const mf = { ...(mfPreset("ials") as LabConfig["mf"]), d } as LabConfig["mf"];
  // Tuned on the real data here too, which for the factors themselves nobody did.
  const { alpha, reg } = (await pipeline.variant({ ...config, mf }, new Map([[tune, tune]])).stage(tune)).value.chosen;
  return { ...own, mf: { ...mf, alpha, reg } as LabConfig["mf"] };
}

/** Something of each run of the null. @param needs stages by the names that their results shall have */
export function rewiredVariants<N extends Needs>(needs: N): Variants<Values<N>> {
  return variants({
    count: rewiredRuns,
    config: runConfig,
    // What was tuned on the real data holds here as well: see `tune`.
    replaced: ({ rewired }) =>
      rewired.factors.length > 0
        ? [[factors, factors]]
        : [
            [split, rewire],
            [tune, ownResult],
          ],
    needs,
  });
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
      pipeline.variant(await runConfig(pipeline.config, run, pipeline), new Map([[split, rewire]])).stage(split),
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
