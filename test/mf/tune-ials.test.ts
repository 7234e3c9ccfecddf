import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { seededRandom } from "../../lib/src/base/random";
import { splitInteractions } from "../../lib/src/data/split";
import { evaluateLists } from "../../lib/src/metrics/ranking";
import { fitIals, IALS_DEFAULTS } from "../../lib/src/mf/ials";
import { candidatesOf, noiseLevel, type RankFactors, REG_SHARES, tuneIals } from "../../lib/src/mf/tune-ials";
import { type Csr, csrFromPairs, type Interactions } from "../../lib/src/records/interactions";
import { allClose } from "../oracle";

const ids = (prefix: string, n: number): string[] => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** Users of a few tastes, each taking `taken` items, of which a share is of their own taste. */
function tasteful(users: number, items: number, taken: number, seed: number): Interactions {
  const random = seededRandom(seed, "tastes");
  const tastes = 6;
  const pairs: [number, number][] = [];
  for (let user = 0; user < users; user++) {
    const own = random.integer(tastes);
    for (let at = 0; at < taken; at++) {
      // The lower an item's row, the more popular it is.
      const popular = Math.floor(items * random.uniform() ** 2);
      const item = random.uniform() < 0.6 ? popular - (popular % tastes) + own : popular;
      pairs.push([user, Math.min(item, items - 1)]);
    }
  }
  const csr = csrFromPairs(
    users,
    items,
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  );
  return { users: ids("u", users), items: ids("i", items), csr };
}

const ndcg: RankFactors = async (factors, train, heldOut) => (await evaluateLists(factors, train, heldOut)).ndcgAt10;
const { alpha: _alpha, reg: _reg, tolerance: _tolerance, ...settings } = { ...IALS_DEFAULTS, d: 6 };
const data = tasteful(400, 120, 14, 3);

test("the same choice, curve and all, on 1, 2 and 4 threads, and twice; another seed holds other positives out", async () => {
  const runs = [];
  for (const threads of [1, 1, 2, 4]) runs.push(await tuneIals(data, settings, ndcg, undefined, threads));
  for (const run of runs) assert.equal(run, runs[0]);
  const other = await tuneIals(data, { ...settings, seed: 1 }, ndcg);
  assert.not.equal(other.curve, runs[0].curve);
});

test("each rung takes the best third of the one before, and its figures are those of a fit of its own", async () => {
  const seen: { train: number; heldOut: number; overlap: number }[] = [];
  const { candidates, rungs, curve, chosen, validation } = await tuneIals(
    data,
    settings,
    (factors, train, heldOut, tell) => {
      const taken = new Set<number>();
      for (let row = 0; row < train.rows; row++)
        for (let p = train.indptr[row]; p < train.indptr[row + 1]; p++) taken.add(row * train.cols + train.indices[p]);
      let overlap = 0;
      for (let row = 0; row < heldOut.rows; row++)
        for (let p = heldOut.indptr[row]; p < heldOut.indptr[row + 1]; p++)
          if (taken.has(row * train.cols + heldOut.indices[p])) overlap++;
      seen.push({ train: train.indices.length, heldOut: heldOut.indices.length, overlap });
      return ndcg(factors, train, heldOut, tell);
    },
  );
  assert.is(candidates.length, 30);
  assert.equal(
    rungs.map(({ sweeps, candidates: count, kept }) => [sweeps, count, kept]),
    [
      [4, 30, 10],
      [12, 10, 4],
      [40, 4, 1],
    ],
  );
  for (const { train, heldOut, overlap } of seen) {
    assert.is(train + heldOut, data.csr.indices.length, "all of the train split and nothing else");
    assert.is(overlap, 0);
  }
  assert.is(validation.fitted, Math.floor(0.8 * data.csr.indices.length));
  for (const [at, { sweeps, kept }] of rungs.entries()) {
    const height = (rung: number): number[] =>
      curve.filter((point) => point.sweeps === rung).map(({ ndcgAt10 }) => ndcgAt10);
    const survivors = curve.filter((point) => point.sweeps === (rungs[at + 1]?.sweeps ?? Number.NaN));
    if (survivors.length === 0) continue;
    const best = curve
      .filter((point) => point.sweeps === sweeps)
      .sort((a, b) => b.ndcgAt10 - a.ndcgAt10)
      .slice(0, kept);
    assert.is(height(sweeps).length, rungs[at].candidates);
    assert.equal(
      survivors.map(({ alpha, share }) => `${alpha} ${share}`),
      best.map(({ alpha, share }) => `${alpha} ${share}`),
    );
  }
  const last = curve.filter(({ sweeps }) => sweeps === 40);
  assert.equal(chosen, [...last].sort((a, b) => b.ndcgAt10 - a.ndcgAt10)[0]);
  assert.ok(chosen.ndcgAt10 > validation.popularity, "on tastes that are there, the choice beats popularity");
});

