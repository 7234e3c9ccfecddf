import { hash32 } from "../base/random";
import type { LabConfig } from "./config";
import { factors } from "./factors";
import { mfPreset } from "./mf-presets";
import { rewire } from "./rewire";
import { seedOfRun } from "./run-seed";
import { split } from "./split";
import { alone, type Needs, ownResult, type Pipeline, type Values, type Variants, variants } from "./stage";
import { tune } from "./tune";

/** How many runs the null has: one for each folder of null factors, where there are such. */
export const rewiredRuns = ({ rewired }: LabConfig): number => rewired.factors.length || rewired.runs;

/**
 * Configuration of a run: a seed of its own; factors that were fitted elsewhere are fitted again by iALS at the same width, since only who
 * made them could fit them as they were, or come from the folder that was named for the run. Where there are several seeds, each chooses its
 * own alpha and reg, and runs take turns with what each of them chose: so both sides of a comparison are fitted alike.
 */
export async function rewiredConfig(config: LabConfig, run: number, pipeline: Pipeline): Promise<LabConfig> {
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

/**
 * Something of each run of the null.
 *
 * @param needs stages by the names that their results shall have @param most of the runs, the first ones; default: all
 */
export function rewiredVariants<N extends Needs>(
  needs: N,
  most: (config: LabConfig) => number = rewiredRuns,
): Variants<Values<N>> {
  return variants({
    count: (config) => Math.min(rewiredRuns(config), most(config)),
    config: rewiredConfig,
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
