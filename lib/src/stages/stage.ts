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
  settings(config: LabConfig, inputs: Values<N>, asked: O | undefined): S | Promise<S>;
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
  readonly ask?: [O] extends [undefined] ? () => Promise<T> : (asked?: O) => Promise<T>;
  readonly stored?: false;
  readonly beside?: Beside<T>;
  phase(settings: unknown): string;
  settings(config: LabConfig, inputs: Readonly<Record<string, unknown>>, asked: O | undefined): unknown;
  files(config: LabConfig): Readonly<Record<string, string>>;
  compute(inputs: Readonly<Record<string, unknown>>, tools: StageTools<unknown>): T | Promise<T>;
  shapes(value: T): Shapes;
  texts(value: T): Readonly<Record<string, string>>;
  runs(config: LabConfig): boolean;
  card?(value: T, inputs: Readonly<Record<string, unknown>>, config: LabConfig): C;
}

/** The stages under one configuration and seed, each computed when it is first asked for. */
export interface Pipeline {
  readonly config: LabConfig;
  /** A stage's result in this pipeline. */
  stage<T, O>(stage: Stage<T, O>, asked?: O): Promise<Found<T>>;
  /**
   * The same pipeline with another seed and some stages replaced. What rests on a replaced stage is computed anew; the rest is
   * this pipeline's own, and so are the inputs of the replacements.
   */
  variant(seed: number, replaced: ReadonlyMap<Stage<unknown, never>, Stage<unknown, never>>): Pipeline;
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
export function asking<T, O>(stage: Stage<T, O>, asked: O): Need<T> {
  return { stages: () => stage.stages(), find: (pipeline) => pipeline.stage(stage, asked) };
}

/** Something to put beside a stored result: `put` is typed by the need. */
export function beside<T, V>(need: Need<V>, put: (value: T, found: V) => T): Beside<T> {
  return { need, put: put as Beside<T>["put"] };
}

/** Several results of the same stages, each in a variant of the pipeline. */
export function variants<N extends Needs>(spec: {
  /** How many. */
  count(config: LabConfig): number;
  /** Seed of each, counted from 0. */
  seed(config: LabConfig, run: number): number;
  /** Which stages are replaced by which. */
  replaced: readonly (readonly [Stage<unknown, never>, Stage<unknown, never>])[];
  /** What of each variant is needed. */
  needs: N;
}): Need<Values<N>[]> {
  const needs = Object.entries(spec.needs);
  return {
    stages: () => needs.flatMap(([, need]) => need.stages()),
    async find(pipeline) {
      const found: Found<Values<N>[]> = { value: [], hashes: [], seconds: 0 };
      for (let run = 0; run < spec.count(pipeline.config); run++) {
        const variant = pipeline.variant(spec.seed(pipeline.config, run), new Map(spec.replaced));
        const values: Record<string, unknown> = {};
        for (const [name, need] of needs) {
          const { value, hashes, seconds } = await need.find(variant);
          values[name] = value;
          found.hashes = [...found.hashes, ...hashes];
          found.seconds += seconds;
        }
        found.value.push(values as Values<N>);
      }
      return found;
    },
  };
}
