import { join } from "node:path";
import { writing } from "../base/disk";
import { sha256 } from "../base/hash";
import { shown } from "../base/quote";
import { replaceFile } from "../base/replace-file";
import { labelTables } from "../lab/label-files";
import type { ModelLabels } from "../lab/model-labels";
import { refuseForeign } from "../lab/own-files";
import type { Tokens } from "../labels/model/budget";
import type { LanguageModel, Tally } from "../labels/model/open";
import type { Asked } from "../labels/model/request";
import type { Interval } from "../metrics/bootstrap";

/** What the file beside the labels says of how they came. */
export interface ModelSummary
  extends Asked,
    Pick<ModelLabels, "failed" | "judge" | "untested" | "means" | "agreement" | "nulls"> {
  generator: "MSAE Lab";
  latents: number;
  /** Absent where a batch was read alone. */
  replies?: Tally;
  requests?: number;
  tokens?: Tokens;
  /** Dollars that this run spent, by the price table. */
  spent?: number;
}

/** The labels alone, where the run was stopped before its tests were done. */
export function untested(found: ModelLabels): ModelLabels {
  const { labels, noConcept } = found.means;
  return { ...found, scores: [], means: { labels, noConcept, quantiles: [] }, nulls: {} };
}

/** A run's summary. */
export function modelSummary(asked: Asked, found: ModelLabels, model: LanguageModel | undefined): ModelSummary {
  const { labels, failed, judge, untested, means, agreement, nulls } = found;
  const { tally: replies, budget } = model ?? {};
  return {
    generator: "MSAE Lab",
    ...asked,
    latents: labels.length + failed.length,
    ...{ judge, failed, untested, means, ...(agreement ? { agreement } : {}), nulls },
    ...(budget ? { replies, requests: budget.requests, tokens: budget.tokens, spent: budget.spent } : {}),
  };
}

/** The files of a model's labels, and what writes them. */
export interface ModelFiles {
  labels: string;
  csv: string;
  summary: string;
  write(summary: ModelSummary, found: ModelLabels): void;
}

/**
 * The files beside a card that hold a model's labels: a line a latent, and how they came. Those of other models, and what people have
 * written, are other files.
 *
 * @throws InputError where files of these names are not the lab's
 */
export function modelFiles(folder: string, model: string): ModelFiles {
  const plain = model
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 80);
  // Two names that look alike as file names are two models.
  const name = plain === model ? plain : `${plain}-${sha256(model).slice(0, 6)}`;
  const [labels, csv, summary] = ["jsonl", "csv", "json"].map((ending) => `${name}.labels.${ending}`);
  refuseForeign(folder, [labels, csv, summary], "--from");
  return {
    labels: join(folder, labels),
    csv: join(folder, csv),
    summary: join(folder, summary),
    write(how, found) {
      writing("The labels", folder, () => {
        replaceFile(join(folder, summary), `${JSON.stringify(how, null, 2)}\n`);
        const tables = labelTables(found);
        replaceFile(join(folder, labels), tables.jsonl);
        replaceFile(join(folder, csv), tables.csv);
      });
    },
  };
}

/** The summary in words. */
export function modelReport(summary: ModelSummary, files: ModelFiles): string {
  const { model, host, latents, failed, replies, tokens, judge, means, agreement, nulls } = summary;
  const count = (value: number): string => value.toLocaleString("en");
  const formats = Object.entries(replies?.formats ?? {}).map(([format, number]) => `${format} ${number}`);
  const test = (name: string, of: (one: ModelLabels["means"]) => Interval | undefined): string[] => {
    const ours = of(means);
    if (ours === undefined) return [];
    const beside = Object.entries(nulls).flatMap(([null_, one]) => {
      const theirs = of(one);
      return theirs ? [`${null_} ${interval(theirs)}`] : [];
    });
    return [`${name} ${interval(ours)}${beside.length > 0 ? ` against ${beside.join(", ")}` : ""}`];
  };
  const differences = Object.entries(nulls).flatMap(
    ([
      name,
      {
        difference: { detection },
      },
    ]) => (detection ? [`detection minus ${name}'s: ${interval(detection)}`] : []),
  );
  return [
    `labels by ${shown(model)} at ${host}: ${means.labels} of ${latents} latents, ${means.noConcept} without a concept, ${failed.length} without a label`,
    ...(replies
      ? [
          `replies: ${replies.fresh} new, ${replies.fromCache} from the cache, ${replies.repaired} mended, ${replies.failed} failed${formats.length > 0 ? ` (${formats.join(", ")})` : ""}`,
        ]
      : []),
    ...(tokens ? [`tokens: ${count(tokens.input)} in, ${count(tokens.output)} out`] : []),
    ...(means.detection
      ? [`tested on items that no label was written from, judged by ${judge === model ? shown(model) : judge}:`]
      : []),
    ...test("  detection (luck .5)", ({ detection }) => detection),
    ...test("  near-miss (luck .5)", ({ nearMiss }) => nearMiss),
    ...test("  intruder (luck .2)", ({ intruder }) => intruder),
    ...differences.map((line) => `  ${line}`),
    ...(agreement
      ? [
          `agreement with the offline labels of ${agreement.latents} latents: ${agreement.words.toFixed(3)} of words in common, the same broad label ${agreement.sameBroad.toFixed(3)}`,
        ]
      : []),
    ...(failed.length > 0 ? ["running it again asks for the labels that failed, and for nothing else"] : []),
    ...(means.labels > 0 ? [`written: ${files.labels}, ${files.csv}, ${files.summary}`] : []),
    "",
  ].join("\n");
}

/** A mean with its interval, in a line of text. */
export const interval = ({ mean, low, high }: Interval): string =>
  `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
