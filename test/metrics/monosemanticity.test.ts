import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { meanScore, monosemanticity, sampleRows, usableRows } from "../../lib/src/metrics/monosemanticity";
import { computeNulls, type NullInput, type ScoreNull, scoreNulls } from "../../lib/src/metrics/nulls";
import { standardDeviation } from "../../lib/src/metrics/nulls/noise";
import { choleskyRoot, moments } from "../../lib/src/metrics/nulls/noise-moments";
import { scoreInterval } from "../../lib/src/metrics/score-interval";
import { allClose, flat, oracle } from "../oracle";

const known = oracle<{ items: number[][]; latents: number[][]; scores: (number | null)[] }>("monosemanticity");
const d = known.items[0].length;
const k = known.scores.length;

/** The definition, pair by pair. */
function byPairs(z: number[], items: number[][], weights: number[] = z.map(() => 1)): number {
  const [low, high] = [Math.min(...z), Math.max(...z)];
  const cos = (x: number[], y: number[]): number =>
    x.reduce((sum, value, f) => sum + value * y[f], 0) / (Math.hypot(...x) * Math.hypot(...y));
  let [above, below] = [0, 0];
  for (let i = 0; i < z.length; i++)
    for (let j = 0; j < z.length; j++) {
      if (i === j) continue;
      const pair = (((weights[i] * (z[i] - low)) / (high - low)) * weights[j] * (z[j] - low)) / (high - low);
      above += pair * cos(items[i], items[j]);
      below += pair;
    }
  return above / below;
}

const computed = async (name: string, input: NullInput): Promise<ScoreNull> =>
  (await computeNulls(input, [name]))[name];

test("the closed form equals the oracle's double loop, and a dead latent has no score", () => {
  const scores = monosemanticity(flat(known.latents), k, flat(known.items), d);
  known.scores.forEach((score, latent) => {
    if (score === null) assert.ok(Number.isNaN(scores[latent]));
    else allClose([scores[latent]], [score], 1e-9, `latent ${latent}`);
  });
  const alive = known.scores.filter((score): score is number => score !== null);
  allClose([meanScore(scores)], [alive.reduce((sum, score) => sum + score, 0) / alive.length], 1e-9);
});

test("a sample is normalised and scored over its own items", () => {
  const rows = Int32Array.of(1, 4, 5, 9, 20, 21, 33);
  const scores = monosemanticity(flat(known.latents), k, flat(known.items), d, { rows });
  const pick = (from: number[][]): number[][] => Array.from(rows, (row) => from[row]);
  allClose(
    [scores[0]],
    [
      byPairs(
        pick(known.latents).map((z) => z[0]),
        pick(known.items),
      ),
    ],
    1e-9,
  );
});

test("items that point one way score 1, at right angles 0, opposite −1", () => {
  const score = (items: number[]): number =>
    monosemanticity(Float64Array.of(1, 1, 0), 1, Float64Array.from([...items, 5, 5]), 2)[0];
  assert.is(score([1, 0, 3, 0]), 1);
  assert.is(score([1, 0, 0, 2]), 0);
  assert.is(score([1, 0, -2, 0]), -1);
});

test("an item that is exactly zero is left out", () => {
  const items = Float64Array.of(1, 0, 0, 0, 0, 1, 1, 1);
  assert.equal([...usableRows(items, 2)], [0, 2, 3]);
  const z = Float64Array.of(1, 9, 1, 0);
  assert.is(monosemanticity(z, 1, items, 2)[0], 0);
});

test("a latent that fires on one item has no pair, and no score", () => {
  assert.ok(Number.isNaN(monosemanticity(Float64Array.of(0, 3, 0), 1, Float64Array.of(1, 0, 0, 1, 1, 1), 2)[0]));
});

test("shapes that do not agree are refused", () => {
  assert.throws(
    () => monosemanticity(new Float64Array(5), 2, new Float64Array(4), 2),
    (error: Error) => error instanceof InputError,
  );
});

test("a sample is drawn without replacement, the same for the same seed", () => {
  const rows = sampleRows(100, 30, 42);
  assert.is(new Set(rows).size, 30);
  assert.equal(rows, sampleRows(100, 30, 42));
  assert.is(sampleRows(10, 30, 42).length, 10);
});

test("the bootstrap's weighted score never compares an item with itself", async () => {
  // With one pair of items and draws of two, a resample that holds both scores their cosine, any other has no score.
  const items = Float64Array.of(1, 0, 0, 1, -1, -1);
  const z = Float64Array.of(1, 1, 0);
  const { low, high } = await scoreInterval(z, 1, items, 2, { seed: 1, draws: 200 });
  assert.is(low, 0);
  assert.is(high, 0);
});

test("the interval holds the mean and narrows with more items", async () => {
  const random = seededRandom(3, "test");
  const make = (n: number) => ({
    items: Float32Array.from({ length: n * 4 }, () => random.normal()),
    z: Float32Array.from({ length: n * 3 }, () => Math.max(0, random.normal())),
  });
  const width = async (n: number): Promise<number> => {
    const { items, z } = make(n);
    const mean = meanScore(monosemanticity(z, 3, items, 4));
    const { low, high } = await scoreInterval(z, 3, items, 4, { seed: 1, draws: 300 });
    assert.ok(low <= mean && mean <= high, `${low} ≤ ${mean} ≤ ${high}`);
    return high - low;
  };
  assert.ok((await width(4000)) < (await width(100)) / 3);
});

