/**
 * Whether the verdict hangs on the seed: one data set, the whole pipeline with many seeds, each with runs on rewired data of its own. Prints a
 * line of JSON for each seed and number of rewired runs, then how many pairs of seeds contradict each other (yes against no), by question,
 * and how many answers another number of rewired runs has changed.
 *
 *   node --import tsx bench/seeds.ts --data planted|dense|DIR [--from 0] [--to 20] [--runs 19,39] [--set KEY=VALUE …]
 *
 * DIR holds ratings.csv.gz and items.jsonl.gz. Several ranges may be run side by side with MSAE_THREADS=1; give each the lines of the others
 * by --read FILE to count all pairs.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generatePlanted, PLANTED_DEFAULTS } from "../lib/src/data/planted";
import { writeDataset } from "../lib/src/data/write/write";
import { openLab } from "../lib/src/lab/lab";
import { parseSetting } from "../lib/src/lab/settings/merge";
import type { AnswerWord } from "../lib/src/metrics/verdict";
import { rowOf } from "../lib/src/records/interactions";
import { dense } from "./dense";

/** Seed of the data that are made up. */
const DATA_SEED = 42;

const QUESTIONS = ["score", "meaning", "added"] as const;

/** What a seed answered. */
type Line = { seed: number; runs: number; word: string } & Record<(typeof QUESTIONS)[number], AnswerWord>;

/** Write the data into a folder. @returns its files */
async function filesOf(name: string, folder: string): Promise<{ ratings: string; items: string }> {
  const files = { ratings: join(folder, "ratings.csv"), items: join(folder, "items.jsonl") };
  if (name === "planted") {
    const { dataset, truth, raw } = await generatePlanted({ ...PLANTED_DEFAULTS, seed: DATA_SEED });
    await writeDataset(dataset, truth, folder, "csv", { raw });
    return files;
  }
  if (name === "dense") {
    const { csr, genres } = dense(DATA_SEED);
    const rows = Array.from({ length: csr.rows }, (_, user) =>
      Array.from(rowOf(csr, user), (item) => `u${user},i${item}`),
    );
    writeFileSync(files.ratings, `user_id,item_id\n${rows.flat().join("\n")}\n`);
    const lines = genres.map((categories, item) => JSON.stringify({ item_id: `i${item}`, categories }));
    writeFileSync(files.items, `${lines.join("\n")}\n`);
    return files;
  }
  return { ratings: join(name, "ratings.csv.gz"), items: join(name, "items.jsonl.gz") };
}

/** Pairs of lines that contradict each other, of how many. */
function contradictions(lines: readonly Line[], question: (typeof QUESTIONS)[number]): string {
  const answers = lines.map((line) => line[question]);
  const count = (word: AnswerWord): number => answers.filter((answer) => answer === word).length;
  return `${count("yes") * count("no")} of ${(answers.length * (answers.length - 1)) / 2}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: "planted" },
      from: { type: "string", default: "0" },
      to: { type: "string", default: "20" },
      runs: { type: "string", default: "19" },
      read: { type: "string", multiple: true, default: [] },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "msae-seeds-"));
  const lines = values.read.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((text) => text.startsWith('{"seed"'))
      .map((text): Line => JSON.parse(text)),
  );
  const counts = values.runs.split(",").map(Number);
  try {
    const files = await filesOf(values.data, folder);
    for (let seed = Number(values.from); seed < Number(values.to); seed++)
      for (const runs of counts) {
        const lab = await openLab({
          ...{ ...files, seed, runs: join(folder, "runs") },
          set: { "rewired.runs": runs, ...Object.fromEntries(values.set.map(parseSetting)) },
          runner: (_phase, work) => work(() => {}),
          warn: () => {},
        });
        const { word, score, meaning, added } = await lab.verdict();
        lines.push({ seed, runs, word, score: score.answer, meaning: meaning.answer, added: added.answer });
        console.log(JSON.stringify(lines[lines.length - 1]));
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const runs of new Set(lines.map((line) => line.runs))) {
    const own = lines.filter((line) => line.runs === runs);
    const pairs = Object.fromEntries(QUESTIONS.map((question) => [question, contradictions(own, question)]));
    console.log(JSON.stringify({ data: values.data, runs, seeds: own.length, contradictions: pairs }));
  }
  const [first, ...more] = counts;
  const changed = more.flatMap((runs) =>
    lines
      .filter((line) => line.runs === runs)
      .flatMap((line) => {
        const before = lines.find((other) => other.seed === line.seed && other.runs === first);
        return QUESTIONS.filter((question) => before && before[question] !== line[question]).map(
          (question) => `seed ${line.seed}, ${question}: ${before?.[question]} → ${line[question]}`,
        );
      }),
  );
  if (more.length > 0) console.log(JSON.stringify({ changedByMoreRuns: changed }));
}

void main();
