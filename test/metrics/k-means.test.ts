import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { kMeansCentres } from "../../lib/src/metrics/floors";
import { type KMeans, kMeans } from "../../lib/src/metrics/k-means";
import { allClose } from "../oracle";

/** `each` rows around each of k far-apart points of d numbers, one point after the other. */
function clouds(k: number, each: number, d: number): Float32Array {
  const random = seededRandom(3, "k-means-test");
  const middles = Float32Array.from({ length: k * d }, () => 20 * random.normal());
  return Float32Array.from(
    { length: k * each * d },
    (_, at) => middles[Math.floor(at / (each * d)) * d + (at % d)] + random.normal(),
  );
}

/** Distances and nearest centres by their definition. */
function byDefinition(rows: Float32Array, d: number, { centres }: KMeans): { nearest: number[]; distance: number } {
  const nearest: number[] = [];
  let sum = 0;
  for (let row = 0; row < rows.length; row += d) {
    const gaps = Array.from({ length: centres.length / d }, (_, one) =>
      Array.from({ length: d }, (_, f) => (rows[row + f] - centres[one * d + f]) ** 2).reduce((a, b) => a + b),
    );
    nearest.push(gaps.indexOf(Math.min(...gaps)));
    sum += Math.min(...gaps);
  }
  return { nearest, distance: sum / (rows.length / d) };
}

test("clusters that lie far apart are found, each centre the middle of its rows", async () => {
  const [k, each, d] = [6, 40, 5];
  const rows = clouds(k, each, d);
  const found = await kMeans(rows, d, { k, seed: 1 });
  for (let one = 0; one < k; one++) {
    const own = found.nearest.slice(one * each, (one + 1) * each);
    assert.is(new Set(own).size, 1);
    for (let f = 0; f < d; f++) {
      let mean = 0;
      for (let row = one * each; row < (one + 1) * each; row++) mean += rows[row * d + f] / each;
      allClose([found.centres[own[0] * d + f]], [mean], 1e-5);
    }
  }
  assert.is(new Set(found.nearest).size, k);
});

test("where it ends, every row has its nearest centre, and no step came away further", async () => {
  const random = seededRandom(8, "k-means-cloud");
  const d = 4;
  const rows = Float32Array.from({ length: 700 * d }, () => random.normal());
  const found = await kMeans(rows, d, { k: 9, seed: 5, steps: 500 });
  const expected = byDefinition(rows, d, found);
  assert.equal([...found.nearest], expected.nearest);
  const { distances } = found;
  allClose([distances[distances.length - 1]], [expected.distance], 1e-5);
  assert.ok(distances.length > 3 && distances.length < 500);
  for (let step = 1; step < distances.length; step++) assert.ok(distances[step] <= distances[step - 1] + 1e-9);
});

test("the same seed gives the same bytes, another seed others, and the steps are bounded", async () => {
  const random = seededRandom(9, "k-means-cloud");
  const rows = Float32Array.from({ length: 3000 }, () => random.normal());
  const [one, again, other] = [
    await kMeans(rows, 3, { k: 12, seed: 1, steps: 2 }),
    await kMeans(rows, 3, { k: 12, seed: 1, steps: 2 }),
    await kMeans(rows, 3, { k: 12, seed: 2, steps: 2 }),
  ];
  assert.equal(one, again);
  assert.not.equal(one.centres, other.centres);
  assert.is(one.distances.length, 3);
});

test("of many rows it is fitted on a sample; rows that are all alike, and too few rows, are borne", async () => {
  const rows = clouds(4, 200, 3);
  const sampled = await kMeans(rows, 3, { k: 4, seed: 1, sample: 100 });
  assert.is(sampled.nearest.length, 100);
  assert.ok(byDefinition(rows, 3, sampled).distance < 6, "the sample's centres are those of all rows");
  const alike = await kMeans(new Float32Array(60).fill(2), 3, { k: 5, seed: 1 });
  assert.ok(alike.centres.every((value) => value === 2));
  const error = await kMeans(new Float32Array(9), 3, { k: 4, seed: 1 }).catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match(error.message, /3 items, fewer than the 4 latents/);
});

test("as a floor, each centre has length 1", async () => {
  const directions = await kMeansCentres({ rows: clouds(3, 20, 4), d: 4, k: 3, seed: 1 });
  for (let one = 0; one < 3; one++) allClose([Math.hypot(...directions.subarray(one * 4, one * 4 + 4))], [1], 1e-6);
});

test.run();
