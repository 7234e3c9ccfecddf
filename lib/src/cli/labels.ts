import { join, resolve } from "node:path";
import { writing } from "../base/disk";
import { InputError, requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { replaceFile } from "../base/replace-file";
import { type Lab, projectRoot, runsFolder } from "../lab/lab";
import { modelLabels } from "../lab/model-labels";
import { REPLIES } from "../lab/runs";
import type { Runner } from "../lab/stage";
import type { Labelled, Labeller } from "../labels/judge";
import { batchKind, batchLine, readBatch } from "../labels/model/batch";
import { dollars } from "../labels/model/budget";
import { hostFrom } from "../labels/model/client";
import { openModel, openOffline } from "../labels/model/open";
import { ownTable, type Price, priceOf } from "../labels/model/prices";
import type { Asked } from "../labels/model/request";
import type { Label } from "../records/label";
import { costSentences } from "./label-costs";
import { offlineSummary } from "./label-offline";
import { modelFiles, modelReport, modelSummary, untested } from "./label-report";
import { reopen } from "./reopen";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab labels`, as the command line gives them. */
export interface LabelsOptions {
  from: string;
  model?: string;
  judge: "lexical" | "model";
  /** False: the latents of nulls are not labelled. */
  nulls: boolean;
  dryRun?: boolean;
  batch?: string;
  concurrency: number;
  /** Seconds that an answer may take. */
  timeout: number;
  /** Dollars. */
  budget?: number;
  prices?: string;
  json?: boolean;
}

/** Requests at a time at most: more than any server takes from one account. */
const MOST_AT_A_TIME = 256;

/** Seconds of a day: no server takes longer, and timers have an end. */
const LONGEST_TIMEOUT = 86_400;

/** Label the latents of a finished run, by a language model or offline, and test the labels. */
export async function labels(options: LabelsOptions, terminal: Terminal): Promise<void> {
  const { model, from, concurrency, timeout, budget, prices } = options;
  requireInput(
    concurrency >= 1 && concurrency <= MOST_AT_A_TIME,
    `--concurrency is ${concurrency}: give a whole number from 1 to ${MOST_AT_A_TIME}.`,
  );
  requireInput(
    timeout > 0 && timeout <= LONGEST_TIMEOUT,
    `--timeout is ${timeout}: give seconds above 0, at most ${LONGEST_TIMEOUT}.`,
  );
  const runner = terminalRunner(terminal, "labels");
  const { lab, folder } = await reopen(from, "--from", runner, terminal);
  if (model === undefined) {
    const judge = options.judge === "model" ? options.judge : undefined;
    const { dryRun: dry, batch } = options;
    const ofModels = { "--dry-run": dry, "--batch": batch, "--budget": budget, "--prices": prices, "--judge": judge };
    for (const [name, given] of Object.entries(ofModels))
      requireInput(given === undefined, `${name} is for labels by a language model: name one with --model.`);
    terminal.out(await offlineSummary(lab, options.json));
    return;
  }
  const price = priceOf(model, prices ?? ownTable(join(projectRoot, "data")));
  requireInput(
    budget === undefined || price !== undefined,
    `--budget needs the price of ${quote(model)}, and no table has it: add it to data/prices.json, or to a file given with --prices, in the form of lib/prices.json.`,
  );
  const job: Job = { lab, folder, model, price, options, runner, terminal };
  if (options.dryRun) await dryRun(job);
  else if (options.batch !== undefined && (await batchKind(options.batch)) !== "results") await writeBatch(job);
  else {
    if (options.batch !== undefined) await fetchBatch(job);
    await label(job);
  }
}

/** A run of the command. */
interface Job {
  lab: Lab;
  folder: string;
  model: string;
  price: Price | undefined;
  options: LabelsOptions;
  runner: Runner;
  terminal: Terminal;
}

const cacheFolder = (): string => join(runsFolder(), REPLIES);
const askedOf = ({ model }: Job): Asked => ({ model, host: hostFrom() });

/**
 * Collect the questions that the cache has no answer to. Those about labels come once the labels are there.
 *
 * @param standIns labels that stand for those which are not written yet
 */
async function collected(job: Job, phase: string, standIns: boolean): Promise<ReturnType<typeof openOffline>> {
  const { lab, options, runner } = job;
  const offline = openOffline(askedOf(job), cacheFolder());
  const byModel = options.judge === "model";
  await runner(phase, (onProgress) =>
    modelLabels(lab, {
      labeller: standIns ? withStandIns(offline.labeller) : offline.labeller,
      ...(byModel ? { judge: offline.judge } : {}),
      nulls: options.nulls,
      written: (_, { failed }) => byModel && failed.length === 0,
      onProgress,
    }),
  );
  return offline;
}

/** Print what would be sent and what it costs. Nothing is sent, and no key is needed. */
async function dryRun(job: Job): Promise<void> {
  const offline = await collected(job, "estimate", true);
  const { text, values } = costSentences(askedOf(job), offline, job.price);
  job.terminal.out(job.options.json ? `${JSON.stringify(values)}\n` : text);
}

/** Labels that stand for those which the model has not written yet, so that the questions about them can be counted. */
function withStandIns(labeller: Labeller): Labeller {
  return {
    ...labeller,
    async label(exhibits, onProgress): Promise<Labelled> {
      const { labels, failed } = await labeller.label(exhibits, onProgress);
      const standIns = failed.map(({ latent }): Label => {
        const [broad, refined] = [`Theme ${latent} of the items`, `Theme ${latent} of the items, of one kind`];
        const description =
          "One or two sentences on what the items of this latent have in common, and for whom they are.";
        return { ...{ latent, broad, refined, description, confidence: "low" }, evidence: [], source: "model" };
      });
      return { labels: [...labels, ...standIns].sort((a, b) => a.latent - b.latent), failed: [] };
    },
  };
}

/** Write the requests that the cache has no answer to: those of labels first, and once these have come those of the tests. */
async function writeBatch(job: Job): Promise<void> {
  const { options, terminal } = job;
  const file = resolve(options.batch as string);
  const { missing } = await collected(job, "requests", false);
  const text = missing.map((request) => batchLine(askedOf(job), request)).join("");
  if (missing.length > 0) writing("The batch", file, () => replaceFile(file, text));
  const word =
    missing.length === 0
      ? "Every answer is in the cache: leave --batch out.\n"
      : `${missing.length} requests are in ${file}: upload it, and give the file of results with --batch when it is there.\n`;
  terminal.out(options.json ? `${JSON.stringify({ requests: missing.length, file })}\n` : word);
}

/** Read the results of a batch into the cache. */
async function fetchBatch(job: Job): Promise<void> {
  const { terminal } = job;
  const file = job.options.batch as string;
  const { missing, cache } = await collected(job, "questions", false);
  const { read, failed, unknown } = await readBatch(file, askedOf(job), missing, cache);
  terminal.err(`${read} replies were read from ${file}\n`);
  if (failed.length > 0) terminal.err(`${failed.length} are of no use:\n`);
  for (const sentence of failed) terminal.err(`  ${sentence}\n`);
  if (unknown > 0) terminal.err(`${unknown} answer no question of this run, model and host\n`);
}

/** Ask the model for what the cache lacks, test the labels, and write them beside the card. */
async function label(job: Job): Promise<void> {
  const { lab, folder, model: name, price, options, runner, terminal } = job;
  const { concurrency, timeout, budget, batch } = options;
  // A batch has been paid for: what it lacks is listed, and asked for when the file is left out.
  const offline = batch === undefined ? undefined : openOffline(askedOf(job), cacheFolder());
  const model = offline
    ? undefined
    : await openModel({
        ...{ model: name, cache: cacheFolder(), concurrency, price, budget },
        patience: { timeoutMs: timeout * 1000 },
      });
  const { labeller, judge } = (model ?? offline) as NonNullable<typeof model | typeof offline>;
  const files = modelFiles(folder, name);
  const found = await runner(`labels by ${name}`, (onProgress) =>
    modelLabels(lab, {
      labeller,
      ...(options.judge === "model" ? { judge } : {}),
      nulls: options.nulls,
      written: () => model?.stopped() === undefined,
      onProgress,
    }),
  );
  const stopped = model?.stopped();
  // What a judge was not asked is no wrong answer of its.
  const kept = stopped ? untested(found) : found;
  const summary = modelSummary(askedOf(job), kept, model);
  if (kept.labels.length > 0) files.write(summary, kept);
  for (const { latent, reason } of found.failed) terminal.err(`latent ${latent} has no label: ${reason}\n`);
  terminal.out(options.json ? `${JSON.stringify(summary)}\n` : modelReport(summary, files));
  if (model && price) terminal.err(`spent: ${dollars(model.budget.spent)}\n`);
  if (stopped) throw stopped.wrongUse ? new InputError(stopped.message) : stopped;
}
