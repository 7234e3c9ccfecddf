import type { OnProgress } from "../base/progress";
import type { Shapes } from "../formats/record";
import type { LabConfig } from "./config";

/** A need that was met: its value, and the hashes by which a stage that uses it knows it. */
export interface Found<T> {
  value: T;
  /** Stage hashes: one, several where the need stands for several results, none where it was not asked for. */
  hashes: readonly string[];
  /** Wall-clock seconds of computing it when it was computed. */
  seconds: number;
  /** It stands for further runs of the pipeline, made for who needs it alone: its seconds are all of theirs, and count among that stage's. */
  further?: true;
}

/** Something that a stage is computed from: another stage, or what {@link optional} and {@link variants} make of stages. */
export interface Need<T> {
  /** The stages that it rests on. */
  stages(): readonly Stage<unknown, never>[];
  /** Its value in a pipeline: loaded, or computed now. */
  find(pipeline: Pipeline): Promise<Found<T>>;
}

/** Needs by the name that a stage has for each. */
export type Needs = Readonly<Record<string, Need<unknown>>>;

/** The values of needs, by the same names. */
export type Values<N extends Needs> = { readonly [K in keyof N]: N[K] extends Need<infer T> ? T : never };

/** What a stage's computation is given beside its inputs. */
export interface StageTools<S> {
  /** What `settings` gave, and nothing else of the configuration: the result depends on no more than its key holds. */
  settings: S;
  seed: number;
  /** Path of each file that `files` named. */
  files: Readonly<Record<string, string>>;
  onProgress: OnProgress;
  /** Told in a sentence what went wrong but was mended. */
  warn: (message: string) => void;
  /** A folder that may be made for what does not fit into memory; by its name it is swept where the process was killed. */
  spill: string;
  /** Where a computation that takes long keeps its state, to go on from after a kill. */
  checkpoint<C>(): CheckpointFile<C>;
}

/** Long training keeps its state in one file, replaced whole, and goes on from it after a kill. */
export interface CheckpointFile<T> {
  /**
   * The state last written, or the one before where that is damaged; undefined where there is none. What is damaged, or belongs
   * to another training, is set aside.
   *
   * @throws InputError when one is there and cannot be read
   */
  read(): T | undefined;
  /** Write a state; the one before it stays beside it. */
  write(state: T): void;
  remove(): void;
}

/** One step of the pipeline as its file states it: a pure function of its settings, its seed, its inputs and its code. */
export interface StageSpec<T, N extends Needs, S, O, C extends object> {
  /** Folder of its results; the file is `stages/<name>.ts`. */
  name: string;
  /** Shown while it runs. */
  phase: string | ((settings: S) => string);
  needs: N;
  /** What of the configuration, and of what the caller asks for, the result depends on. */
  settings(config: LabConfig, inputs: Values<N>, options: O | undefined): S | Promise<S>;
  /** Files that it reads, by name; they are known by their content. @throws InputError for a path that is no file */
  files?(config: LabConfig): Readonly<Record<string, string>>;
  /** False: nothing is kept, since computing it again is faster than reading it. */
  stored?: false;
  compute(inputs: Values<N>, tools: StageTools<S>): T | Promise<T>;
  /** Shapes of the arrays in the result, by dotted path. */
  shapes?(value: T): Shapes;
  /** Texts to keep beside the result for a reader, by file name. */
  texts?(value: T): Readonly<Record<string, string>>;
  /** What is put beside a stored result whenever it is asked for, and is no part of it. */
  beside?: Beside<T>;
  /** Whether this configuration runs it; default: always. */
  runs?(config: LabConfig): boolean;
  /** Its part of `card.json`. A stage without one is in no card, unless another of the card needs it. */
  card?(value: T, inputs: Values<N>, config: LabConfig): C;
}

/** A result of another stage that is put beside a stored one without being part of its hash. */
export interface Beside<T> {
  need: Need<unknown>;
  put(value: T, found: never): T;
}

/**
 * A stage of the pipeline, its needs' types forgotten: `T` is its result, `O` what a caller may ask of it beside the
 * configuration, `C` its section of `card.json`.
 */
export interface Stage<T, O = undefined, C extends object = object> extends Need<T> {
  readonly name: string;
  readonly needs: Needs;
  /** How a lab asks for it: a type alone, so that no compiler has to infer what `O` is. */
  readonly ask?: [O] extends [undefined] ? () => Promise<T> : (options?: O) => Promise<T>;
  readonly stored?: false;
  readonly beside?: Beside<T>;
  phase(settings: unknown): string;
  settings(config: LabConfig, inputs: Readonly<Record<string, unknown>>, options: O | undefined): unknown;
  files(config: LabConfig): Readonly<Record<string, string>>;
  compute(inputs: Readonly<Record<string, unknown>>, tools: StageTools<unknown>): T | Promise<T>;
  shapes(value: T): Shapes;
  texts(value: T): Readonly<Record<string, string>>;
  runs(config: LabConfig): boolean;
  card?(value: T, inputs: Readonly<Record<string, unknown>>, config: LabConfig): C;
}

/** Which stages are replaced by which; one that is replaced by itself is computed again with the variant's seed. */
export type Replaced = ReadonlyMap<Stage<unknown, never>, Stage<unknown, never>>;

