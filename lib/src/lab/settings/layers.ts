import { InputError } from "../../base/errors";
import { quote } from "../../base/quote";
import { DEFAULT_PRESET, dataPreset, type LabConfig, type Preset } from "../../stages/config";
import { mfKind, mfPreset } from "../../stages/mf-presets";
import { DEFAULT_ARCHITECTURE, saePreset } from "../../stages/sae-settings";
import { isPlain } from "./merge";

/** What one place says of the configuration: a file, named options, single settings. */
export interface Layer {
  /** Where the settings come from, for sentences. */
  name: string;
  /** Any part of a configuration. */
  values: Record<string, unknown>;
  /** Named columns and categories replace those of weaker layers whole. */
  replaces?: boolean;
}

/** The kind of each group that has kinds. */
export type Kinds = Readonly<Record<"data" | "mf" | "sae", unknown>>;

/** The groups whose settings depend on a kind: what names it, and what is the same in every kind and so stays where it changes. */
const GROUPS: Readonly<Record<keyof Kinds, { tag: string; shared: readonly string[] }>> = {
  data: { tag: "kind", shared: [] },
  mf: { tag: "kind", shared: ["d"] },
  sae: {
    tag: "architecture",
    shared: ["k", "lr", "beta1", "beta2", "epsilon", "epochs", "batch", "minSteps"],
  },
};

/** Whether a layer's data is files, which it says by naming them. */
export const impliesFiles = (data: unknown): boolean =>
  isPlain(data) && (data.kind === "files" || data.ratings !== undefined);

/** What the strongest layer says that says it at all. */
function strongest(layers: readonly Layer[], of: (values: Layer["values"]) => unknown): unknown {
  const said = layers.map(({ values }) => of(values)).filter((value) => value !== undefined);
  return said[said.length - 1];
}

/** The preset that the strongest layer names. @throws InputError when there is no such preset */
export function presetOf(layers: readonly Layer[]): Preset {
  const preset = strongest(layers, ({ preset }) => preset) ?? DEFAULT_PRESET;
  if (preset !== "paper" && preset !== "calibrated")
    throw new InputError(`There is no preset ${quote(String(preset))}: choose "paper" or "calibrated".`);
  return preset;
}

/** The kinds that the strongest layers name, those of the preset where none does. */
export function kindsOf(layers: readonly Layer[]): Kinds {
  const named = (of: (values: Layer["values"]) => unknown): unknown => strongest(layers, of);
  const tag =
    (group: keyof Kinds) =>
    (values: Layer["values"]): unknown => {
      const settings = values[group];
      return isPlain(settings) ? settings[GROUPS[group].tag] : undefined;
    };
  return {
    data: named((values) => tag("data")(values) ?? (impliesFiles(values.data) ? "files" : undefined)) ?? "planted",
    mf: named(tag("mf")) ?? mfKind(presetOf(layers)),
    sae: named(tag("sae")) ?? DEFAULT_ARCHITECTURE,
  };
}

/** Whether the strongest layers bring a file of held-out interactions. */
export const bringsSplit = (layers: readonly Layer[]): boolean =>
  strongest(layers, ({ split }) => (isPlain(split) ? split.heldOut : undefined)) !== undefined;

/**
 * What a preset says of groups of these kinds.
 *
 * @param ownSplit whether a file says what is held out: such a split is taken as it is, and no user or item is pruned unless that is asked for
 * @throws InputError when there is no such kind
 */
export function groupPresets(
  preset: Preset,
  kinds: Kinds,
  ownSplit = false,
): Partial<Record<keyof LabConfig, unknown>> {
  const { data, mf, sae } = kinds;
  if (data !== "planted" && data !== "files")
    throw new InputError(`There is no source of data ${quote(String(data))}: data.kind is "planted" or "files".`);
  if (mf !== "ials" && mf !== "bce-sgd" && mf !== "given")
    throw new InputError(`There is no factorization ${quote(String(mf))}: mf.kind is "ials", "bce-sgd" or "given".`);
  return { data: dataPreset(data, ownSplit), mf: mfPreset(mf), sae: saePreset(preset, String(sae)) };
}

/**
 * A layer's settings without those of another kind than the one that a stronger layer names.
 *
 * @param then the kinds as this layer and weaker ones have them
 * @param now the kinds of the whole configuration
 */
export function ofKinds(layer: Layer, then: Kinds, now: Kinds, warn: (message: string) => void): Layer["values"] {
  const values = { ...layer.values };
  for (const [group, { tag, shared }] of Object.entries(GROUPS) as [keyof Kinds, (typeof GROUPS)[keyof Kinds]][]) {
    const settings = values[group];
    if (then[group] === now[group] || !isPlain(settings)) continue;
    const stays = (name: string): boolean => shared.includes(name) && now[group] !== "given";
    values[group] = Object.fromEntries(Object.entries(settings).filter(([name]) => stays(name)));
    const out = Object.keys(settings).filter((name) => name !== tag && !stays(name));
    if (out.length === 0) continue;
    const names = out.map((name) => `${group}.${name}`).join(", ");
    const kind = `${group}.${tag}`;
    warn(
      `Left out of ${layer.name}: ${names}. They were set for ${kind} ${quote(String(then[group]))}, and ${kind} is ${quote(String(now[group]))} now.`,
    );
  }
  return values;
}
