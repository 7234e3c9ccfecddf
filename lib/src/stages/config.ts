import { z } from "zod";
import { described, refusal, word } from "../base/settings";
import { axisSetting } from "../data/axis-setting";
import { knobsAgree, PLANTED_DEFAULTS, type PlantedKnobs, plantedKnobs } from "../data/planted/config";
import { FILES_DEFAULTS, type FilesShape, filesSettings } from "../data/read/files-settings";
import { MAX_USERS, maxUsersSetting } from "../data/sample-users";
import { heldOutSetting, SPLIT_DEFAULTS, type SplitShape, splitSettings } from "../data/split";
import { type GivenShape, givenSettings } from "../formats/factors-folder";
import { type BceSgdShape, bceSgdSettings } from "../mf/bce-sgd";
import { type IalsRunShape, ialsRunSettings } from "../mf/ials";
import { type AlignmentShape, alignmentSettings } from "./alignment-settings";
import { LABELS_DEFAULTS, type LabelsShape, labelsSettings } from "./labels-settings";
import { mfKind, mfPreset } from "./mf-presets";
import { type RewiredShape, rewiredSettings } from "./rewired-settings";
import { type SaeSettings, saePreset, saeSchema } from "./sae-settings";
import { type ScoresShape, scoresSettings } from "./scores-settings";
import { type SeedsShape, seedsSettings } from "./seeds-settings";

type Strict<Shape extends z.core.$ZodShape> = z.ZodObject<Shape, z.core.$strict>;

/** A group of settings as a run has it: one seed is the whole run's, so no group has its own. */
type Group<Shape extends z.core.$ZodShape, More extends z.core.$ZodShape> = Strict<Omit<Shape, "seed"> & More>;
type Kind<Name extends string> = { kind: z.ZodLiteral<Name> };

/** Every setting of a run, each described beside what it sets; this is where they are put together. */
export type LabShape = {
  preset: z.ZodEnum<{ paper: "paper"; calibrated: "calibrated" }>;
  seed: z.ZodInt;
  data: z.ZodDiscriminatedUnion<
    [Group<PlantedKnobs, Kind<"planted"> & { axis: FilesShape["axis"] }>, Strict<FilesShape>],
    "kind"
  >;
  split: Group<SplitShape, { maxUsers: z.ZodInt; heldOut: z.ZodOptional<z.ZodString> }>;
  mf: z.ZodDiscriminatedUnion<
    [Group<IalsRunShape, Kind<"ials">>, Group<BceSgdShape, Kind<"bce-sgd">>, Group<GivenShape, Kind<"given">>],
    "kind"
  >;
  sae: z.ZodType<SaeSettings>;
  scores: Strict<ScoresShape>;
  seeds: Strict<SeedsShape>;
  rewired: Strict<RewiredShape>;
  alignment: Strict<AlignmentShape>;
  labels: Strict<LabelsShape>;
};

/** Everything that a run depends on; `card.json` repeats it. */
export type LabConfig = z.infer<z.ZodObject<LabShape>>;

/** Settings of labels and of their tests. */
export type LabelConfig = LabConfig["labels"];

/** The generator's own data. */
export type PlantedSource = Extract<LabConfig["data"], { kind: "planted" }>;
export type { FilesSource } from "../data/read/files-settings";

/** Whose settings everything that was not set has. */
export type Preset = LabConfig["preset"];

/** The preset of a run where none is named. */
export const DEFAULT_PRESET: Preset = "calibrated";

function dataSettings(): LabShape["data"] {
  const { seed: _seed, ...knobs } = plantedKnobs;
  const kind = described(z.literal("planted"), {
    ...{ meaning: "Where the data comes from: the generator, or files.", unit: "name", default: "planted" },
    source: "ours",
  });
  return z.discriminatedUnion("kind", [
    z.strictObject({ kind, ...knobs, axis: axisSetting.optional() }).superRefine(knobsAgree),
    filesSettings,
  ]) as LabShape["data"];
}

function mfSettings(): LabShape["mf"] {
  const kindOf = <Name extends string>(name: Name): z.ZodLiteral<Name> =>
    described(z.literal(name), {
      meaning: "Where the factors come from: iALS, SGD on the binary cross-entropy, or a fit elsewhere.",
      ...{ unit: "name", default: "ials", source: "ours; bce-sgd is the paper's, section 4.1" },
    });
  const { seed: _ials, ...ials } = ialsRunSettings.shape;
  const { seed: _sgd, ...sgd } = bceSgdSettings.shape;
  return z.discriminatedUnion("kind", [
    z.strictObject({ kind: kindOf("ials"), ...ials }),
    z.strictObject({ kind: kindOf("bce-sgd"), ...sgd }),
    z.strictObject({ kind: kindOf("given"), ...givenSettings.shape }),
  ]);
}

/** The schema of a run's configuration, with the settings of every architecture that is known now. */
export function labShape(): LabShape {
  const { seed: _seed, ...split } = splitSettings.shape;
  const seed = refusal(`a seed is a whole number from 0 to ${2 ** 31 - 1}.`);
  return {
    preset: described(word("paper", "calibrated"), {
      meaning:
        "Whose settings everything that is not set has: the paper's, or factors that beat popularity and an autoencoder trained to the end.",
      ...{ unit: "name", default: DEFAULT_PRESET, source: "ours" },
    }),
    seed: described(
      z
        .int(seed)
        .min(0, seed)
        .max(2 ** 31 - 1, seed),
      {
        ...{ meaning: "Seed of every random draw.", unit: "none", default: SEED },
        source: "arXiv 2606.29341, section 4.1",
      },
    ),
    data: dataSettings(),
    split: z.strictObject({ ...split, maxUsers: maxUsersSetting, heldOut: heldOutSetting }),
    mf: mfSettings(),
    sae: saeSchema(),
    ...{ scores: scoresSettings, seeds: seedsSettings, rewired: rewiredSettings, alignment: alignmentSettings },
    labels: labelsSettings,
  };
}

const SEED = 42;

/**
 * What a preset says of one source of data, planted or files; what only a caller can say is left out.
 *
 * @param ownSplit whether a file says what is held out: then no user and no item is pruned
 */
export function dataPreset(kind: LabConfig["data"]["kind"], ownSplit = false): Partial<LabConfig["data"]> {
  if (kind === "files") {
    const { prune, ...rest } = structuredClone(FILES_DEFAULTS);
    return { ...rest, prune: ownSplit ? { ...prune, minUserRatings: 0, minItemRatings: 0 } : prune };
  }
  const { seed: _seed, ...planted } = PLANTED_DEFAULTS;
  return { kind, ...planted };
}

/** The configuration of a preset, before anything is changed. */
export function presetConfig(preset: Preset): LabConfig {
  const { seed: _seed, ...split } = SPLIT_DEFAULTS;
  return {
    ...{ preset, seed: SEED },
    data: dataPreset("planted") as LabConfig["data"],
    split: { ...split, maxUsers: MAX_USERS },
    mf: mfPreset(mfKind(preset)) as LabConfig["mf"],
    sae: saePreset(preset),
    scores: { sample: 5000, noiseTrained: preset === "paper" },
    seeds: { runs: 1 },
    rewired: { runs: 0, factors: [] },
    alignment: { q: 0.01 },
    labels: { ...LABELS_DEFAULTS },
  };
}
