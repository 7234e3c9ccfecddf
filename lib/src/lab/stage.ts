import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OnProgress } from "../base/progress";
import type { Shapes } from "../formats/record";
import { checkpointFile } from "./checkpoint";
import type { Artifact, StageKey, Store } from "./store";

/** Runs a piece of long work so that it shows progress and can be stopped: a notebook's way or a terminal's. */
export type Runner = <T>(phase: string, work: (onProgress: OnProgress) => Promise<T>) => Promise<T>;

/** What every stage of one lab shares. */
export interface StageContext {
  store: Store;
  seed: number;
  run: Runner;
  /** Told in a sentence what went wrong but was mended. */
  warn: (message: string) => void;
}

/** Tools that a stage's computation is given. */
export interface StageTools {
  onProgress: OnProgress;
  /** Where a computation that takes long may keep its checkpoint. */
  checkpointFile: string;
}

/** One stage: a pure function of its configuration, its seed and its inputs. */
export interface StageSpec<T> {
  stage: string;
  /** Shown while it runs. */
  phase: string;
  config: unknown;
  /** Hashes of what goes in, by name: other stages' hashes, or files' checksums. */
  inputs: Record<string, string>;
  /** Hash of the code that it runs. */
  code: string;
  compute: (tools: StageTools) => Promise<T>;
  /** Shapes of the arrays in the result, by dotted path. */
  shapes?: (value: T) => Shapes;
  /** Texts to keep beside the result for a reader, by file name. */
  texts?: (value: T) => Readonly<Record<string, string>>;
}

/** The library's version, from its package.json. */
export function libraryVersion(): string {
  const file = join(resolve(__dirname, "..", ".."), "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Everything that the bytes of a stage's result depend on. */
export function stageKey(
  { seed }: Pick<StageContext, "seed">,
  { stage, config, inputs, code }: Pick<StageSpec<unknown>, "stage" | "config" | "inputs" | "code">,
): StageKey {
  return { stage, config, inputs, library: libraryVersion(), code, seed };
}

/** The stage's finished artifact: loaded if the store has it, else computed and saved. */
export async function runStage<T>(context: StageContext, spec: StageSpec<T>): Promise<Artifact<T>> {
  const key = stageKey(context, spec);
  const stored = context.store.load<T>(key);
  if (stored) return stored;
  const started = process.hrtime.bigint();
  const release = context.store.claim(key);
  try {
    const checkpoint = context.store.checkpointFile(key);
    const value = await context.run(spec.phase, (onProgress) =>
      spec.compute({ onProgress, checkpointFile: checkpoint }),
    );
    const seconds = Math.round(Number(process.hrtime.bigint() - started) / 1e6) / 1000;
    const artifact = context.store.save(key, value, seconds, spec.shapes?.(value), spec.texts?.(value));
    checkpointFile(checkpoint, context.warn).remove();
    return artifact;
  } finally {
    release();
  }
}
