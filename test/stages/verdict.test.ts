import { test } from "uvu";
import * as assert from "uvu/assert";
import type { RewiredRun } from "../../lib/src/stages/rewired";
import type { SeedRun } from "../../lib/src/stages/seeds";
import { type VerdictResult, verdict } from "../../lib/src/stages/verdict";

const CATEGORIES = ["a", "b", "c", "d"];

interface Made {
  gain?: [low: number, high: number];
  mean?: number;
  noise?: number[];
  untrained?: number;
  nap?: number[];
  kMeans?: number[];
  randomItems?: number[];
}

/** A run with one seed that shows what is said, and passes every null where nothing is said. */
function seed(made: Made = {}, number = 1): SeedRun {
  const { gain = [0.01, 0.03], mean = 0.2, noise = [0.09, 0.1, 0.11, 0.1, 0.1], untrained = 0.12 } = made;
  const { nap = [0.5, 0.6, 0.5, 0.6], kMeans = [0.1, 0.1, 0.2, 0.1], randomItems = [0.1, 0.2, 0.1, 0.1] } = made;
  const floor = (values: number[]): object => ({
    meanBestNap: values.reduce((sum, value) => sum + value, 0) / values.length,
    napByCategory: Float64Array.from(values),
  });
  const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const run = {
    seed: number,
    ranking: {
      ...{ model: { ndcgAt10: 0.04 }, popularity: { ndcgAt10: 0.02 } },
      againstPopularity: { ndcgAt10: { mean: 0.02, low: gain[0], high: gain[1] }, weak: gain[0] <= 0 },
    },
    scores: {
      ...{ mean, ci: [mean - 0.005, mean + 0.005] },
      aheadOfUntrained: [mean - untrained - 0.001, mean - untrained + 0.001],
      nulls: {
        noise: { mean: average(noise), draws: noise },
        noiseMoments: { mean: 0.3, draws: [0.29, 0.31] },
        untrained: { mean: untrained, draws: [untrained] },
      },
    },
    alignment: {
      categories: 4,
      meanBestNap: average(nap),
      perCategory: CATEGORIES.map((category, at) => ({ category, nap: nap[at] })),
      matrix: { categories: CATEGORIES },
      floors: { untrained: floor([0.1, 0.1, 0.1, 0.2]), randomItems: floor(randomItems), kMeans: floor(kMeans) },
    },
  };
  return run as unknown as SeedRun;
}

const rewiredRun = (mean: number, nap: number[] = [0, 0.01, 0, -0.01], names = CATEGORIES): RewiredRun =>
  ({
    ...{ d: 8, perLatent: Float64Array.of(mean), mean },
    alignment: { meanBestNap: 0, significant: 0, latentsAbove8: 0, names, napByCategory: Float64Array.from(nap) },
  }) as RewiredRun;

/** Runs about .15 that differ by less than .01. */
const RUNS = Array.from({ length: 19 }, (_, at) => rewiredRun(0.15 + 0.001 * ((at % 5) - 2)));

const judged = (runs: SeedRun[], rewired?: RewiredRun[]): VerdictResult =>
  verdict.compute(
    { seeds: { runs, fixed: [] }, rewired: rewired && { runs: rewired } },
    undefined as never,
  ) as VerdictResult;

test("all three are yes where every null is passed; noiseMoments stands beside, whatever it says", () => {
  const { word, score, meaning, added, weak, rewiredRuns } = judged([seed()], RUNS);
  assert.equal([word, score.answer, meaning.answer, added.answer], ["structure", "yes", "yes", "yes"]);
  assert.equal([weak, rewiredRuns, score.against.rewired.p], [false, 19, 0.05]);
  assert.is(score.against.noiseMoments.counts, false);
  assert.ok((score.against.noiseMoments.interval?.[1] as number) < 0);
  // Ours .2, runs about .15 with a standard deviation of about .0014.
  assert.ok((score.against.rewired.margin as number) > 30 && (score.against.rewired.margin as number) < 40);
  assert.is(score.against.rewired.marginUnit, "spreads");
  assert.is(added.against.kMeans.marginUnit, "standard errors");
});

test("one word for one case: noise, spectrum, untrained, undecided", () => {
  assert.is(judged([seed({ noise: [0.19, 0.2, 0.21, 0.2, 0.2] })], RUNS).word, "noise");
  assert.is(judged([seed({ mean: 0.15 })], RUNS).word, "spectrum");
  assert.is(judged([seed({ untrained: 0.25 })], RUNS).word, "untrained");
  assert.is(judged([seed()]).word, "undecided");
  assert.is(judged([seed()], RUNS.slice(0, 1)).word, "undecided");
  assert.equal(judged([seed()]).score.lacks, ["rewired"]);
});

