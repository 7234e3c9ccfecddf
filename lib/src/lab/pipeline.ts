import { canonicalJson, sha256, sha256File } from "../base/hash";
import { unchanged } from "../base/input-file";
import * as stages from "../stages";
import type { LabConfig } from "../stages/config";
import { type Found, type Need, ownResult, type Pipeline, type Replaced, type Stage } from "../stages/stage";
import { checkpointFile } from "./checkpoint";
import { stageCode } from "./code";
import { temporaryPath } from "./owner";
import { paysSideBySide, sideBySide } from "./side-by-side";
import { runStage, type StageContext, type StageSpec, stageKey } from "./stage";
import { stageHash } from "./store";

/** Any stage, its result and what can be asked of it forgotten. */
type AnyStage = Stage<unknown, never>;

/** Stages of a variant of a pipeline, with the pipeline that everything else comes from. */
interface Origin {
  parent: StagePipeline;
  replaced: Replaced;
}

/** The stages under one configuration: each is loaded, or computed and kept, when it is first asked for. */
export class StagePipeline implements Pipeline {
  readonly config: LabConfig;
  private readonly context: Omit<StageContext, "seed">;
  private readonly origin: Origin | undefined;
  private readonly held: Map<string, Promise<Found<unknown>>> = new Map();
  private seconds = 0;
  /** Results whose seconds were counted: two stages may need the same further runs, which took their time once. */
  private readonly counted: Set<string>;

  constructor(context: Omit<StageContext, "seed">, config: LabConfig, origin?: Origin) {
    this.context = context;
    this.config = config;
    this.origin = origin;
    this.counted = origin ? origin.parent.counted : new Set();
  }

  /** The promise is kept, so that a stage is computed once; a failure is forgotten, so that asking again tries again. */
  stage<T, O>(stage: Stage<T, O>, options?: O): Promise<Found<T>> {
    const name = `${stage.name} ${canonicalJson(options ?? null)}`;
    let found = this.held.get(name);
    if (!found) {
      found = this.find(stage as unknown as AnyStage, options as never).catch((error: unknown) => {
        this.held.delete(name);
        throw error;
      });
      this.held.set(name, found);
    }
    return found as Promise<Found<T>>;
  }

  variant(config: LabConfig, replaced: Replaced): Pipeline {
    return new StagePipeline(this.context, config, { parent: this, replaced });
  }

  spent(): number {
    return this.seconds;
  }

  async ahead(variants: Need<unknown>, runs: readonly number[]): Promise<void> {
    if (!paysSideBySide(runs.length)) return;
    for (const [stage, { needs }] of Object.entries(stages as unknown as Readonly<Record<string, AnyStage>>))
      for (const [need, own] of Object.entries(needs)) {
        if (own !== variants) continue;
        const { config, context } = this;
        const request = { config, store: context.store.root, stage, need };
        await context.run("further runs", (onProgress) =>
          sideBySide(request, runs, { warn: context.warn, onProgress }),
        );
      }
  }

  private find(stage: AnyStage, options: undefined): Promise<Found<unknown>> {
    if (!this.origin) return this.compute(stage, options, this);
    const { parent, replaced } = this.origin;
    const replacement = replaced.get(stage);
    if (replacement === ownResult) return parent.stage(stage);
    if (replacement && replacement !== stage) return this.stage(replacement);
    if ([...replaced.values()].includes(stage)) return this.compute(stage, options, parent);
    return restsOn(stage, replaced) ? this.compute(stage, options, this) : parent.stage(stage, options);
  }