test("a candidate that goes on is as one fit of all its sweeps: nothing is lost between rungs", async () => {
  const tuned = await tuneIals(data, { ...settings, alpha: 10 }, ndcg);
  let known = Number.NaN;
  await tuneIals(data, { ...settings, alpha: 10 }, async (factors, train, heldOut, tell) => {
    if (Number.isNaN(known) && factors.config.kind === "ials") {
      const reg = tuned.chosen.share * noiseLevel(train, 10);
      const whole = await fitIals(
        { users: factors.userIds, items: factors.itemIds, csr: train },
        { ...settings, alpha: 10, reg, iterations: 40, tolerance: 0 },
      );
      known = await ndcg(whole, train, heldOut, tell);
    }
    return ndcg(factors, train, heldOut, tell);
  });
  assert.is(tuned.chosen.ndcgAt10, known);
});

test("what is set by hand is held, and the other setting alone is chosen", async () => {
  const alphaHeld = await tuneIals(data, { ...settings, alpha: 7 }, ndcg);
  assert.ok(alphaHeld.candidates.every(({ alpha }) => alpha === 7));
  assert.equal(
    alphaHeld.candidates.map(({ share }) => share),
    REG_SHARES,
  );
  const regHeld = await tuneIals(data, { ...settings, reg: 12 }, ndcg);
  assert.is(regHeld.chosen.reg, 12);
  assert.ok(new Set(regHeld.candidates.map(({ alpha }) => alpha)).size >= 6);
  const both = await tuneIals(data, { ...settings, alpha: 7, reg: 12 }, ndcg);
  assert.equal([both.chosen.alpha, both.chosen.reg], [7, 12]);
});

test("a cap on sweeps below a rung ends the rungs there", async () => {
  const { rungs } = await tuneIals(data, { ...settings, iterations: 5 }, ndcg);
  assert.equal(
    rungs.map(({ sweeps, kept }) => [sweeps, kept]),
    [
      [4, 10],
      [5, 1],
    ],
  );
  assert.equal((await tuneIals(data, { ...settings, iterations: 1 }, ndcg)).rungs.length, 1);
});

test("the noise level is the largest singular value of a matrix of ones placed at random, but for that of its mean", () => {
  const [rows, cols] = [600, 300];
  const random = seededRandom(8, "noise");
  const n = 9000;
  const csr = csrFromPairs(
    rows,
    cols,
    Array.from({ length: n }, () => random.integer(rows)),
    Array.from({ length: n }, () => random.integer(cols)),
  );
  const mean = csr.indices.length / rows / cols;
  // Power iteration on XᵀX with the mean taken off.
  let v = Float64Array.from({ length: cols }, () => random.normal());
  let largest = 0;
  for (let step = 0; step < 300; step++) {
    const total = v.reduce((sum, value) => sum + value, 0);
    const u = Float64Array.from({ length: rows }, (_, row) => {
      let sum = -mean * total;
      for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) sum += v[csr.indices[p]];
      return sum;
    });
    const totalU = u.reduce((sum, value) => sum + value, 0);
    const next = new Float64Array(cols).fill(-mean * totalU);
    for (let row = 0; row < rows; row++)
      for (let p = csr.indptr[row]; p < csr.indptr[row + 1]; p++) next[csr.indices[p]] += u[row];
    const length = Math.hypot(...next);
    largest = Math.sqrt(length);
    v = next.map((value) => value / length);
  }
  const level = noiseLevel(csr, 0);
  assert.ok(Math.abs(largest / level - 1) < 0.08, `largest ${largest}, level ${level}`);
  allClose([noiseLevel(csr, 9)], [10 * level], 1e-12);
  // Rows and columns without an entry change nothing.
  const wider = csrFromPairs(
    2 * rows,
    3 * cols,
    Array.from({ length: rows }, (_, row) => Array(csr.indptr[row + 1] - csr.indptr[row]).fill(row) as number[]).flat(),
    [...csr.indices],
  );
  allClose([noiseLevel(wider, 0)], [level], 1e-12);
});

