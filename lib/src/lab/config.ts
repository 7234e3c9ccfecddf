import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { MAX_REJECTED } from "../data/read/ingest";
import { readJsonFile } from "../formats/json-file";
import { type FilesSource, type LabConfig, PAPER_PRUNE, presetConfig } from "../stages/config";
import { checkedConfig } from "../stages/config-schema";
import { prefixesFor, type SaeSettings, saePreset } from "../stages/sae-settings";
import { merge, setPath } from "./settings";

/** Runs of `--null rewired`: enough to see how far one run lies from another. */
const REWIRED_RUNS = 3;

/** What a caller may give; everything left out has the preset's value. */
export interface LabOptions {
  preset?: "paper" | "calibrated";
  seed?: number;
  /** Interactions, CSV(.gz), TSV(.gz). Left out: planted data. */
  ratings?: string;
  /** Item metadata, JSONL(.gz). */
  items?: string;
  columns?: FilesSource["columns"];
  categories?: FilesSource["categories"];
  /** Width of the factorization. */
  d?: number;
  /** Folder of factors that were fitted elsewhere, in place of a fit: factors.safetensors, users.txt, items.txt. */
  factors?: string;
  /** Latents; ten prefixes, round(j·k/10), unless `sae.prefixes` is set. */
  k?: number;
  /** "rewired" runs the whole pipeline three times more on rewired data, unless `rewired.runs` says how often. */
  null?: "none" | "rewired";
  /** A JSON file with any part of the configuration. */
  config?: string;
  /** Single settings by dotted path, applied last: { "sae.epochs": 5 }. */
  set?: Readonly<Record<string, unknown>>;
}

/**
 * Resolve options to a whole configuration: preset, then the configuration file, then named options, then
 * `set`.
 *
 * @throws InputError when a setting does not exist, has the wrong type or lies out of range
 */
export function resolveConfig(options: LabOptions = {}): LabConfig {
  const file = options.config === undefined ? {} : readConfigFile(options.config);
  const preset = options.preset ?? (file.preset as LabConfig["preset"] | undefined) ?? "calibrated";
  if (preset !== "paper" && preset !== "calibrated")
    throw new InputError(`There is no preset ${quote(preset)}: choose "paper" or "calibrated".`);
  const config = presetConfig(preset) as unknown as Record<string, unknown>;
  if (options.ratings !== undefined || (file.data as { kind?: string } | undefined)?.kind === "files")
    config.data = { kind: "files", maxRejected: MAX_REJECTED, filter: {}, prune: { ...PAPER_PRUNE } };
  const kind = (file.mf as { kind?: string } | undefined)?.kind ?? options.set?.["mf.kind"];
  if (kind !== undefined) config.mf = { ...factorizationDefaults(kind) };
  const fileSae = file.sae as Record<string, unknown> | undefined;
  const architecture = options.set?.["sae.architecture"] ?? fileSae?.architecture;
  if (architecture !== undefined) config.sae = saePreset(preset, String(architecture));
  merge(config, file);
  const assign = (path: string, value: unknown): void => {
    if (value !== undefined) setPath(config, path, value);
  };
  assign("preset", preset);
  assign("seed", options.seed);
  if (
    options.items !== undefined &&
    options.ratings === undefined &&
    (config.data as { kind?: string } | null)?.kind !== "files"
  )
    throw new InputError("Item metadata was given without interactions: give the ratings file as well.");
  for (const key of ["ratings", "items", "columns", "categories"] as const) assign(`data.${key}`, options[key]);
  if (options.factors !== undefined) {
    if (options.d !== undefined)
      throw new InputError("A width (d) was given with factors that were fitted already: leave one of them out.");
    if (options.null === "rewired")
      throw new InputError(
        "The null rewired fits the factors again, so it cannot be run with factors that were fitted elsewhere: leave one of them out.",
      );
    config.mf = { kind: "given", folder: options.factors };
  }
  assign("mf.d", options.d);
  assign("rewired.runs", options.null && { none: 0, rewired: REWIRED_RUNS }[options.null]);
  assign("sae.k", options.k);
  for (const [path, value] of Object.entries(options.set ?? {})) assign(path, value);
  // Whatever the file or a setting made of it: it is checked last.
  const sae = config.sae as Partial<SaeSettings> | null;
  const given = options.set?.["sae.prefixes"] ?? fileSae?.prefixes;
  if (given === undefined && sae?.architecture && typeof sae.k === "number" && Number.isInteger(sae.k) && sae.k >= 1)
    sae.prefixes = prefixesFor(sae.architecture, sae.k);
  return checkedConfig(config);
}

function factorizationDefaults(kind: unknown): Record<string, unknown> {
  const presets = [presetConfig("calibrated").mf, presetConfig("paper").mf];
  const found = presets.find((mf) => mf.kind === kind);
  if (found) return { ...found };
  throw new InputError(`There is no factorization ${quote(kind)}: mf.kind is "ials" or "bce-sgd".`);
}

function readConfigFile(path: string): Record<string, unknown> {
  const value = readJsonFile(path, "configuration file", "check the path after --config, or leave it out", 1 << 20);
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputError(`${path} holds no JSON object: expected {"seed": 1, "sae": {"epochs": 5}} or the like.`);
}
