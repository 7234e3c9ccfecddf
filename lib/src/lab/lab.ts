import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Dataset } from "../data/ingest";
import type { PlantedTruth } from "../data/planted";
import type { Factors } from "../mf/factors";
import { itemLatents } from "../sae/encode";
import type { TrainedSae } from "../sae/train";
import type { Latents } from "../sae/weights";
import { buildCard, type Card } from "./card";
import { type LabConfig, type LabOptions, resolveConfig } from "./config";
import { notebookRunner } from "./notebook-progress";
import type { Runner, StageContext } from "./stage";
import { type AlignmentResult, alignmentStage } from "./stages/alignment";
import { type ComparisonResult, comparisonStage } from "./stages/comparison";
import { dataStage } from "./stages/data";
import { factorsStage } from "./stages/factors";
import { type InterventionOptions, type InterventionResult, interventionStage } from "./stages/intervention";
import { noiseTrainedStage } from "./stages/noise-trained";
import { type PlainSteps, plainSaeStage } from "./stages/plain-sae";
import { type RankingResult, rankingStage } from "./stages/ranking";
import { type ReconstructionResult, reconstructionStage } from "./stages/reconstruction";
import { type RewiredResult, rewiredStage, withRewiredFloor, withRewiredScores } from "./stages/rewired";
import { saeStage } from "./stages/sae";
import { type ScoresResult, scoresStage } from "./stages/scores";
import { type SplitResult, splitStage } from "./stages/split";
import { type Artifact, openStore } from "./store";

/** How a lab is opened beside its {@link LabOptions}. */
export interface LabEnvironment {
  /** Folder of finished stages; default `data/runs` of the project, or `MSAE_RUNS`. */
  runs?: string;
  /** How long work is run and shown; default: a progress display in a notebook, nothing elsewhere. */
  runner?: Runner;
  /** Told in a sentence what went wrong but was mended. */
  warn?: (message: string) => void;
}

/**
 * The paper's line, one function a step. Each computes what it lacks, keeps it in `data/runs`, and gives the
 * same record at once when it is asked again; a changed setting recomputes only what depends on it.
 */
export interface Lab {
  /** The whole configuration in use. */
  config: LabConfig;
  /** The same lab with some options changed, for instance the same data under `{ preset: "paper" }`; what does not depend on them is not computed again. */
  with(changes: LabOptions): Promise<Lab>;
  /** Interactions and item metadata after pruning, with the counts of every step. */
  data(): Promise<Dataset & { truth?: PlantedTruth }>;
  /** Train and held-out positives. */
  split(): Promise<SplitResult>;
  /** The factorization, fitted on the train split only. */
  factors(): Promise<Factors>;
  /** How well the factors rank held-out items, beside popularity. */
  ranking(): Promise<RankingResult>;
  /** The trained autoencoder and its loss by epoch. */
  sae(): Promise<TrainedSae>;
  /** The same autoencoder trained on Gaussian noise of the factors' shape and scale. */
  noiseTrained(): Promise<TrainedSae>;
  /** The paper's baseline, a plain sparse autoencoder, for as many epochs as the MSAE or as many steps. */
  plainSae(options?: { steps?: PlainSteps }): Promise<TrainedSae>;
  /** SAE against MSAE, as published and at equal steps: the paper's Table 2 with its baselines and nulls. */
  comparison(): Promise<ComparisonResult>;
  /** Activations of every item. */
  latents(): Promise<Latents>;
  /** What the reconstruction loses: unexplained variance by prefix, sparsity, ranking cost. */
  reconstruction(): Promise<ReconstructionResult>;
  /** Monosemanticity score of every latent, with its nulls. */
  scores(): Promise<ScoresResult>;
  /** The whole line on rewired data, `config.rewired.runs` times; scores and alignment have it beside them by themselves. */
  rewired(): Promise<RewiredResult>;
  /** What each latent stands for, chosen on one half of the items and measured on the other. */
  alignment(): Promise<AlignmentResult>;
  /** Scale the latents of the gender axis, rank again, beside random sets of latents. */
  intervention(options?: InterventionOptions): Promise<InterventionResult>;
  /** All results in one record, as `card.json` has them. */
  card(): Promise<Card>;
}

/** The project's folder: two above the compiled library. */
export const projectRoot: string = resolve(__dirname, "..", "..", "..");

/**
 * Open the lab on planted data, or on files: `openLab({ ratings: "ratings.csv.gz", items: "items.jsonl.gz" })`.
 * Nothing is computed before it is asked for.
 *
 * @throws InputError when an option does not exist or has a wrong value
 */
