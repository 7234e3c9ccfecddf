import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { neighbourPurity } from "../../lib/src/metrics/neighbour-purity";
import { allClose } from "../oracle";

const d = 3;

function cloud(n: number): { rows: Float32Array; tags: (string | undefined)[] } {
  const random = seededRandom(9, "cloud");
  return {
    rows: Float32Array.from({ length: n * d }, () => random.normal()),
    tags: Array.from({ length: n }, (_, at) => (at % 5 === 4 ? undefined : at % 3 === 0 ? "a" : "b")),
  };
}

test("purity and chance equal a plain recount", async () => {
  const { rows, tags } = cloud(40);
  rows.fill(0, 0, d);
  const found = await neighbourPurity(rows, d, tags, { seed: 1, neighbours: 4 });
  const tagged = [...tags.keys()].filter((row) => tags[row] !== undefined && row > 0);
  const row = (at: number): number[] => [...rows.subarray(at * d, (at + 1) * d)];
  const cosine = (a: number, b: number): number =>
    row(a).reduce((sum, value, f) => sum + value * row(b)[f], 0) / (Math.hypot(...row(a)) * Math.hypot(...row(b)));
  let [purity, chance] = [0, 0];
  for (const asked of tagged) {
    const others = tagged.filter((other) => other !== asked);
    const nearest = [...others].sort((x, y) => cosine(asked, y) - cosine(asked, x)).slice(0, 4);
    purity += nearest.filter((other) => tags[other] === tags[asked]).length / 4 / tagged.length;
    chance += others.filter((other) => tags[other] === tags[asked]).length / others.length / tagged.length;
  }
  allClose([found.purity, found.chance], [purity, chance], 1e-9);
  assert.equal([found.items, found.neighbours], [tagged.length, 4]);
});

test("on noise the interval holds chance; two clusters are pure", async () => {
  const { rows, tags } = cloud(2000);
  const noise = await neighbourPurity(rows, d, tags, { seed: 1 });
  assert.ok(noise.low < noise.chance && noise.chance < noise.high);
  assert.is(noise.items, 1000);
  tags.forEach((tag, at) => {
    rows[at * d] = tag === "a" ? 50 : -50;
  });
  assert.is((await neighbourPurity(rows, d, tags, { seed: 1 })).purity, 1);
});

test("too few tagged items, and tags for other rows, are refused", async () => {
  const { rows, tags } = cloud(12);
  const refusal = (given: typeof tags): Promise<unknown> =>
    neighbourPurity(rows, d, given, { seed: 1 }).catch((error: unknown) => error);
  const few = await refusal(tags);
  assert.ok(few instanceof InputError && /Only 10 items/.test(few.message));
  assert.match(String(await refusal(tags.slice(1))), /11 tags for 12 rows/);
});

test.run();
