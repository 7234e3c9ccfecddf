import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import * as stages from "../stages";
import type { LabConfig } from "../stages/config";
import type { Stage } from "../stages/stage";
import { buildCard, type Card } from "./card";
import { type LabOptions, resolveConfig } from "./config";
import { display, inNotebook, noteBundle } from "./notebook";
import { notebookRunner } from "./notebook-progress";
import { openedLayers } from "./opened";
import { StagePipeline } from "./pipeline";
import type { Runner } from "./stage";
import { openStore } from "./store";

/** How a lab is opened beside its {@link LabOptions}. */
export interface LabEnvironment {
  /** Folder of finished stages; default `data/runs` of the project, or `MSAE_RUNS`. */
  runs?: string;
  /** How long work is run and shown; default: a progress display in a notebook, nothing elsewhere. */
  runner?: Runner;
  /** Told in a sentence what went wrong but was mended. */
  warn?: (message: string) => void;
  /** Stages of your own, by name: `lab.result` gives what they compute, and `card.json` has their sections. */
  stages?: Readonly<Record<string, Stage<unknown, never>>>;
}

/** Every stage of the registry, by the name by which a lab gives its result. */
type Stages = typeof stages;

type Registry = Readonly<Record<string, Stage<unknown, never>>>;

/** One function a stage. */
export type StageResults = { [Name in keyof Stages]: NonNullable<Stages[Name]["ask"]> };

/**
 * The paper's pipeline, one function a stage. Each computes what it lacks, keeps it in `data/runs`, and gives the
 * same record at once when it is asked again; a changed setting recomputes only what depends on it.
 */
export interface Lab extends StageResults {
  /** The whole configuration in use. */
  config: LabConfig;
  /**
   * The same lab with some options changed, for instance the same data under `{ preset: "paper" }`; what does not depend on them is
   * not computed again. An option or setting that is `undefined` here is as if it had never been given. A setting of a factorization
   * or autoencoder that the change replaces is left out, and `warn` is told.
   */
  with(changes: LabOptions): Promise<Lab>;
  /** The result of any stage, one of your own as well. */
  result<T, O>(stage: Stage<T, O>, options?: O): Promise<T>;
  /** All results in one record, as `card.json` has them. */
  card(): Promise<Card>;
}

/** The project's folder: two above the compiled library. */
export const projectRoot: string = resolve(__dirname, "..", "..", "..");

/** The store of results: `data/runs` of the project, or the folder that MSAE_RUNS names. */
export const runsFolder = (): string => process.env.MSAE_RUNS ?? join(projectRoot, "data", "runs");

/**
 * Open the lab on planted data, or on files: `openLab({ ratings: "ratings.csv.gz", items: "items.jsonl.gz" })`.
 * Nothing is computed before it is asked for.
 *
 * @throws InputError when an option does not exist or has a wrong value
 */
export async function openLab(options: LabOptions & LabEnvironment = {}): Promise<Lab> {
  const { runs, runner, warn, stages: own, ...given } = options;
  return openLayers(openedLayers(given), { runs, runner, warn, stages: own });
}

/** Open the lab with several sets of options, the strongest last. */
async function openLayers(layers: readonly LabOptions[], environment: LabEnvironment): Promise<Lab> {
  const { runs, runner, warn = warnHere, stages: own = {} } = environment;
  const stated = resolveConfig(layers, warn);
  const config = structuredClone(stated);
  if (config.data.kind === "files") {
    config.data.ratings = locate(config.data.ratings);
    if (config.data.items !== undefined) config.data.items = locate(config.data.items);
  }
  if (config.mf.kind === "given") config.mf.folder = locate(config.mf.folder);
  if (config.split.heldOut !== undefined) config.split.heldOut = locate(config.split.heldOut);
  config.rewired.factors = config.rewired.factors.map(locate);
  if (config.labels.edits !== undefined) config.labels.edits = locate(config.labels.edits);
  const store = openStore(runs ?? runsFolder(), warn);
  const pipeline = new StagePipeline({ store, run: runner ?? notebookRunner, warn }, config);
  const results = Object.entries(stages as unknown as Registry).map(([name, stage]) => [
    name,
    async (options?: undefined) => (await pipeline.stage(stage, options)).value,
  ]);
  return {
    ...(Object.fromEntries(results) as StageResults),
    config,
    with: (changes) => openLayers([...layers.map((layer) => withdrawn(layer, changes)), changes], environment),
    result: async (stage, options) => (await pipeline.stage(stage, options)).value,
    card: () => buildCard(pipeline, { ...(stages as unknown as Registry), ...own }, stated),
  };
}

/** Options without those that later ones set to undefined. */
function withdrawn({ set = {}, ...named }: LabOptions, changes: LabOptions): LabOptions {
  const left = <T extends object>(layer: T, later: object): T => {
    const gone = new Set(Object.entries(later).flatMap(([name, value]) => (value === undefined ? [name] : [])));
    return Object.fromEntries(Object.entries(layer).filter(([name]) => !gone.has(name))) as T;
  };
  return { ...left(named, changes), set: left(set, changes.set ?? {}) };
}

/** A warning in a cell is no failure of the cell, which what goes to stderr is. */
function warnHere(message: string): void {
  if (inNotebook()) display(noteBundle(message));
  else console.warn(message);
}

/** A relative path is looked up from the working folder and then from the project's. */
function locate(path: string): string {
  const here = resolve(path);
  return existsSync(here) || !existsSync(resolve(projectRoot, path)) ? here : resolve(projectRoot, path);
}
