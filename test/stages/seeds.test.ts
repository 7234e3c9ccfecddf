import { test } from "uvu";
import * as assert from "uvu/assert";
import { hash32 } from "../../lib/src/base/random";
import { presetConfig } from "../../lib/src/stages/config";
import { type SeedsResult, seeds } from "../../lib/src/stages/seeds";
import type { Pipeline } from "../../lib/src/stages/stage";
import { toolsOf } from "./tiny";

const results = (name: string) => ({
  ranking: `ranking ${name}`,
  scores: `scores ${name}`,
  alignment: `alignment ${name}`,
});

test("seeds: the configuration's own run first, each of the others under a seed hashed from it and its number", () => {
  const data = { interactions: { users: ["u0", "u1"] } };
  const tuned = { chosen: { alpha: 4, reg: 5, ndcgAt10: 0.1 } };
  const inputs = { data, ...results("own"), tuned, more: [results("first"), results("second")] };
  const settings = { seed: 42, maxUsers: 2, splitDrawn: true, factorsFitted: true };
  const { runs, fixed } = seeds.compute(inputs, toolsOf(settings)) as SeedsResult;
  assert.equal(
    runs.map(({ seed, scores }) => [seed, scores as unknown]),
    [
      [42, "scores own"],
      // A hash has 32 bits, a seed 31.
      [Math.floor(hash32("42/seeds/1") / 2), "scores first"],
      [Math.floor(hash32("42/seeds/2") / 2), "scores second"],
    ],
  );
  assert.equal([runs.map(({ fitted }) => fitted), fixed], [[{ alpha: 4, reg: 5 }, undefined, undefined], []]);
});

test("seeds: what no seed draws anew is named; users that are drawn are a split of each seed's own", () => {
  const fixed = (users: string[], splitDrawn: boolean, factorsFitted: boolean): readonly string[] => {
    const inputs = { data: { interactions: { users } }, ...results("own"), more: [] };
    const settings = { seed: 42, maxUsers: 2, splitDrawn, factorsFitted };
    return (seeds.compute(inputs, toolsOf(settings)) as SeedsResult).fixed;
  };
  assert.equal(fixed(["a", "b"], false, false), ["split", "factors"]);
  assert.equal(fixed(["a", "b", "c"], false, true), []);
});

test("seeds: each further run has the seed that it is listed under, and neither seeds nor rewired runs of its own", async () => {
  const seen: [number, number, number, number][] = [];
  const config = { ...presetConfig("calibrated"), seeds: { runs: 3 }, rewired: { runs: 5, factors: [] } };
  const pipeline = {
    config,
    variant: ({ seed, seeds: own, rewired }: typeof config, replaced: ReadonlyMap<unknown, unknown>) => {
      seen.push([seed, own.runs, rewired.runs, replaced.size]);
      return {
        ...pipeline,
        spent: () => 3,
        stage: async ({ name }: { name: string }) => ({ value: name, hashes: [name], seconds: 1 }),
      };
    },
  } as unknown as Pipeline;
  const { value, hashes, seconds } = await seeds.needs.more.find(pipeline);
  const others = [1, 2].map((run) => Math.floor(hash32(`42/seeds/${run}`) / 2));
  assert.equal(
    seen,
    others.map((seed) => [seed, 1, 0, 1]),
  );
  const one = { tuned: "tune", ranking: "ranking", scores: "scores", alignment: "alignment" };
  assert.equal([value, hashes.length, seconds], [[one, one], 8, 6]);
});

test.run();
