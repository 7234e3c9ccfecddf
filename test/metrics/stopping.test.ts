import { test } from "uvu";
import * as assert from "uvu/assert";
import type { OnProgress } from "../../lib/src/base/progress";
import { seededRandom } from "../../lib/src/base/random";
import { bootstrapMean } from "../../lib/src/metrics/bootstrap";
import { listAgreement } from "../../lib/src/metrics/list-agreement";
import { monosemanticity, monosemanticityAll } from "../../lib/src/metrics/monosemanticity";
import { neighbourPurity } from "../../lib/src/metrics/neighbour-purity";
import { computeNulls } from "../../lib/src/metrics/nulls";
import { noiseLike, noiseTrainedNull } from "../../lib/src/metrics/nulls/noise-trained";
import { popularityCorrelation } from "../../lib/src/metrics/popularity";
import { reconstructionMetrics } from "../../lib/src/metrics/reconstruction";
import type { Factors } from "../../lib/src/records/factors";
import { csrFromPairs } from "../../lib/src/records/interactions";
import { encode, encodeAll, initialWeights, reconstruct, reconstructAll } from "../../lib/src/sae/encode";
import { MSAE_DEFAULTS, msae } from "../../lib/src/sae/msae";

const [n, d, k] = [400, 6, 10];
const normals = (rows: number, name: string): Float32Array => {
  const random = seededRandom(1, name);
  return Float32Array.from({ length: rows * d }, () => random.normal());
};
const all = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);
const items = normals(n, "items");
const weights = initialWeights(msae, { ...MSAE_DEFAULTS, k, prefixes: [5, 10] }, d);
const latents = encode(weights, items);
const other = initialWeights(msae, { ...MSAE_DEFAULTS, k, prefixes: [5, 10], seed: 7 }, d);
const factors: Factors = {
  d,
  items,
  users: normals(100_000, "users"),
  userIds: Array.from({ length: 100_000 }, (_, at) => `u${at}`),
  itemIds: Array.from({ length: n }, (_, at) => `i${at}`),
  config: { kind: "random" },
};
const nullOf = (name: string, onProgress?: OnProgress): Promise<unknown> =>
  computeNulls(
    {
      ...{ items, d, k, latents, seed: 1, onProgress },
      encode: (rows) => encode(weights, rows),
      encodeUntrained: (rows) => encode(other, rows),
    },
    [name],
  );

/** Work that takes more than a moment on the paper's data, by how often it has to report at least. */
const WORK: Readonly<Record<string, { reports: number; run: (onProgress?: OnProgress) => Promise<unknown> }>> = {
  "null permuted": { reports: 5 * k, run: (onProgress) => nullOf("permuted", onProgress) },
  "null noise": { reports: 5, run: (onProgress) => nullOf("noise", onProgress) },
  "null noiseMoments": { reports: 6, run: (onProgress) => nullOf("noiseMoments", onProgress) },
  "null untrained": { reports: 1, run: (onProgress) => nullOf("untrained", onProgress) },
  "null noiseTrained": {
    reports: 2,
    run: (onProgress) =>
      noiseTrainedNull(
        { items: { values: items, d, rows: all(n) }, k, encode: (rows) => encodeAll(weights, rows, onProgress) },
        1,
        onProgress,
      ),
  },
  "noise to train on": {
    reports: 2,
    run: (onProgress) => noiseLike({ values: factors.users, d, rows: all(100_000) }, "users", 1, onProgress),
  },
  // 100,000 units a thousand times: two million a report.
  bootstrap: {
    reports: 50,
    run: (onProgress) => bootstrapMean(factors.users.subarray(0, 100_000), { seed: 1, name: "stop", onProgress }),
  },
  "nearest neighbours": {
    reports: n,
    run: (onProgress) => {
      const tags = Array.from({ length: n }, (_, at) => (at % 2 === 0 ? "a" : "b"));
      return neighbourPurity(items, d, tags, { seed: 1, onProgress });
    },
  },
  "correlation with popularity": {
    reports: k,
    run: (onProgress) =>
      popularityCorrelation(
        latents,
        k,
        items.subarray(0, n).map((value) => Math.abs(value)),
        onProgress,
      ),
  },
  "lists beside lists": {
    reports: 5,
    run: (onProgress) => {
      const nothing = csrFromPairs(100_000, n, [], []);
      return listAgreement(
        factors,
        { ...factors, items: items.slice().reverse() },
        nothing,
        [1, 2, 3, 4, 5],
        10,
        onProgress,
      );
    },
  },
  "users on their way through the autoencoder": {
    reports: 10,
    run: async (onProgress) => [
      await encodeAll(weights, factors.users, onProgress),
      await reconstructAll(weights, factors.users, onProgress),
    ],
  },
  "variance by prefix": {
    reports: 2,
    run: (onProgress) =>
      reconstructionMetrics({
        ...{ rows: items, d, latents, k, prefixes: [5, 10], onProgress },
        reconstruct: () => items,
      }),
  },
};

for (const [name, { reports, run }] of Object.entries(WORK))
  test(`${name} hears a listener every so often, stops when it throws, and gives the same without one`, async () => {
    let heard = 0;
    const watched = await run(async () => {
      heard++;
    });
    assert.ok(heard >= reports, `${heard} reports`);
    assert.equal(watched, await run());
    let asked = 0;
    const stop = new Error("stop");
    const said = await run(() => {
      asked++;
      throw stop;
    }).catch((error: unknown) => error);
    assert.is(said, stop);
    assert.is(asked, 1);
  });

test("a score whose items are added in parts is the same", async () => {
  const active = encode(weights, factors.users);
  let heard = 0;
  const inParts = await monosemanticityAll(active, k, factors.users, d, () => void heard++);
  assert.is(heard, 3);
  assert.equal(inParts, monosemanticity(active, k, factors.users, d));
});

test("rows that go through the autoencoder in parts come out as they do together", async () => {
  assert.equal(await encodeAll(weights, factors.users), encode(weights, factors.users));
  assert.equal(await reconstructAll(weights, factors.users), reconstruct(weights, factors.users));
});

test.run();
