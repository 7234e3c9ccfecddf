/**
 * How often the verdict errs: the whole pipeline on many small data sets, without structure and with strong structure (planted data as they
 * are), each with runs on rewired data. Prints a line of JSON for each, and in the end shares of the answers. Answers are also given as if no
 * factors were too weak, since those without structure mostly are.
 *
 * Two kinds are without structure. `none`: planted data, rewired. What an item is still tells how often it was taken, since users choose by
 * concept and rewiring keeps the counts, so that a latent which follows popularity has to do with categories in earnest. `shuffled`: the
 * same with the items' columns dealt anew, so that every pair of a latent and a category that counts as significant is false.
 *
 *   node --import tsx bench/verdicts.ts --kind none|shuffled|strong [--from 0] [--to 80] [--d 20] [--runs 19] [--set KEY=VALUE …]
 *
 * Takes some 20 s of one processor for each; several ranges may be run side by side with MSAE_THREADS=1.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../lib/src/base/random";
import { generatePlanted, PLANTED_DEFAULTS } from "../lib/src/data/planted";
import { rewire } from "../lib/src/data/rewire";
import { writeDataset } from "../lib/src/data/write/write";
import { openLab } from "../lib/src/lab/lab";
import { parseSetting } from "../lib/src/lab/settings/merge";
import { type Answer, type AnswerWord, answerOf } from "../lib/src/metrics/verdict";
import type { Csr } from "../lib/src/records/interactions";

/** A shop small enough for hundreds of pipelines. */
const SHOP = { users: 800, items: 500, interactions: 12_000 };

const QUESTIONS = ["score", "meaning", "added"] as const;

/** The answer as if no factors were too weak. */
function ungated({ against }: Answer): AnswerWord {
  const counted = Object.entries(against).filter(([, { counts }]) => counts);
  return answerOf(Object.fromEntries(counted), []).answer;
}

/** The same matrix with its columns in another order. */
function dealt(csr: Csr, seed: number): Csr {
  const to = seededRandom(seed, "bench/dealt").shuffle(Array.from({ length: csr.cols }, (_, column) => column));
  const indices = csr.indices.map((column) => to[column]);
  for (let row = 0; row < csr.rows; row++) indices.subarray(csr.indptr[row], csr.indptr[row + 1]).sort();
  return { ...csr, indices };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kind: { type: "string", default: "none" },
      from: { type: "string", default: "0" },
      to: { type: "string", default: "80" },
      d: { type: "string", default: "20" },
      runs: { type: "string", default: "19" },
      seeds: { type: "string", default: "1" },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const tally = Object.fromEntries(QUESTIONS.map((question) => [question, {} as Record<string, number>]));
  let falsePairs = 0;
  for (let at = Number(values.from); at < Number(values.to); at++) {
    const folder = mkdtempSync(join(tmpdir(), "msae-verdicts-"));
    try {
      const seed = 1000 + at;
      const { dataset, truth, raw } = await generatePlanted({ ...PLANTED_DEFAULTS, ...SHOP, seed });
      if (values.kind !== "strong")
        dataset.interactions.csr = (await rewire(dataset.interactions.csr, { seed: seed + 7 })).csr;
      if (values.kind === "shuffled") dataset.interactions.csr = dealt(dataset.interactions.csr, seed);
      await writeDataset(dataset, truth, folder, "csv", { raw });
      const lab = await openLab({
        ...{ ratings: join(folder, "ratings.csv"), items: join(folder, "items.jsonl") },
        ...{ seed, d: Number(values.d), seeds: Number(values.seeds), runs: join(folder, "runs") },
        set: {
          "rewired.runs": Number(values.runs),
          "data.prune.minUserRatings": 0,
          "data.prune.minItemRatings": 0,
          "data.prune.minCategoryItems": 0,
          ...Object.fromEntries(values.set.map(parseSetting)),
        },
        runner: (_phase, work) => work(() => {}),
        warn: () => {},
      });
      const [verdict, alignment] = [await lab.verdict(), await lab.alignment()];
      const answers = Object.fromEntries(QUESTIONS.map((question) => [question, ungated(verdict[question])]));
      for (const [question, answer] of Object.entries(answers))
        tally[question][answer] = (tally[question][answer] ?? 0) + 1;
      if (alignment.significant > 0) falsePairs++;
      const { weak, word } = verdict;
      console.log(
        JSON.stringify({ seed, weak, word, ...answers, significant: alignment.significant, pairs: alignment.pairs }),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log(
    JSON.stringify({ kind: values.kind, d: values.d, runs: values.runs, ...tally, withSignificantPairs: falsePairs }),
  );
}

void main();
