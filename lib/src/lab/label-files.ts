import { csvLines } from "../base/csv-text";
import type { LabelScore } from "../labels/scoring/score";
import type { ItemText, Label } from "../records/label";
import type { LabelScoresResult } from "../stages/label-scores";
import type { LabelsResult } from "../stages/labels";

/** What the files of labels are made of. */
export interface LabelFilesInput {
  labels: LabelsResult;
  scores: LabelScoresResult;
  /** Name of the autoencoder, where a reader of another lab's files expects a model: its architecture. */
  model: string;
}

/** Line ends as in every JSON-lines file. */
const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** What a table of labels is made of. */
export interface LabelTable {
  labels: readonly Label[];
  scores: readonly LabelScore[];
  /** Id of each latent's strongest item of half A, by latent. */
  strongest: ReadonlyMap<number, string>;
}

/** Every label with what its tests gave, a row a latent, as JSON lines and as CSV. See docs/labels.md for each field. */
export function labelTables({ labels, scores, strongest }: LabelTable): { jsonl: string; csv: string } {
  const scoreOf = byLatent(scores);
  const rows = labels.map((label) => {
    const score = scoreOf.get(label.latent);
    const first = strongest.get(label.latent);
    return {
      ...label,
      ...(first === undefined ? {} : { strongest: first }),
      ...(score && {
        detectionAuroc: score.detection.auroc,
        detectionLow: score.detection.low,
        detectionHigh: score.detection.high,
        balancedAccuracy: score.detection.balancedAccuracy,
        f1: score.detection.f1,
        unanswered: score.detection.unanswered,
        ...(score.nearMiss && { nearMissAuroc: score.nearMiss.auroc }),
        intruderRight: score.intruder.right,
        intruderRounds: score.intruder.rounds,
      }),
    };
  });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]));
  return { jsonl: jsonLines(rows), csv: csvLines([columns, ...cells]) };
}

/** Where a latent lives, in files that expect a place in a language model. */
const MODULE = "items";
/** How the explanations were made, in the place of Neuronpedia's names of methods. */
const TYPE_NAME = "msae-lab_top-items";

/**
 * The same for programs of other labs, by path: an explanation and an array of detections a latent as Delphi keeps them, and the explanations
 * as a batch of Neuronpedia's. See docs/labels.md for each field, and for what was taken as theirs.
 *
 * @param textOf what is seen of an item
 */
export function interpretabilityFiles(
  { labels: { labels }, scores: { scores }, model }: LabelFilesInput,
  textOf: (id: string) => ItemText,
): Record<string, string> {
  const files: Record<string, string> = {};
  const scoreOf = byLatent(scores);
  for (const label of labels) {
    const name = `${MODULE}_latent${label.latent}.txt`;
    files[`delphi/explanations/${name}`] = JSON.stringify(explanation(label));
    const { answers } = scoreOf.get(label.latent) ?? {};
    if (answers === undefined) continue;
    files[`delphi/scores/detection/${name}`] = JSON.stringify(
      answers.map(({ id, activation, fires, answer, fits }) => ({
        str_tokens: [textLine(textOf(id))],
        activations: [activation],
        distance: fires ? 1 : -1,
        activating: fires,
        prediction: fits,
        probability: answer,
        correct: fits === null ? null : fits === fires,
      })),
    );
  }
  files["neuronpedia/explanations/batch-0.jsonl"] = jsonLines(
    labels.map((label) => ({
      modelId: model,
      layer: MODULE,
      index: String(label.latent),
      description: explanation(label),
      typeName: TYPE_NAME,
      explanationModelName: label.source,
    })),
  );
  return files;
}

/** The label as one text: the refined theme, and what is said of it. */
const explanation = ({ refined, description }: Label): string => [refined, description].filter(Boolean).join(": ");

/** An item as one line: title, store and categories, as far as there are such. */
const textLine = ({ id, title, store, categories }: ItemText): string =>
  [title, store, categories.join(" › ")].filter(Boolean).join(" | ") || id;

function byLatent<T extends { latent: number }>(all: readonly T[]): Map<number, T> {
  return new Map(all.map((one) => [one.latent, one]));
}