test("weak factors get no other answer; two good seeds are not called weak for being two", () => {
  const { word, score, meaning, added } = judged([seed({ gain: [-0.001, 0.01] })], RUNS);
  assert.equal(new Set([word, score.answer, meaning.answer, added.answer]), new Set(["factors too weak"]));
  const two = judged([seed({ gain: [0.015, 0.02] }), seed({ gain: [0.008, 0.013] }, 2)], RUNS);
  assert.is(two.weak, false);
  assert.equal(two.ranking.interval, [(0.015 + 0.008) / 2, (0.02 + 0.013) / 2]);
});

test("draws of a null with one seed are no runs: no p, however many there are", () => {
  const seeds = [1, 2, 3, 4, 5].map((number) => seed({}, number));
  const { noise } = judged(seeds, RUNS).score.against;
  assert.equal([noise.p, noise.runs], [undefined, 25]);
});

test("means are over the categories that every run has", () => {
  // "d" is tested in no rewired run: ours are compared over a, b, c.
  const few = RUNS.map(({ mean }) => rewiredRun(mean, [0, 0.01, 0.02], ["a", "b", "c"]));
  const { rewired } = judged([seed()], few).meaning.against;
  assert.ok(Math.abs(rewired.ours - 1.6 / 3) < 1e-12 && Math.abs(rewired.null - 0.01) < 1e-12);
});

test("categories that only some runs have are counted, where means are over the others", () => {
  const few = RUNS.map(({ mean }) => rewiredRun(mean, [0, 0.01, 0.02], ["a", "b", "c"]));
  const { meaning, added } = judged([seed()], few);
  assert.equal([meaning.against.rewired.categories, meaning.against.rewired.categoriesLeftOut], [3, 1]);
  assert.equal([added.against.kMeans.categories, added.against.kMeans.categoriesLeftOut], [4, undefined]);
});

test("where no category is tested in every run, that is said, and not that the null was not run", () => {
  const other = RUNS.map(({ mean }) => rewiredRun(mean, [0, 0.01], ["x", "y"]));
  const { meaning } = judged([seed()], other);
  assert.equal([meaning.answer, meaning.lacks], ["undecided", ["shared categories"]]);
});

test("seeds that chose other settings are set beside the rewired runs that were fitted alike", () => {
  // Twice the penalty gives .3 in place of .2, of the data and of its rewiring alike: there is nothing in the data.
  const [low, high] = [
    { alpha: 10, reg: 24.6 },
    { alpha: 10, reg: 49.3 },
  ];
  const noise = (at: number): number => 0.001 * ((at % 5) - 2);
  const seeds = [0, 1, 2].map((at) => ({
    ...seed({ mean: (at === 1 ? 0.3 : 0.2) + noise(at) }, at),
    fitted: at === 1 ? high : low,
  }));
  const turns = Array.from({ length: 19 }, (_, at) => ({
    ...rewiredRun((at % 3 === 1 ? 0.3 : 0.2) + noise(at)),
    fitted: at % 3 === 1 ? high : low,
  }));
  const { rewired } = judged(seeds, turns).score.against;
  assert.ok(Math.abs(rewired.difference) < 0.002, `${rewired.difference}`);
  const [least, most] = rewired.interval as [number, number];
  // About ±2 · .0014, and the items' error of .0026; with the settings' spread in it ±.1 would be too little.
  assert.ok(most - least < 0.02, `${least} to ${most}`);
  assert.is(rewired.runs, 19);
  // Where no run of the null was fitted as one of ours, they stand as they are.
  const { rewired: plain } = judged(
    seeds,
    turns.filter(({ fitted }) => fitted === low),
  ).score.against;
  assert.ok(plain.difference > 0.03);
});

test("a run without a score is left out and counted, not the null", () => {
  const runs = [rewiredRun(Number.NaN), ...RUNS.slice(1)];
  const { rewired } = judged([seed()], runs).score.against;
  assert.equal([rewired.runs, rewired.without], [18, 1]);
});

test("without categories, and without latents that fire, the question is undecided and says why", () => {
  const bare = seed();
  bare.alignment = { ...bare.alignment, categories: 0, perCategory: [] };
  assert.equal(judged([bare], RUNS).meaning.lacks, ["categories"]);
  const still = seed();
  still.alignment = { ...still.alignment, perCategory: [] };
  assert.equal(judged([still], RUNS).added.lacks, ["latents that fire"]);
});

test.run();
