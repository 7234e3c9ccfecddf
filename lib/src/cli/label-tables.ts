import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writing } from "../base/disk";
import { requireInput } from "../base/errors";
import { makeFolder } from "../base/make-folder";
import { replaceFile } from "../base/replace-file";
import type { Figure } from "../charts/figure";
import type { Card } from "../lab/card";
import type { LabOptions } from "../lab/config";
import type { Lab } from "../lab/lab";
import { interpretabilityFiles, type LabelFilesInput, labelTables } from "../lab/label-files";
import { isOwn } from "../lab/own-files";
import type { TableLike } from "../lab/table";
import {
  activationFigure,
  labelledActivationFigure,
  labelNullTable,
  labelSummaryTable,
  labelTable,
  labelTestFigure,
} from "../lab/views/labels";
import { itemTexts } from "../labels/item-texts";

/** Files of labels that lie beside the card. */
export const LABEL_TABLES: readonly string[] = ["labels.jsonl", "labels.csv"];

/** Labels that people wrote are looked for under this name in the folder of the run. */
const EDITS = "label-edits.jsonl";

/** The options with the folder's own file of label edits, where there is one and none was named. */
export function withEdits(options: LabOptions, out: string): LabOptions {
  const file = join(out, EDITS);
  if (options.set?.["labels.edits"] !== undefined || !existsSync(file)) return options;
  return { ...options, set: { "labels.edits": file, ...options.set } };
}

/** Write the labels beside the card; those of an earlier run are removed where this one has none. */
export async function writeLabels(lab: Lab, out: string): Promise<void> {
  const { labels, shown } = await lab.labels();
  const { scores } = await lab.labelScores();
  const strongest = new Map(shown.map(({ latent, items: [first] }) => [latent, first]));
  const { jsonl, csv } = labelTables({ labels, scores, strongest });
  writing("The table of labels", out, () => {
    for (const [name, table] of [
      ["labels.jsonl", jsonl],
      ["labels.csv", csv],
    ])
      if (labels.length > 0) replaceFile(join(out, name), table);
      else rmSync(join(out, name), { force: true });
  });
}

/** Says in each folder whose files they are. */
const ABOUT = { generator: "MSAE Lab", what: "labels of latents and their tests", fields: "docs/labels.md" };

/**
 * Write the labels as other labs' programs read them.
 *
 * @returns how many files
 * @throws InputError where somebody else's folder has such a name
 */
export async function exportLabels(lab: Lab, dir: string): Promise<number> {
  const input = await inputOf(lab);
  if (input.labels.labels.length === 0) return 0;
  const { items, tree } = await lab.data();
  const made = interpretabilityFiles(input, itemTexts(items, tree));
  for (const folder of ["delphi", "neuronpedia"]) {
    requireInput(
      !existsSync(join(dir, folder)) || isOwn(join(dir, folder, "about.json")),
      `The folder ${folder} in ${dir} is not of this lab: move it, or choose another --export.`,
    );
    made[`${folder}/about.json`] = `${JSON.stringify(ABOUT, null, 2)}\n`;
  }
  // What says whose they are comes first.
  const files = Object.entries(made).sort(
    ([a], [b]) => Number(b.endsWith("about.json")) - Number(a.endsWith("about.json")),
  );
  writing("The labels", dir, () => {
    for (const folder of new Set(files.map(([name]) => dirname(join(dir, name))))) makeFolder(folder);
    for (const [name, text] of files) replaceFile(join(dir, name), text);
  });
  return files.length;
}

/** The figures and tables of the labels, by name; none where there are no labels. */
export async function labelFigures(lab: Lab): Promise<{ figures: Figure[]; tables: Record<string, TableLike> }> {
  const [labels, scores, summary] = [await lab.labels(), await lab.labelScores(), await lab.labelSummary()];
  const latents = await lab.latents();
  if (labels.labels.length === 0) return { figures: [activationFigure(latents)], tables: {} };
  return {
    figures: [
      activationFigure(latents),
      labelledActivationFigure(latents, labels, scores),
      ...(summary?.detection ? [labelTestFigure(summary)] : []),
    ],
    tables: {
      "label-latents": labelTable(labels, scores),
      "label-summary": labelSummaryTable(summary),
      "label-nulls": labelNullTable(summary),
    },
  };
}

/** Detection of the labels, never without that of their nulls. */
export function labelLines({ labelScores }: Pick<Card, "labelScores">): string[] {
  if (labelScores?.detection === undefined) return [];
  const { labels, noConcept, detection, nulls } = labelScores;
  const beside = Object.entries(nulls).flatMap(([name, one]) =>
    one.detection ? [`${name} ${one.detection.mean.toFixed(3)}`] : [],
  );
  return [
    `labels that name a concept: ${labels - noConcept} of ${labels}; detection of unseen items ${detection.mean.toFixed(3)} against ${beside.join(", ")}`,
  ];
}

async function inputOf(lab: Lab): Promise<LabelFilesInput> {
  const { weights } = await lab.sae();
  return { labels: await lab.labels(), scores: await lab.labelScores(), model: `msae-lab-${weights.architecture}` };
}
