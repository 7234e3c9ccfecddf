import { type Distance, distance, type Sides, unitError, weightsBySettings } from "../metrics/distance";
import { type ScoreNull, scoreNulls } from "../metrics/nulls";
import type { RewiredRun } from "./rewired";
import type { Fitted } from "./run-seed";
import type { SeedRun } from "./seeds";

/** A 95 % interval's standard error, where it is a bootstrap's over many units. */
const errorOf = (low: number, high: number): { error: number; freedom: number } => ({
  error: (high - low) / (2 * 1.96),
  freedom: Number.POSITIVE_INFINITY,
});

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * NDCG@10 beside popularity's. The interval is over users, that of the paired differences, its ends averaged over seeds: which users are
 * there is what the ranking of some data rests on, and two seeds say little of their own spread.
 */
export function rankingDistance(runs: readonly SeedRun[]): Distance {
  const of = (value: (run: SeedRun) => number): number => meanOf(runs.map(value));
  const [ours, theirs] = [
    of(({ ranking }) => ranking.model.ndcgAt10),
    of(({ ranking }) => ranking.popularity.ndcgAt10),
  ];
  const low = of(({ ranking }) => ranking.againstPopularity.ndcgAt10.low);
  const high = of(({ ranking }) => ranking.againstPopularity.ndcgAt10.high);
  const { error } = errorOf(low, high);
  return {
    ...{ ours, null: theirs, difference: ours - theirs, runs: runs.length, interval: [low, high] },
    ...(error > 0 ? { margin: (ours - theirs) / error, marginUnit: "standard errors" } : {}),
  };
}

/**
 * The score beside each of its nulls. Nulls that are computed with each seed are set beside it, seed by seed, a null's draws averaged first;
 * rewired runs are runs of their own. Runs and seeds in which no latent has a score are left out, and counted.
 */
export function scoreDistances(
  runs: readonly SeedRun[],
  rewired: readonly RewiredRun[] | undefined,
): Record<string, Distance> {
  const scored = runs.filter(({ scores }) => Number.isFinite(scores.mean));
  const found: Record<string, Distance> = {};
  if (scored.length === 0) return found;
  const items = itemError(scored, ({ scores }) => scores.ci);
  for (const name of Object.keys(scoreNulls)) {
    const both = scored.filter(({ scores }) => Number.isFinite(scores.nulls[name]?.mean ?? Number.NaN));
    if (both.length === 0 || name === "rewired") continue;
    const nulls = both.map(({ scores }) => scores.nulls[name]);
    const spread = spreadOfDraws(nulls);
    // Of the untrained encoder the same resamples are known, so that what both have in common falls out.
    const paired = name === "untrained" ? itemError(both, ({ scores }) => scores.aheadOfUntrained) : items;
    const ofDraws = spread / Math.sqrt(nulls[0].draws.length * both.length);
    const one = distance({
      ours: both.map(({ scores }) => scores.mean),
      null: nulls.map(({ mean }) => mean),
      ...{ paired: true, units: { ...paired, error: Math.hypot(paired.error, ofDraws) } },
      ...(spread > 0 ? { spread } : {}),
    });
    const draws = nulls.reduce((sum, null_) => sum + null_.draws.length, 0);
    found[name] = { ...one, runs: draws, ...without(runs.length - both.length) };
  }
  const theirs = (rewired ?? []).filter(({ mean }) => Number.isFinite(mean));
  if (theirs.length > 0) {
    const ours = scored.map(({ scores }) => scores.mean);
    const settings = settingsOf(scored, theirs);
    found.rewired = {
      ...distance({ ours, null: theirs.map(({ mean }) => mean), paired: false, units: items, settings }),
      ...without((rewired?.length ?? 0) - theirs.length),
    };
  }
  return found;
}

/** What both sides were fitted with, by name. */
function settingsOf(
  ours: readonly { fitted?: Fitted }[],
  theirs: readonly { fitted?: Fitted }[],
): Required<Sides>["settings"] {
  const name = ({ fitted }: { fitted?: Fitted }): string => (fitted ? `${fitted.alpha} ${fitted.reg}` : "");
  return { ours: ours.map(name), null: theirs.map(name) };
}

const without = (count: number): { without?: number } => (count > 0 ? { without: count } : {});