  private async compute(stage: AnyStage, options: undefined, inputsOf: Pipeline): Promise<Found<unknown>> {
    const inputs: Record<string, unknown> = {};
    const hashes: Record<string, string> = {};
    let seconds = 0;
    for (const [name, need] of Object.entries(stage.needs)) {
      const found = await need.find(inputsOf);
      inputs[name] = found.value;
      found.hashes.forEach((hash, index) => {
        hashes[found.hashes.length === 1 ? name : `${name}-${index}`] = hash;
      });
      if (found.further) seconds += found.seconds;
    }
    const { config, context } = this;
    const settings = await stage.settings(config, inputs, options);
    const files = stage.files(config);
    // What is kept under a file's checksum has to be computed from those very bytes.
    const requireUnchanged = unchanged(files);
    for (const [name, file] of Object.entries(files)) hashes[name] = await sha256File(file).catch(() => "unreadable");
    const { seed } = config;
    const spec: StageSpec<unknown> = {
      stage: stage.name,
      phase: stage.phase(settings),
      config: settings,
      inputs: hashes,
      code: codeOf(stage),
      compute: async ({ onProgress, checkpointFile: file }) => {
        const value = await stage.compute(inputs, {
          ...{ settings, seed, files, onProgress, warn: context.warn },
          checkpoint: () => checkpointFile(file, context.warn),
          spill: temporaryPath(context.store.root, stage.name),
        });
        requireUnchanged();
        return value;
      },
      shapes: (value: unknown) => stage.shapes(value),
      texts: (value: unknown) => stage.texts(value),
    };
    const found =
      stage.stored === false
        ? {
            value: await context.run(spec.phase, (onProgress) => spec.compute({ onProgress, checkpointFile: "" })),
            hashes: [stageHash(stageKey({ ...context, seed }, spec))],
            seconds,
          }
        : await runStage({ ...context, seed }, spec).then(({ value, manifest }) => {
            if (!this.counted.has(manifest.hash)) this.seconds += manifest.seconds;
            this.counted.add(manifest.hash);
            return { value, hashes: [manifest.hash], seconds: manifest.seconds + seconds };
          });
    if (!stage.beside) return found;
    const other = await stage.beside.need.find(inputsOf);
    return { ...found, value: stage.beside.put(found.value, other.value as never) };
  }

  /** The stages' results that `card.json` is made of: those with a section, and what they need. */
  async cardStages(all: Readonly<Record<string, AnyStage>>): Promise<CardStage[]> {
    const names = new Map(Object.entries(all).map(([name, stage]) => [stage, name]));
    const ordered: AnyStage[] = [];
    const visit = (stage: AnyStage): void => {
      if (ordered.includes(stage) || !stage.runs(this.config)) return;
      for (const need of Object.values(stage.needs)) need.stages().forEach(visit);
      stage.beside?.need.stages().forEach(visit);
      ordered.push(stage);
    };
    for (const stage of names.keys()) if (stage.card) visit(stage);
    const results: CardStage[] = [];
    for (const stage of ordered) {
      const name = names.get(stage);
      if (name === undefined) continue;
      const { value, seconds } = await this.stage(stage);
      const inputs: Record<string, unknown> = {};
      // Further runs are opened anew wherever they are asked for: only a section is worth that.
      for (const [input, need] of stage.card ? Object.entries(stage.needs) : [])
        inputs[input] = (await need.find(this)).value;
      results.push({ name, seconds, section: stage.card?.(value, inputs, this.config) ?? {} });
    }
    return results;
  }
}

/** Hash of a stage's code: the library's own are known by their files, a caller's by the text of its functions. */
function codeOf(stage: AnyStage): string {
  return (
    stageCode(stage.name) ??
    sha256(
      Object.values(stage)
        .filter((part) => typeof part === "function")
        .join("\n"),
    ).slice(0, 16)
  );
}

/** A stage of a card: its name in the registry, what it took, its section. */
export interface CardStage {
  name: string;
  seconds: number;
  section: object;
}

/** Whether a stage is computed, directly or not, from one that is replaced. */
function restsOn(stage: AnyStage, replaced: Replaced): boolean {
  return Object.values(stage.needs)
    .flatMap((need) => need.stages())
    .some((other) => replaced.has(other) || restsOn(other, replaced));
}
