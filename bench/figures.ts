/**
 * Computes the figures of ours that stand in the docs, keeps them in bench/figures.json, and writes them into the marked blocks of
 * the pages and into lib/src/lab/ours.ts.
 *
 *   npm run figures                                  the starter data, and the training on noise
 *   npm run figures -- --data DIR --name Clothing    a real data set, with rewired runs; DIR holds ratings and items
 */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { replaceFile } from "../lib/src/base/replace-file";
import type { LabOptions } from "../lib/src/lab/config";
import { folderOptions } from "../lib/src/lab/folder";
import { openLab } from "../lib/src/lab/lab";
import { blocks, oursSource, withBlocks } from "./figure-blocks";
import { cardFigures, codeOf, type Figures, type SetFigures, STAGES, STARTER, staleSets } from "./figures-of-card";
import { noiseTrainedFigures } from "./noise-trained";

const ROOT = resolve(__dirname, "..");
const FIGURES = join(ROOT, "bench", "figures.json");
const PAGE = join(ROOT, "docs", "as-published-and-as-it-should-be.md");

/** What the `paper` preset needs on the starter data, whose epochs have five steps, to leave its start: as in notebooks 03 to 05. */
const LONGER: LabOptions = { set: { "sae.lr": 2e-3, "sae.minSteps": 300 } };

/** The figures of the starter data, or of a real data set with rewired runs, under both presets. */
export async function setFigures(data?: LabOptions, runs?: string): Promise<SetFigures> {
  const options = { ...data, ...(runs === undefined ? {} : { runs }) };
  const paper = await (await openLab({ ...options, ...(data ? {} : LONGER), preset: "paper" })).card();
  const more: LabOptions = data ? { null: "rewired" } : {};
  const calibrated = await (await openLab({ ...options, ...more, preset: "calibrated" })).card();
  const { users, items, interactions } = calibrated.data;
  return {
    ...{ users, items, interactions },
    presets: { paper: cardFigures(paper), calibrated: cardFigures(calibrated) },
    code: codeOf(STAGES),
    made: new Date().toISOString().slice(0, 10),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: "string" }, name: { type: "string" } } });
  const kept = existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, "utf8")) as Figures) : undefined;
  const { data, name } = values;
  if (data !== undefined && (name === undefined || kept === undefined))
    throw new Error("Give --data together with --name, after npm run figures has run once without them.");
  const figures: Figures =
    data === undefined || name === undefined || kept === undefined
      ? {
          sets: { ...kept?.sets, [STARTER]: await setFigures() },
          noiseTrained: { ...(await noiseTrainedFigures()), code: codeOf(["sae"]) },
        }
      : { ...kept, sets: { ...kept.sets, [name]: await setFigures(folderOptions(data)) } };
  replaceFile(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  replaceFile(join(ROOT, "lib", "src", "lab", "ours.ts"), oursSource(figures));
  replaceFile(PAGE, withBlocks(readFileSync(PAGE, "utf8"), blocks(figures)));
  for (const stale of staleSets(figures.sets))
    console.log(`${stale}: made by other code; once more: npm run figures -- --data DIR --name "${stale}"`);
  console.log("written: bench/figures.json, lib/src/lab/ours.ts, docs/as-published-and-as-it-should-be.md");
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