export async function openLab(options: LabOptions & LabEnvironment = {}): Promise<Lab> {
  const { runs, runner, warn = console.warn, ...given } = options;
  const config = resolveConfig(given);
  if (config.data.kind === "files") {
    config.data.ratings = locate(config.data.ratings);
    if (config.data.items !== undefined) config.data.items = locate(config.data.items);
  }
  if (config.mf.kind === "given") config.mf.folder = locate(config.mf.folder);
  const store = openStore(runs ?? process.env.MSAE_RUNS ?? join(projectRoot, "data", "runs"), warn);
  const context: StageContext = { store, seed: config.seed, run: runner ?? notebookRunner, warn };
  const reopen = (changes: LabOptions): Promise<Lab> =>
    openLab({ ...options, ...changes, set: { ...options.set, ...changes.set } });
  return { ...buildLab(context, config), with: reopen };
}

/** A relative path is looked up from the working folder and then from the project's. */
function locate(path: string): string {
  const here = resolve(path);
  return existsSync(here) || !existsSync(resolve(projectRoot, path)) ? here : resolve(projectRoot, path);
}

function buildLab(context: StageContext, config: LabConfig): Omit<Lab, "with"> {
  const data = once(() => dataStage(context, config));
  const split = once(async () => splitStage(context, config, await data()));
  const factors = once(async () => factorsStage(context, config, await data(), await split()));
  const ranking = once(async () => rankingStage(context, await split(), await factors()));
  const sae = once(async () => saeStage(context, config, await factors()));
  const latents = once(async () => itemLatents((await sae()).value.weights, (await factors()).value));
  const reconstruction = once(async () =>
    reconstructionStage(context, await split(), await factors(), await sae(), await ranking()),
  );
  const noiseTrained = once(async () => noiseTrainedStage(context, config, await factors()));
  const plainOf = (steps: PlainSteps): (() => Promise<Artifact<TrainedSae>>) =>
    once(async () => plainSaeStage(context, config, await factors(), steps));
  const plain = { published: plainOf("published"), equal: plainOf("equal") };
  const comparison = once(async () =>
    comparisonStage(context, await split(), await factors(), {
      msae: await sae(),
      published: await plain.published(),
      equal: await plain.equal(),
    }),
  );
  const rewired = once(async () => rewiredStage(context, config, await data(), await split()));
  const scores = once(async () =>
    besideRewired(
      await scoresStage(
        context,
        config,
        await factors(),
        await sae(),
        config.scores.noiseTrained ? await noiseTrained() : undefined,
      ),
      withRewiredScores,
    ),
  );
  const alignment = once(async () =>
    besideRewired(
      await alignmentStage(context, config, await data(), await split(), await factors(), await sae()),
      withRewiredFloor,
    ),
  );
  const besideRewired = async <T>(
    found: Artifact<T>,
    put: (value: T, nulls: RewiredResult) => T,
  ): Promise<Artifact<T>> =>
    config.rewired.runs > 0 ? { ...found, value: put(found.value, (await rewired()).value) } : found;
  const intervention = async (options: InterventionOptions = {}): Promise<Artifact<InterventionResult>> =>
    interventionStage(context, options, {
      data: await data(),
      split: await split(),
      factors: await factors(),
      sae: await sae(),
      alignment: await alignment(),
    });
  const card = once(async () =>
    buildCard(config, {
      data: await data(),
      split: await split(),
      factors: await factors(),
      ranking: await ranking(),
      sae: await sae(),
      reconstruction: await reconstruction(),
      scores: await scores(),
      ...(config.scores.noiseTrained ? { noiseTrained: await noiseTrained() } : {}),
      ...(config.rewired.runs > 0 ? { rewired: await rewired() } : {}),
      alignment: await alignment(),
    }),
  );
  return {
    config,
    data: contentOf(data),
    split: contentOf(split),
    factors: contentOf(factors),
    ranking: contentOf(ranking),
    sae: contentOf(sae),
    noiseTrained: contentOf(noiseTrained),
    plainSae: async ({ steps = "published" } = {}) => (await plain[steps]()).value,
    comparison: contentOf(comparison),
    latents,
    reconstruction: contentOf(reconstruction),
    scores: contentOf(scores),
    rewired: contentOf(rewired),
    alignment: contentOf(alignment),
    intervention: async (options) => (await intervention(options)).value,
    card,
  };
}

/** Compute once, keep the promise; a failure is forgotten, so that asking again tries again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => {
    held ??= work().catch((error: unknown) => {
      held = undefined;
      throw error;
    });
    return held;
  };
}

const contentOf =
  <T>(stage: () => Promise<Artifact<T>>): (() => Promise<T>) =>
  async () =>
    (await stage()).value;