/** The error over items, of intervals that were made with each seed. */
function itemError(
  runs: readonly SeedRun[],
  of: (run: SeedRun) => [number, number],
): { error: number; freedom: number } {
  const ends = runs.map(of);
  return errorOf(meanOf(ends.map(([low]) => low)), meanOf(ends.map(([, high]) => high)));
}

/** Standard deviation of a null's draws about their own seed's mean; 0 of single draws. */
function spreadOfDraws(nulls: readonly ScoreNull[]): number {
  const [squares, freedom] = nulls.reduce(
    ([sum, count], { draws }) => {
      const middle = meanOf(draws);
      return [sum + draws.reduce((more, draw) => more + (draw - middle) ** 2, 0), count + draws.length - 1];
    },
    [0, 0],
  );
  return freedom > 0 ? Math.sqrt(squares / freedom) : 0;
}

/** nAP of the best latent by category, chosen on half A and measured on half B. */
type NapByCategory = ReadonlyMap<string, number>;

const trainedNap = ({ alignment }: SeedRun): NapByCategory =>
  new Map(alignment.perCategory.map(({ category, nap }) => [category, nap]));

const floorNap = ({ alignment }: SeedRun, floor: string): NapByCategory =>
  new Map(
    alignment.matrix.categories.map((category, index) => [category, alignment.floors[floor].napByCategory[index]]),
  );

/** The mean best nAP beside a null, over the categories that every run of both sides has: small ones may be tested in some runs only. */
function napDistance(
  ours: readonly NapByCategory[],
  theirs: readonly NapByCategory[],
  paired: boolean,
  settings?: Sides["settings"],
): Distance & { categories: number } {
  const shared = [...ours[0].keys()].filter((category) =>
    [...ours, ...theirs].every((one) => Number.isFinite(one.get(category) ?? Number.NaN)),
  );
  const all = [...ours, ...theirs].flatMap((one) =>
    [...one].flatMap(([name, value]) => (Number.isFinite(value) ? [name] : [])),
  );
  const left = new Set(all).size - shared.length;
  const weights = weightsBySettings(settings) ?? theirs.map(() => 1 / theirs.length);
  const nap = (one: NapByCategory, category: string): number => one.get(category) as number;
  const mean = (one: NapByCategory): number => meanOf(shared.map((category) => nap(one, category)));
  const gains = shared.map(
    (category) =>
      meanOf(ours.map((one) => nap(one, category))) -
      theirs.reduce((sum, one, run) => sum + weights[run] * nap(one, category), 0),
  );
  return {
    ...distance({ ours: ours.map(mean), null: theirs.map(mean), paired, units: unitError(gains), settings }),
    categories: shared.length,
    ...(left > 0 ? { categoriesLeftOut: left } : {}),
  };
}

/** The mean best nAP beside floors of the same factors, seed by seed. */
export function floorDistances(runs: readonly SeedRun[], floors: readonly string[]): Record<string, Distance> {
  if (runs.some(({ alignment }) => alignment.perCategory.length === 0)) return {};
  const named = floors.filter((name) => runs.every(({ alignment }) => name in alignment.floors));
  return Object.fromEntries(
    named.map((name) => [
      name,
      napDistance(
        runs.map(trainedNap),
        runs.map((run) => floorNap(run, name)),
        true,
      ),
    ]),
  );
}

/** The mean best nAP beside the untrained encoder and the rewired runs. */
export function meaningDistances(
  runs: readonly SeedRun[],
  rewired: readonly RewiredRun[] | undefined,
): Record<string, Distance> {
  const found = floorDistances(runs, ["untrained"]);
  const theirs = (rewired ?? []).flatMap(({ fitted, alignment }) => (alignment ? [{ fitted, ...alignment }] : []));
  if (theirs.length === 0 || Object.keys(found).length === 0) return found;
  const naps = theirs.map(
    ({ names, napByCategory }) => new Map(names.map((name, index) => [name, napByCategory[index]])),
  );
  const left = (rewired?.length ?? 0) - theirs.length;
  const one = napDistance(runs.map(trainedNap), naps, false, settingsOf(runs, theirs));
  return one.categories > 0 ? { ...found, rewired: { ...one, ...without(left) } } : found;
}
