import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  distanceTable,
  seedTable,
  verdictFigure,
  verdictSentences,
  verdictTable,
} from "../../../lib/src/lab/views/verdict";
import type { VerdictResult } from "../../../lib/src/stages/verdict";
import { sameTable, specRows } from "../../tables";

const noise = {
  ours: 0.5,
  null: 0.2,
  difference: 0.3,
  interval: [0.25, 0.35],
  margin: 6,
  marginUnit: "spreads",
  p: 0.04,
  runs: 24,
} as const;
const permuted = {
  ours: 0.5,
  null: 0.55,
  difference: -0.05,
  interval: [-0.08, -0.02],
  margin: -2,
  marginUnit: "standard errors",
  runs: 5,
} as const;
const single = { ours: 0.4, null: 0.3, difference: 0.1, runs: 1 };

/** One question of each kind: answered, open for want of a null, and open since no run says how far another lies. */
const verdict: VerdictResult = {
  word: "structure",
  score: {
    answer: "yes",
    decidedBy: "noise",
    margin: 6,
    p: 0.04,
    against: {
      noise: { ...noise, interval: [...noise.interval], counts: true },
      permuted: { ...permuted, interval: [...permuted.interval], counts: false },
    },
  },
  meaning: { answer: "undecided", lacks: ["untrained", "rewired"], against: {} },
  added: { answer: "too close to call", decidedBy: "kMeans", against: { kMeans: { ...single, counts: true } } },
  ranking: { ours: 0.125, null: 0.1, difference: 0.025, runs: 2 },
  weak: false,
  seeds: [
    { seed: 42, ndcgAt10: 0.1, score: 0.4, meanBestNap: 0.5 },
    { seed: 7, ndcgAt10: 0.15, score: 0.6, meanBestNap: 0.75 },
  ],
  fixed: [],
  rewiredRuns: 24,
};
const [SCORE, MEANING, ADDED] = ["score above its nulls", "latents mean categories", "autoencoder adds to items"];

test("the table of the verdict: each answer with what it hangs on, or with what it lacks", () => {
  const margin = "margin";
  sameTable(verdictTable(verdict), [
    {
      question: SCORE,
      answer: "yes",
      "hangs on": "noise",
      difference: 0.3,
      "95 % interval": "+0.2500 to +0.3500",
      [margin]: "+6.0 spreads",
      p: 0.04,
      seeds: 2,
      "runs of the null": 24,
    },
    {
      question: MEANING,
      answer: "undecided",
      "hangs on": "lacking: untrained, rewired",
      difference: "",
      "95 % interval": "unknown",
      [margin]: "",
      p: "",
      seeds: 2,
      "runs of the null": "",
    },
    {
      question: ADDED,
      answer: "too close to call",
      "hangs on": "kMeans",
      difference: 0.1,
      "95 % interval": "unknown",
      [margin]: "",
      p: "",
      seeds: 2,
      "runs of the null": 1,
    },
  ]);
});

test("the table of distances: every null, those that count and those that only stand beside", () => {
  const row = (
    question: string,
    name: string,
    counts: string,
    cells: [number, number, number, string, string, number | "", number],
    leftOut = "",
  ): Record<string, unknown> => ({
    ...{ question, null: name, counts, ours: cells[0], "the null's": cells[1], difference: cells[2] },
    ...{ "95 % interval": cells[3], margin: cells[4], p: cells[5], runs: cells[6], "left out": leftOut },
  });
  sameTable(distanceTable(verdict), [
    row(SCORE, "noise", "yes", [0.5, 0.2, 0.3, "+0.2500 to +0.3500", "+6.0 spreads", 0.04, 24]),
    row(SCORE, "permuted", "stands beside", [0.5, 0.55, -0.05, "−0.0800 to −0.0200", "−2.0 standard errors", "", 5]),
    row(ADDED, "kMeans", "yes", [0.4, 0.3, 0.1, "unknown", "", "", 1]),
  ]);
});