/** The stages under one configuration and seed, each computed when it is first asked for. */
export interface Pipeline {
  readonly config: LabConfig;
  /** A stage's result in this pipeline. */
  stage<T, O>(stage: Stage<T, O>, options?: O): Promise<Found<T>>;
  /**
   * The same pipeline under another configuration and with some stages replaced. What rests on a replaced stage is computed anew; the
   * rest is this pipeline's own, and so are the inputs of the replacements.
   */
  variant(config: LabConfig, replaced: Replaced): Pipeline;
  /** Seconds of the stages that were computed in it and not taken from another pipeline, when they were computed. */
  spent(): number;
  /** Compute some of a stage's variants at the same time, where that pays, so that they are found afterwards. */
  ahead(variants: Need<unknown>, runs: readonly number[]): Promise<void>;
}

/** Make a stage of what its file states. */
export function defineStage<T, N extends Needs, S, O = undefined, C extends object = object>(
  spec: StageSpec<T, N, S, O, C>,
): Stage<T, O, C> {
  const { phase } = spec;
  const stage: Stage<T, O, C> = {
    files: () => ({}),
    shapes: () => ({}),
    texts: () => ({}),
    runs: () => true,
    ...(spec as unknown as Partial<Stage<T, O, C>>),
    name: spec.name,
    needs: spec.needs,
    settings: spec.settings as Stage<T, O, C>["settings"],
    compute: spec.compute as Stage<T, O, C>["compute"],
    phase: (settings) => (typeof phase === "string" ? phase : phase(settings as S)),
    stages: () => [stage as unknown as Stage<unknown, never>],
    find: (pipeline) => pipeline.stage(stage),
  };
  return stage;
}

/** A stage where the configuration runs it; undefined elsewhere. */
export function optional<T, O>(stage: Stage<T, O>): Need<T | undefined> {
  return {
    stages: () => stage.stages(),
    find: (pipeline) =>
      stage.runs(pipeline.config)
        ? stage.find(pipeline)
        : Promise.resolve({ value: undefined, hashes: [], seconds: 0 }),
  };
}

/** A stage of which something is asked beside the configuration. */
export function withOptions<T, O>(stage: Stage<T, O>, options: O): Need<T> {
  return { stages: () => stage.stages(), find: (pipeline) => pipeline.stage(stage, options) };
}

/** Something to put beside a stored result: `put` is typed by the need. */
export function beside<T, V>(need: Need<V>, put: (value: T, found: V) => T): Beside<T> {
  return { need, put: put as Beside<T>["put"] };
}

/** In place of a stage's replacement: its result in a variant is the pipeline's own, although it rests on what is replaced. */
export const ownResult = {} as Stage<unknown, never>;

/** A configuration for one run of several: its own seed, and no further runs. */
export function alone(config: LabConfig, seed: number): LabConfig {
  // Labels that people wrote are of the run's own latents.
  const { edits: _edits, ...labels } = config.labels;
  return { ...config, seed, labels, seeds: { runs: 1 }, rewired: { runs: 0, factors: [] } };
}

/** Several results of the same stages, each in a variant of the pipeline; each can be had by itself. */
export interface Variants<V> extends Need<V[]> {
  count(config: LabConfig): number;
  /** One of them, counted from 0. */
  one(pipeline: Pipeline, run: number): Promise<Found<V>>;
}

/** Milliseconds from which on a result was computed, or is so large that finding it takes as long. */
const COMPUTED_MS = 700;

/** Several results of the same stages, each in a variant of the pipeline. */
export function variants<N extends Needs>(spec: {
  /** How many. */
  count(config: LabConfig): number;
  /** Configuration of each, counted from 0: another seed, and none of what only the whole is asked. */
  config(config: LabConfig, run: number, pipeline: Pipeline): LabConfig | Promise<LabConfig>;
  /** Which stages are replaced by which. */
  replaced(config: LabConfig): readonly (readonly [Stage<unknown, never>, Stage<unknown, never>])[];
  /** What of each variant is needed. */
  needs: N;
}): Variants<Values<N>> {
  const needs = Object.entries(spec.needs);
  const all: Variants<Values<N>> = {
    count: (config) => spec.count(config),
    stages: () => needs.flatMap(([, need]) => need.stages()),
    async one(pipeline, run) {
      const { config } = pipeline;
      const variant = pipeline.variant(await spec.config(config, run, pipeline), new Map(spec.replaced(config)));
      const values: Record<string, unknown> = {};
      const found: Found<Values<N>> = { value: values as Values<N>, hashes: [], seconds: 0 };
      for (const [name, need] of needs) {
        const { value, hashes } = await need.find(variant);
        values[name] = value;
        found.hashes = [...found.hashes, ...hashes];
      }
      return { ...found, seconds: variant.spent() };
    },
    async find(pipeline) {
      const found: Found<Values<N>[]> = { value: [], hashes: [], seconds: 0, further: true };
      const count = spec.count(pipeline.config);
      let ahead = false;
      for (let run = 0; run < count; run++) {
        const started = performance.now();
        const { value, hashes, seconds } = await all.one(pipeline, run);
        // One that was computed and not found: the rest may well be computed at the same time.
        if (!ahead && performance.now() - started > COMPUTED_MS && count - run > 2) {
          ahead = true;
          await pipeline.ahead(
            all,
            Array.from({ length: count - run - 1 }, (_, more) => run + 1 + more),
          );
        }
        found.value.push(value);
        found.hashes = [...found.hashes, ...hashes];
        found.seconds += seconds;
      }
      return found;
    },
  };
  return all;
}
