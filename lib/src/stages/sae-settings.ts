import { z } from "zod";
import { described } from "../base/settings";
import type { Architecture, TrainingConfig } from "../sae/architecture";
import { architectureOf, architectures } from "../sae/registry";

/**
 * The autoencoder's part of a configuration: an architecture's own settings, without the seed, which is the whole run's, and what the
 * lab adds. Those that every architecture has are named here; the others are checked by the schema of the architecture.
 */
export type SaeSettings = Omit<TrainingConfig, "seed"> & {
  architecture: string;
  minSteps: number;
  readonly [setting: string]: unknown;
};

/** The architecture that is trained where none is named. */
export const DEFAULT_ARCHITECTURE = "msae";

/** Settings of every known architecture, told apart by `architecture`. */
export function saeSchema(): z.ZodType<SaeSettings> {
  return z.discriminatedUnion(
    "architecture",
    architectures().map(schemaOf) as [ReturnType<typeof schemaOf>],
  ) as unknown as z.ZodType<SaeSettings>;
}

/** An architecture's own schema without the seed, with what the lab adds; nothing else may stand there. */
function schemaOf({ name, schema, defaults }: Architecture): z.ZodObject {
  const { seed: _seed, ...shape } = schema.shape;
  return z
    .strictObject({
      architecture: described(z.literal(name), {
        ...{
          meaning: "Architecture of the autoencoder.",
          unit: "name",
          default: DEFAULT_ARCHITECTURE,
        },
        source: "ours",
      }),
      ...shape,
      minSteps: described(z.int().min(0), {
        meaning:
          "Least optimiser steps: on small data the epochs, and what grows with them, are stretched alike to reach it; 0 never stretches.",
        ...{ unit: "steps", default: minStepsOf("calibrated"), source: "ours; 0 in the preset paper" },
      }),
    })
    .superRefine(({ architecture: _name, minSteps: _least, ...settings }, context) => {
      // What single settings get wrong is found above; this finds what several get wrong together.
      const found = schema.safeParse({ ...settings, seed: defaults.seed });
      for (const { path, message } of found.error?.issues ?? [])
        context.addIssue({ code: "custom", path: [...path], message });
    });
}

/** A preset's settings of the autoencoder, with an architecture's defaults. @throws InputError when there is no such architecture */
export function saePreset(preset: "paper" | "calibrated", architecture: string = DEFAULT_ARCHITECTURE): SaeSettings {
  const { defaults, calibrated } = architectureOf(architecture);
  const { seed: _seed, ...settings }: TrainingConfig = { ...defaults, ...(preset === "calibrated" ? calibrated : {}) };
  return { architecture, ...settings, minSteps: minStepsOf(preset) } as SaeSettings;
}

const minStepsOf = (preset: "paper" | "calibrated"): number => (preset === "paper" ? 0 : 1500);

/** Prefixes of an architecture's k latents where none are set. */
export const prefixesFor = (architecture: string, k: number): number[] =>
  architectureOf(architecture).prefixes?.(k) ?? [k];