test("the table of seeds: a row each, then mean, least and most; nAP only where every seed has it", () => {
  // Means: (.1 + .15) / 2 = .125, (.4 + .6) / 2 = .5, (.5 + .75) / 2 = .625.
  const nap = "mean best nAP";
  sameTable(seedTable(verdict), [
    { seed: 42, "NDCG@10": 0.1, score: 0.4, [nap]: 0.5 },
    { seed: 7, "NDCG@10": 0.15, score: 0.6, [nap]: 0.75 },
    { seed: "mean", "NDCG@10": 0.125, score: 0.5, [nap]: 0.625 },
    { seed: "least", "NDCG@10": 0.1, score: 0.4, [nap]: 0.5 },
    { seed: "most", "NDCG@10": 0.15, score: 0.6, [nap]: 0.75 },
  ]);
  const [{ meanBestNap: _, ...bare }, whole] = verdict.seeds;
  for (const row of seedTable({ ...verdict, seeds: [bare, whole] })) assert.not.ok(nap in row);
});

test("the sentences name the null, the interval, the margin and p, and what is not known", () => {
  assert.equal(verdictSentences(verdict), [
    `${SCORE}: yes (+0.3000 against noise, 95 % +0.2500 to +0.3500, +6.0 spreads, p 0.040)`,
    `${MEANING}: undecided (not run: untrained, rewired)`,
    `${ADDED}: too close to call (+0.1000 against kMeans)`,
    "rests on 2 seeds, and 24 runs of data without structure",
  ]);
  const bare: VerdictResult = {
    ...verdict,
    meaning: { answer: "undecided", lacks: ["categories"], against: {} },
    seeds: verdict.seeds.slice(0, 1),
    rewiredRuns: 0,
  };
  const [, meaning, , rests] = verdictSentences(bare);
  assert.is(meaning, `${MEANING}: undecided (the data has no category to ask)`);
  assert.is(rests, "rests on 1 seed, so the spread over seeds is unknown, and 0 runs of data without structure");
});

test("what no seed drew anew is said, and what was left out", () => {
  const resting = (fixed: VerdictResult["fixed"]): string => verdictSentences({ ...verdict, fixed })[3];
  assert.match(resting(["split"]), /^rests on 2 seeds \(the same split in each\), and 24 runs/);
  assert.match(resting(["split", "factors"]), /\(the same split and factors in each\)/);
  assert.match(resting(["factors"]), /the same factors in each, which may have seen what the further seeds hold out/);
  const kMeans = { ...single, counts: true, without: 1, categories: 5, categoriesLeftOut: 2 };
  const partly: VerdictResult = { ...verdict, added: { ...verdict.added, against: { kMeans } } };
  assert.match(verdictSentences(partly)[2], /left out: 1 run, 2 categories\)$/);
  assert.is(distanceTable(partly)[2]["left out"], "1 run, 2 categories");
});

test("the table of seeds has what was chosen for each, where it was chosen", () => {
  const seeds = verdict.seeds.map((one, at) => ({ ...one, alpha: 10, reg: 25 + at }));
  assert.equal(
    seedTable({ ...verdict, seeds }).map(({ alpha, reg }) => [alpha, reg]),
    [
      [10, 25],
      [10, 26],
      [10, 25.5],
      [10, 25],
      [10, 26],
    ],
  );
});

test("on factors that are too weak nothing else is said", () => {
  const weak: VerdictResult = { ...verdict, weak: true, word: "factors too weak" };
  assert.equal(verdictSentences(weak), [
    "factors too weak: NDCG@10 0.1250 is not above popularity's 0.1000 with its whole interval, so no other verdict is given",
  ]);
});

test("the figure holds every distance, its interval where there is one", () => {
  const rows = specRows(verdictFigure(verdict).spec);
  assert.equal(
    rows.map(({ question, name, difference, low, high, side }) => [question, name, difference, low, high, side]),
    [
      [SCORE, "noise", 0.3, 0.25, 0.35, "above"],
      [SCORE, "(permuted)", -0.05, -0.08, -0.02, "below"],
      [ADDED, "kMeans", 0.1, undefined, undefined, "too close to call"],
    ],
  );
});

test.run();