/** Encoder of fixed directions, so that every null can be told from the others. */
function nullInput(n: number, seed: number): NullInput {
  const random = seededRandom(seed, "null-test");
  const width = 6;
  const latents = 8;
  const items = Float32Array.from(
    { length: n * width },
    (_, at) => 0.3 * random.normal() + (at % width === 0 ? 0.8 : 0),
  );
  const directions = (from: number): Float32Array => {
    const draw = seededRandom(from, "directions");
    return Float32Array.from({ length: latents * width }, () => draw.normal());
  };
  const encodeWith = (W: Float32Array) => (rows: Float32Array) => {
    const out = new Float32Array((rows.length / width) * latents);
    for (let row = 0; row < rows.length / width; row++)
      for (let latent = 0; latent < latents; latent++) {
        let sum = 0;
        for (let f = 0; f < width; f++) sum += rows[row * width + f] * W[latent * width + f];
        out[row * latents + latent] = Math.max(0, sum);
      }
    return out;
  };
  const encode = encodeWith(directions(1));
  return {
    items,
    d: width,
    k: latents,
    latents: encode(items),
    encode,
    encodeUntrained: encodeWith(directions(2)),
    seed,
  };
}

test("a shuffle of some activations is one of all: every placing of two values on three items is as likely", async () => {
  // Items at right angles or opposite, so that each placing of (1, ½, 0) has a cosine that tells which items it met.
  const items = Float32Array.of(1, 0, -1, 0, 0, 1);
  const z = Float32Array.of(2, 1, 0);
  const base = {
    items,
    d: 2,
    k: 1,
    latents: z,
    encode: (rows: Float32Array) => rows,
    encodeUntrained: (rows: Float32Array) => rows,
  };
  const runs = await Promise.all(Array.from({ length: 600 }, (_, seed) => computed("permuted", { ...base, seed })));
  const draws = runs.flatMap((run) => run.draws);
  const opposite = draws.filter((score) => Math.abs(score + 1) < 1e-9).length / draws.length;
  assert.ok(draws.every((score) => Math.abs(score + 1) < 1e-9 || Math.abs(score) < 1e-9));
  assert.ok(Math.abs(opposite - 1 / 3) < 0.04, `${opposite} opposite`);
});

test("shuffled activations score the mean cosine of all pairs", async () => {
  const input = nullInput(2000, 5);
  const { perLatent, mean } = await computed("permuted", input);
  const items = Array.from({ length: 2000 }, (_, row) => [...input.items.subarray(row * 6, row * 6 + 6)]);
  // One more item, inactive: otherwise equal activations would not vary and have no score.
  const everyone = [...items.map(() => 1), 0];
  const all = monosemanticity(Float64Array.from(everyone), 1, flat([...items, items[0]]), 6)[0];
  assert.ok(Math.abs(mean - all) < 0.01, `${mean} against ${all}`);
  assert.is(perLatent.length, 8);
});

test("noise has the factors' scale and nothing else of them; noiseMoments has their mean and covariance", async () => {
  const input = nullInput(3000, 5);
  const seen: Record<string, Float32Array> = {};
  for (const name of ["noise", "noiseMoments"])
    await computed(name, {
      ...input,
      encode: (rows) => {
        seen[name] = rows;
        return input.encode(rows);
      },
    });
  const truth = moments(input.items, 6);
  assert.ok(Math.abs(standardDeviation(seen.noise) / standardDeviation(input.items) - 1) < 0.02);
  assert.ok(Math.abs(moments(seen.noise, 6).mean[0]) < 0.05);
  const made = moments(seen.noiseMoments, 6);
  made.mean.forEach((value, f) => {
    assert.ok(Math.abs(value - truth.mean[f]) < 0.03, `mean ${f}`);
  });
  made.covariance.forEach((value, at) => {
    assert.ok(Math.abs(value - truth.covariance[at]) < 0.01, `covariance ${at}`);
  });
});

test("the untrained null reads the real items with the starting weights", async () => {
  const input = nullInput(200, 5);
  const expected = monosemanticity(await input.encodeUntrained(input.items), input.k, input.items, input.d);
  assert.equal((await computed("untrained", input)).perLatent, expected);
});

test("every null is the same for the same seed", async () => {
  for (const name of Object.keys(scoreNulls).filter((each) => scoreNulls[each].compute)) {
    const [once, again] = [await computed(name, nullInput(150, 9)), await computed(name, nullInput(150, 9))];
    assert.equal(once.perLatent, again.perLatent, name);
  }
});

test("a covariance is the product of its root with itself, also where a direction has no variance", () => {
  const root = choleskyRoot(Float64Array.of(4, 2, 0, 2, 5, 0, 0, 0, 0), 3);
  assert.equal([...root], [2, 0, 0, 1, 2, 0, 0, 0, 0]);
});

test.run();
