import { test } from "uvu";
import * as assert from "uvu/assert";
import { PLANTED_DEFAULTS, type PlantedConfig } from "../../../lib/src/data/planted";
import type { PlantedConcept } from "../../../lib/src/data/planted/concepts";
import { drawInteractions } from "../../../lib/src/data/planted/sample";
import { prepareTaste } from "../../../lib/src/data/planted/taste";
import { csrFromPairs } from "../../../lib/src/records/interactions";

const concept = (name: string, kind: PlantedConcept["kind"]): PlantedConcept => ({ name, kind, level: 1, parent: -1 });
const concepts = [
  concept("Women", "audience"),
  concept("Men", "audience"),
  concept("Vintage", "cross"),
  concept("Formal", "cross"),
];
const width = 3;
const directions = Float32Array.from([0.6, 0.8, 0, -0.8, 0.6, 0, 0, 0.6, 0.8, 0.36, -0.48, 0.8]);
// Items 0 to 7: a path each, then no, one or two styles; several share both.
const itemConcepts = [[0], [0], [0, 2], [1], [1, 2], [1, 2, 3], [0, 3], [1]];
const items = csrFromPairs(
  8,
  4,
  itemConcepts.flatMap((list, item) => list.map(() => item)),
  itemConcepts.flat(),
);
const popularity = Float64Array.from([1, 0.5, 0.4, 0.8, 0.3, 0.6, 0.2, 0.7]);
const strengths = [1.4, 0.9];
const liked = [0, 2];
const USERS = 40_000;

/** One interaction each for many users of one taste, with the exact softmax beside it. */
async function frequencies(more: Partial<PlantedConfig>): Promise<{ seen: number[]; chance: number[] }> {
  const config: PlantedConfig = {
    ...PLANTED_DEFAULTS,
    users: USERS,
    items: 8,
    interactions: USERS,
    directionWidth: width,
    temperature: 0.7,
    noiseShare: 0.2,
    minItemInteractions: 1,
    ...more,
  };
  const users = {
    concepts: csrFromPairs(
      USERS,
      4,
      Array.from({ length: 2 * USERS }, (_, n) => n >> 1),
      Array.from({ length: 2 * USERS }, (_, n) => liked[n & 1]),
    ),
    strengths: Float32Array.from({ length: 2 * USERS }, (_, n) => strengths[n & 1]),
  };
  const taste = prepareTaste(concepts, items, users, directions, config);
  const csr = await drawInteractions(popularity, new Int32Array(USERS).fill(1), taste, config);
  const seen = new Array<number>(8).fill(0);
  for (const item of csr.indices) seen[item]++;
  const weights = itemConcepts.map((list, item) => {
    let logit = 0;
    for (let j = 0; j < width; j++) {
      const t = liked.reduce((sum, c, n) => sum + strengths[n] * directions[c * width + j], 0);
      const x = list.reduce((sum, c) => sum + directions[c * width + j], 0);
      logit += (t * x) / config.temperature;
    }
    return popularity[item] * Math.exp(logit);
  });
  const share = (values: ArrayLike<number>): number[] => {
    const total = Array.from(values).reduce((sum, value) => sum + value, 0);
    return Array.from(values, (value) => value / total);
  };
  const [taken, noise] = [share(weights), share(popularity)];
  const chance = taken.map((value, item) => (1 - config.noiseShare) * value + config.noiseShare * noise[item]);
  return { seen, chance };
}

const chiSquare = (seen: readonly number[], chance: readonly number[]): number =>
  seen.reduce((sum, count, item) => sum + (count - USERS * chance[item]) ** 2 / (USERS * chance[item]), 0);

// The 99.9th percentile of chi-square with 7 degrees of freedom.
const LIMIT = 24.32;

for (const seed of [1, 2, 3])
  test(`items are drawn by the exact softmax of popularity and taste, seed ${seed}`, async () => {
    const { seen, chance } = await frequencies({ seed });
    const value = chiSquare(seen, chance);
    assert.ok(value < LIMIT, `chi-square ${value} of ${seen}`);
    // The test has the power to tell popularity alone from the truth.
    const popular = Array.from(popularity, (value) => value / popularity.reduce((sum, p) => sum + p, 0));
    assert.ok(chiSquare(seen, popular) > 100 * LIMIT);
  });

test("in the published shape each item gets the share that its popularity says, whatever its concepts", async () => {
  const { seen } = await frequencies({ shape: "published" });
  const popular = Array.from(popularity, (value) => value / popularity.reduce((sum, p) => sum + p, 0));
  const value = chiSquare(seen, popular);
  assert.ok(value < LIMIT, `chi-square ${value} of ${seen}`);
});

test.run();
