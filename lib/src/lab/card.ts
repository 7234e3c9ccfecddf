import type * as stages from "../stages";
import type { LabConfig } from "../stages/config";
import type { Stage } from "../stages/stage";
import type { StagePipeline } from "./pipeline";
import { libraryVersion } from "./stage";

/** What of a card no stage gives. */
export interface CardHead {
  seed: number;
  preset: string;
  versions: Record<string, string>;
  config: LabConfig;
  /** Seconds that each stage took when it was computed. */
  seconds: Record<string, number>;
}

type Registry = typeof stages;
type SectionOf<S> = S extends Stage<infer _T, infer _O, infer Section> ? Section : object;
type AllOf<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The sections of all stages that have one. */
export type CardSections = AllOf<{ [Name in keyof Registry]: SectionOf<Registry[Name]> }[keyof Registry]>;

/** Everything a run found: the content of `card.json`. A field that was not computed is absent. */
export type Card = CardHead & CardSections;

/**
 * Gather the stages' results. The same results give the same card but for `seconds`.
 *
 * @param stated the configuration with its paths as they were given, so that it runs again
 */
export async function buildCard(
  pipeline: StagePipeline,
  registry: Readonly<Record<string, Stage<unknown, never>>>,
  stated: LabConfig = pipeline.config,
): Promise<Card> {
  const parts = await pipeline.cardStages(registry);
  const all = merged(parts.map(({ section }) => section as Record<string, object>)) as unknown as CardSections;
  const { data, backend, mf, sae, monosemanticity, ...more } = all;
  const { config } = pipeline;
  return {
    data,
    ...{ seed: config.seed, preset: config.preset, backend },
    versions: { "msae-lab": libraryVersion(), node: process.versions.node },
    config: stated,
    ...{ mf, sae, monosemanticity, ...more },
    seconds: Object.fromEntries(parts.map(({ name, seconds }) => [name, seconds])),
  };
}

/** Sections side by side; what several stages say under one name stands there together. */
function merged(sections: readonly Readonly<Record<string, object>>[]): Record<string, object> {
  const all: Record<string, object> = {};
  for (const section of sections)
    for (const [name, part] of Object.entries(section))
      all[name] = typeof part === "object" && name in all ? { ...all[name], ...part } : part;
  return all;
}
