import { InputError } from "../base/errors";
import type { AxisSetting } from "../data/axis-setting";
import { readJsonFile } from "../formats/json-file";
import { RUNS_FOR_P } from "../metrics/distance";
import type { FilesSource, LabConfig, Preset } from "../stages/config";
import { presetConfig } from "../stages/config";
import { checkedConfig } from "../stages/config-schema";
import { prefixesFor, type SaeSettings } from "../stages/sae-settings";
import { bringsSplit, groupPresets, impliesFiles, kindsOf, type Layer, ofKinds, presetOf } from "./settings/layers";
import { isPlain, merge, setPath } from "./settings/merge";
import type { SettingValues } from "./settings/values";

/** Runs of `--null rewired`: the fewest that give a p-value. */
const REWIRED_RUNS = RUNS_FOR_P;

/** What a caller may give; everything left out has the preset's value. */
export interface LabOptions {
  preset?: Preset;
  seed?: number;
  /** Interactions, CSV(.gz), TSV(.gz). Left out: planted data. */
  ratings?: string;
  /** Item metadata, JSONL(.gz). */
  items?: string;
  columns?: FilesSource["columns"];
  /** Column of the category names, or several. */
  categories?: FilesSource["categories"];
  /** What items are told apart by, { women: ["Women"], men: ["Men"] } or { column: "gender" }; default: women and men. */
  axis?: AxisSetting;
  /** Width of the factorization. */
  d?: number;
  /** Folder of factors that were fitted elsewhere, in place of a fit: factors.safetensors, users.txt, items.txt. */
  factors?: string;
  /** Latents; ten prefixes, round(j·k/10), unless `sae.prefixes` is set. */
  k?: number;
  /** Runs of the whole pipeline on this data, each with a seed of its own; the first has `seed`. */
  seeds?: number;
  /** "rewired" runs the whole pipeline 19 times more on rewired data, unless `rewired.runs` says how often. */
  null?: "none" | "rewired";
  /** Folders of factors fitted elsewhere to data without structure, one a run of the null `rewired`. */
  nullFactors?: readonly string[];
  /** File of interactions that are held out, in place of a draw; the rest is fitted on. */
  heldOut?: string;
  /** A JSON file with any part of the configuration, or a card, whose configuration is taken. */
  config?: string;
  /** Single settings by dotted path, applied last: { "sae.epochs": 5 }. */
  set?: Readonly<SettingValues>;
}

/** Told in a sentence which settings were left out, and why. */
type Warn = (message: string) => void;

/**
 * Resolve options to a whole configuration: the preset, then of each set of options its configuration file, its named options and
 * its `set`, each stronger than what comes before. Where a stronger one names another kind of data, factorization or autoencoder,
 * what a weaker one said of the kind before is left out, and `warn` is told.
 *
 * @param options one set, or several, the strongest last: those of `openLab` and of each `with`
 * @throws InputError when a setting does not exist, has the wrong type or lies out of range
 */
export function resolveConfig(options: LabOptions | readonly LabOptions[] = {}, warn: Warn = () => {}): LabConfig {
  const all = Array.isArray(options) ? (options as readonly LabOptions[]) : [options as LabOptions];
  const layers = all.flatMap(layersOf);
  const preset = presetOf(layers);
  const kinds = kindsOf(layers);
  const config: Record<string, unknown> = {
    ...presetConfig(preset),
    ...groupPresets(preset, kinds, bringsSplit(layers)),
  };
  let nested = false;
  layers.forEach((layer, index) => {
    const values = ofKinds(layer, kindsOf(layers.slice(0, index + 1)), kinds, warn);
    // A list of columns that was named replaces another whole: it is that of another file.
    if (layer.replaces && isPlain(config.data) && isPlain(values.data))
      for (const name of ["columns", "categories"]) if (name in values.data) delete config.data[name];
    // Sides of one axis are none of another's.
    if (isPlain(config.data) && isPlain(values.data) && "axis" in values.data) delete config.data.axis;
    merge(config, values);
    // Prefixes that were set hold until something stronger asks for another k.
    const sae = isPlain(values.sae) ? values.sae : {};
    if ("prefixes" in sae) nested = true;
    else if ("k" in sae) nested = false;
  });
  if (all.some(({ items }) => items !== undefined) && !layers.some(({ values }) => impliesFiles(values.data)))
    throw new InputError("Item metadata was given without interactions: give the ratings file as well.");
  // Whatever the file or a setting made of it: it is checked last.
  const sae = config.sae as Partial<SaeSettings> | null;
  if (!nested && sae?.architecture && typeof sae.k === "number" && Number.isInteger(sae.k) && sae.k >= 1)
    sae.prefixes = prefixesFor(sae.architecture, sae.k);
  return checkedConfig(config);
}

function readConfigFile(path: string): Record<string, unknown> {
  const value = readJsonFile(path, "configuration file", "check the path after --config, or leave it out", 1 << 20);
  // A card has the configuration of its run.
  if (isPlain(value)) return isPlain(value.config) && isPlain(value.versions) ? value.config : value;
  throw new InputError(`${path} holds no JSON object: expected {"seed": 1, "sae": {"epochs": 5}} or the like.`);
}

/** What one set of options says, as layers of settings: its file, its named options, its `set`. */
function layersOf(options: LabOptions): Layer[] {
  const { config, set, d, factors } = options;
  const layers: Layer[] = [];
  if (config !== undefined) layers.push({ name: config, values: readConfigFile(config) });
  if (factors !== undefined && d !== undefined)
    throw new InputError("A width (d) was given with factors that were fitted already: leave one of them out.");
  const named: Record<string, unknown> = {};
  const assign = (path: string, value: unknown): void => {
    if (value !== undefined) setPath(named, path, value);
  };
  for (const key of ["preset", "seed"] as const) assign(key, options[key]);
  for (const key of ["ratings", "items", "columns", "categories", "axis"] as const) assign(`data.${key}`, options[key]);
  if (factors !== undefined) assign("mf", { kind: "given", folder: factors });
  assign("mf.d", d);
  assign("seeds.runs", options.seeds);
  assign("rewired.runs", options.null && { none: 0, rewired: REWIRED_RUNS }[options.null]);
  assign("split.heldOut", options.heldOut);
  assign("rewired.factors", options.nullFactors && [...options.nullFactors]);
  assign("sae.k", options.k);
  layers.push({ name: "the options", values: named, replaces: true });
  const single: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(set ?? {})) if (value !== undefined) setPath(single, path, value);
  layers.push({ name: "the single settings", values: single });
  return layers;
}
