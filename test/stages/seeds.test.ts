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
  const inputs = { ...results("own"), more: [results("first"), results("second")] };
  const { runs } = seeds.compute(inputs, toolsOf({ seed: 42 })) as SeedsResult;
  assert.equal(
    runs.map(({ seed, scores }) => [seed, scores as unknown]),
    [
      [42, "scores own"],
      // A hash has 32 bits, a seed 31.
      [Math.floor(hash32("42/seeds/1") / 2), "scores first"],
      [Math.floor(hash32("42/seeds/2") / 2), "scores second"],
    ],
  );
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
  const one = { ranking: "ranking", scores: "scores", alignment: "alignment" };
  assert.equal([value, hashes.length, seconds], [[one, one], 6, 6]);
});

test.run();
