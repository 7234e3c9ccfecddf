import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { diskError, writing } from "../base/disk";
import { InputError } from "../base/errors";
import { makeFolder } from "../base/make-folder";
import { shown } from "../base/quote";
import { replaceFile } from "../base/replace-file";
import { rejectsCsv, TooManyRejects } from "../data/read/rejects";
import type { Card } from "../lab/card";
import { exportedNames, exportFigure, exportTable } from "../lab/export";
import { exportInteractions } from "../lab/export-data";
import { type Lab, openLab } from "../lab/lab";
import { isOwn, refuseForeign } from "../lab/own-files";
import type { TableLike } from "../lab/table";
import {
  alignmentFigure,
  alignmentTable,
  cardTable,
  lossFigure,
  nullFigure,
  rankingFigure,
  reconstructionFigure,
  scoreFigure,
  scoreTable,
  spreadFigure,
} from "../lab/views/pipeline";
import { distanceTable, seedTable, verdictFigure, verdictSentences, verdictTable } from "../lab/views/verdict";
import { intervalText, popularitySentences } from "../metrics/against-popularity";
import type { Dataset, Reject } from "../records/dataset";
import type { CardFloor } from "../stages/alignment";
import { labOptions, type OpenOptions } from "./lab-options";
import { exportLabels, LABEL_TABLES, labelFigures, labelLines, withEdits, writeLabels } from "./label-tables";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab run`, as the command line gives them. */
export interface RunOptions extends OpenOptions {
  seeds?: number;
  null?: "none" | "rewired";
  nullFactors?: string[];
  heldOut?: string;
  /** Folder for train, held-out and rewired interactions. */
  exportData?: string;
  out: string;
  /** Folder for the card's figures and tables. */
  export?: string;
  json?: boolean;
}

/** Run the whole pipeline and write `card.json`. */
export async function run(options: RunOptions, terminal: Terminal): Promise<void> {
  const { out: _out, export: exported, exportData, json: _json, ...opening } = options;
  const out = resolve(options.out);
  const lab = await openLab({
    ...withEdits(labOptions(opening), out),
    runner: terminalRunner(terminal, "run"),
    warn: (message) => terminal.err(`${message}\n`),
  });
  // Made before the work, so that a folder that cannot be written is known at once.
  outFolder(out, "--out");
  if (exported !== undefined) outFolder(resolve(exported), "--export");
  if (exportData !== undefined) outFolder(resolve(exportData), "--export-data");
  const written = ["card.json", ...(lab.config.data.kind === "files" ? ["rejects.csv"] : []), ...LABEL_TABLES];
  refuseForeign(out, written, "--out");
  const data = await readData(lab, out);
  if (data.mapping)
    for (const [file, words] of Object.entries(data.mapping)) terminal.err(`columns of ${file}: ${words}\n`);
  if (data.skipped.length > 0) terminal.err("left out, or worth a word:\n");
  for (const skip of data.skipped)
    terminal.err(`  ${skip.count.toLocaleString("en")} ${skip.reason}${examples(skip.examples)}\n`);
  const { rejects = [], rejected = rejects.length } = data;
  if (rejects.length > 0) {
    const which =
      rejects.length === rejected ? "bad rows" : `the first ${rejects.length.toLocaleString("en")} bad rows`;
    terminal.err(`${which}, each with file, line and reason: ${join(out, "rejects.csv")}\n`);
  }
  const card = await lab.card();
  const { weak, ranking } = card.verdict;
  const [low, high] = ranking.interval ?? [Number.NaN, Number.NaN];
  if (weak)
    terminal.err(`${popularitySentences({ weak, ndcgAt10: { mean: ranking.difference, low, high } }).join(" ")}\n`);
  if (data.items.categoryNames.length === 0) terminal.err(`${NO_CATEGORIES}\n`);
  const text = `${JSON.stringify(card, null, 2)}\n`;
  writing("The card", out, () => replaceFile(join(out, "card.json"), text));
  await writeLabels(lab, out);
  if (exported !== undefined) {
    const files = await exportCard(lab, exported);
    terminal.err(`exported: ${files} files of figures and tables to ${resolve(exported)}\n`);
    const labels = await exportLabels(lab, resolve(exported));
    if (labels > 0) terminal.err(`exported: ${labels} files of labels to its folders delphi and neuronpedia\n`);
  }
  if (exportData !== undefined) {
    const files = await exportInteractions(lab, resolve(exportData));
    terminal.err(`exported: ${files.join(", ")} to ${resolve(exportData)}\n`);
  }
  terminal.out(options.json ? text : `${summary(card)}\nwritten: ${join(out, "card.json")}\n`);
}

const NO_CATEGORIES =
  "The data has no categories: alignment of latents, labels by category and axes of categories have no meaning without them, and are left out of the card.";

/** The data; rows that could not be used go to `rejects.csv`, also when there are too many of them to go on. */
async function readData(lab: Lab, out: string): Promise<Dataset> {
  const list = join(out, "rejects.csv");
  // An earlier run's list would say something untrue of this one.
  if (isOwn(list)) rmSync(list);
  const keep = (rejects: readonly Reject[]): void =>
    writing("The list of bad rows", out, () => replaceFile(list, rejectsCsv(rejects)));
  try {
    const data = await lab.data();
    if (data.rejects && data.rejects.length > 0) keep(data.rejects);
    return data;
  } catch (error) {
    if (!(error instanceof TooManyRejects)) throw error;
    keep(error.rejects);
    const { rejects, count } = error;
    const which = rejects.length === count ? "All" : `The first ${rejects.length.toLocaleString("en")}`;
    throw new InputError(`${error.message} ${which} of them, with their lines: ${list}`);
  }
}

/** Every figure and table of the main pipeline, as files; how many there are. */
async function exportCard(lab: Lab, dir: string): Promise<number> {
  const [data, sae, scores, alignment] = [await lab.data(), await lab.sae(), await lab.scores(), await lab.alignment()];
  const verdict = await lab.verdict();
  const figures = [
    rankingFigure(await lab.ranking()),
    lossFigure(sae),
    reconstructionFigure(await lab.reconstruction()),
    scoreFigure(scores, { published: true }),
    spreadFigure(scores),
    ...Object.keys(scores.nulls).map((name) => nullFigure(scores, name)),
    ...(alignment.categories > 0 ? [alignmentFigure(alignment)] : []),
    verdictFigure(verdict),
  ];
  const labels = await labelFigures(lab);
  const tables: Record<string, TableLike> = {
    funnel: data.funnel,
    ...(data.skipped.length > 0 ? { skipped: data.skipped } : {}),
    scores: scoreTable(scores),
    card: cardTable(await lab.card()),
    verdict: verdictTable(verdict),
    distances: distanceTable(verdict),
    seeds: seedTable(verdict),
    ...(alignment.categories > 0
      ? { "alignment-floors": alignmentTable(alignment), "alignment-latents": alignment.perLatent }
      : {}),
    ...labels.tables,
  };
  figures.push(...labels.figures);
  const names = figures.map(({ name }) => name);
  refuseForeign(resolve(dir), exportedNames(names, Object.keys(tables)), "--export");
  const files: string[] = [];
  for (const figure of figures) files.push(...(await exportFigure(figure, dir)));
  for (const [name, table] of Object.entries(tables)) files.push(...exportTable(table, dir, name));
  return files.length;
}

function outFolder(folder: string, option: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    const why = (error as Error).message;
    throw diskError(error, `Nothing can be written to ${folder} (${why}): choose another ${option}.`);
  }
}

/** Up to three ids. */
const examples = (ids: readonly string[]): string =>
  ids.length > 0 ? ` (${ids.map(shown).join(", ")}${ids.length >= 3 ? ", …" : ""})` : "";

function summary(card: Card): string {
  const n = (value: number | undefined, digits = 3): string => (value === undefined ? "–" : value.toFixed(digits));
  const { data, mf, sae, monosemanticity: ms, alignment } = card;
  const nulls = Object.entries(ms.nulls).map(([name, entry]) => `${name} ${n(entry.mean)}`);
  return [
    `${data.source}: ${data.users} users, ${data.items} items, ${data.interactions} interactions; preset ${card.preset}, seed ${card.seed}, backend ${card.backend}`,
    ...(mf.sweeps === undefined ? [] : [fitSentence(mf)]),
    `NDCG@10 ${n(mf.ndcgAt10, 4)}, recall@20 ${n(mf.recallAt20, 4)} (popularity ${n(mf.popularity.ndcgAt10, 4)}, ${n(mf.popularity.recallAt20, 4)})`,
    `NDCG@10 minus popularity's ${intervalText(mf.againstPopularity.ndcgAt10)}${mf.againstPopularity.weak ? ": FACTORS TOO WEAK" : ""}`,
    `FVU ${n(sae.fvu)}, L0 ${n(sae.l0, 1)} of ${sae.k}, dead ${sae.dead}`,
    `monosemanticity ${n(ms.mean)} against ${nulls.join(", ")}`,
    ...(alignment ? alignmentLines(alignment) : []),
    ...labelLines(card),
    `verdict on the score: ${ms.verdict}`,
    ...verdictSentences(card.verdict).map((sentence) => `  ${sentence}`),
  ].join("\n");
}

/** Counts of significant pairs and mean best nAP, never without those of the floors. */
function alignmentLines({ meanBestNap, significant, pairs, floors }: NonNullable<Card["alignment"]>): string[] {
  const beside = (of: (floor: CardFloor) => string): string =>
    Object.entries(floors)
      .map(([name, floor]) => `${name} ${of(floor)}`)
      .join(", ");
  return [
    `alignment, on half B: mean best nAP ${meanBestNap.toFixed(3)} against ${beside((floor) => floor.meanBestNap.toFixed(3))}`,
    `pairs significant: ${significant} of ${pairs} against ${beside((floor) => String(Math.round(floor.significant)))}`,
  ];
}

/** How the factors were fitted, loud where that ended too early. */
function fitSentence({ alpha, reg, tuned, sweeps, converged }: Card["mf"]): string {
  const how = tuned ? "chosen on validation data" : "as set";
  const end = converged ? "converged" : "NOT CONVERGED, stopped at the cap: raise mf.iterations";
  return `iALS: alpha ${alpha}, reg ${reg} (${how}), ${sweeps} sweeps, ${end}`;
}