test("the grid reaches from alpha 1 to 400, and its penalties grow with the data's noise level", () => {
  const candidates = candidatesOf(data.csr, {});
  const alphas = candidates.map(({ alpha }) => alpha);
  assert.equal([Math.min(...alphas), Math.max(...alphas)], [1, 400]);
  for (const { alpha, share, reg } of candidates)
    assert.is(reg, Number((share * noiseLevel(data.csr, alpha)).toPrecision(3)));
});

test("a listener that throws stops the tuning; progress only grows, to its end", async () => {
  const seen: number[] = [];
  await tuneIals(data, settings, ndcg, ({ phase, done, total }) => {
    assert.is(phase, "tuning");
    seen.push(done / total);
  });
  assert.equal(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.is(seen[seen.length - 1], 1);
  const stopped = await tuneIals(data, settings, ndcg, ({ done }) => {
    if (done > 5) throw new Error("stop");
  }).catch((error) => error);
  assert.is(stopped.message, "stop");
});

test("candidates that leave the numbers are out, and where all do the remedy is said", async () => {
  const error = await tuneIals(data, { ...settings, initScale: 1e25 }, ndcg).catch((thrown) => thrown);
  assert.match(String(error), /No candidate .* set mf\.alpha and mf\.reg by hand/);
  assert.instance(error, InputError);
});

test("data too small to hold anything out are refused in the tuning's own words", async () => {
  const csr = csrFromPairs(30, 30, [3], [4]);
  const tiny = { users: ids("u", 30), items: ids("i", 30), csr };
  const error = await tuneIals(tiny, settings, ndcg).catch((thrown) => thrown);
  assert.instance(error, InputError);
  assert.match(error.message, /train split has 1 interactions, too few .* --set mf\.tune=false/);
});

test("the tuning draws with a stream of its own: what it holds out lies elsewhere than what a split with the run's seed does", async () => {
  const users = 4000;
  const csr = csrFromPairs(
    users,
    40,
    Array.from({ length: 10 * users }, (_, at) => Math.floor(at / 10)),
    Array.from({ length: 10 * users }, (_, at) => (at % 10) * 4),
  );
  const places = ({ indptr, indices, rows }: Csr): Set<number> => {
    const found = new Set<number>();
    for (let row = 0; row < rows; row++)
      for (let p = indptr[row]; p < indptr[row + 1]; p++) found.add(row * 40 + indices[p]);
    return found;
  };
  const data = { users: ids("u", users), items: ids("i", 40), csr };
  let held = new Set<number>();
  await tuneIals(data, { ...settings, alpha: 1, reg: 50, iterations: 1 }, async (_factors, _train, heldOut) => {
    held = places(heldOut);
    return 0;
  });
  const { test: main } = splitInteractions(data, { kind: "random", trainShare: 0.8, seed: settings.seed });
  const both = [...places(main)].filter((place) => held.has(place)).length;
  // Two independent fifths share a fifth of a fifth; 6 standard deviations are 0.01.
  assert.ok(Math.abs(both / held.size - 0.2) < 0.03, `${both} of ${held.size}`);
});

test.run();
