import { existsSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";
import { parseAxis } from "../data/axis-setting";
import type { LabOptions } from "../lab/config";
import { fetchedFolder, fetchedOptions } from "../lab/fetched";
import { folderOptions } from "../lab/folder";
import { parseSetting } from "../lab/settings/merge";

/** Which lab a command opens, as the command line says it. */
export interface OpenOptions {
  data?: string;
  ratings?: string;
  items?: string;
  columns?: string;
  categories?: string[];
  axis?: string;
  preset?: "paper" | "calibrated";
  seed?: number;
  d?: number;
  k?: number;
  factors?: string;
  config?: string;
  set?: string[];
}

/** Add the options that say which lab is opened. */
export function withLabOptions(command: Command, wholeNumber: (text: string) => number): Command {
  return command
    .option(
      "--data <name|dir>",
      "planted (default), a set fetched by `msae-lab data`, or a folder with ratings.csv(.gz) and items.jsonl(.gz)",
    )
    .option("--ratings <file>", "interactions: CSV, TSV or JSON lines, plain or .gz, or Parquet")
    .option("--items <file>", "item metadata, in the same forms")
    .option("--columns <map>", "columns of the ratings: user=…,item=…,rating=…,time=…")
    .option(
      "--categories <column:separator...>",
      "column of the metadata that holds the categories, or several; a separator after a colon where a cell holds several names",
    )
    .option(
      "--axis <sides>",
      "what items are told apart by: women=Women|Ladies,men=Men, or two categories such as Drama,Comedy, or column=gender",
    )
    .addOption(new Option("--preset <name>", "whose settings").choices(["paper", "calibrated"]))
    .option("--seed <n>", "seed of every random draw", wholeNumber)
    .option("--d <n>", "width of the factorization", wholeNumber)
    .option("--k <n>", "latents; ten prefixes, round(j·k/10)", wholeNumber)
    .option("--factors <dir>", "factors fitted elsewhere: factors.safetensors, users.txt, items.txt, joined by id")
    .option("--config <file>", "JSON file with any part of the configuration, or a card")
    .option(
      "--set <key=value...>",
      "single settings by dotted path, for instance sae.epochs=5 or sae.tied=false; all are listed by `settings`",
    );
}

/** The command line's options as those of `openLab`. */
export function labOptions(
  options: OpenOptions & Pick<LabOptions, "null" | "seeds" | "nullFactors" | "heldOut">,
): LabOptions {
  const { data, columns, categories, axis, set, ...rest } = options;
  return {
    ...rest,
    ...(data === undefined ? {} : dataOptions(data, options.ratings)),
    ...(columns === undefined ? {} : { columns: parseColumns(columns) }),
    ...(categories === undefined ? {} : { categories: oneOrMany(categories.map(parseCategories)) }),
    ...(axis === undefined ? {} : { axis: parseAxis(axis) }),
    set: Object.fromEntries((set ?? []).map(parseSetting)),
  };
}

function dataOptions(name: string, ratings: string | undefined): LabOptions {
  if (ratings !== undefined) throw new InputError("--data and --ratings were both given: give one of them.");
  if (name === "planted") return {};
  const isFolder = existsSync(name) && statSync(name).isDirectory();
  const data = isFolder ? name : fetchedFolder(name);
  if (data === undefined)
    throw new InputError(
      `There is no data set or folder ${quote(name)}: give "planted", a name that \`npx msae-lab data\` lists, or a folder with ratings.csv(.gz).`,
    );
  const fetched = fetchedOptions(data);
  if (fetched) return fetched;
  return folderOptions(data);
}

function parseColumns(text: string): LabOptions["columns"] {
  const columns: Record<string, string> = {};
  for (const part of text.split(",")) {
    const [role, column] = part.split("=").map((side) => side?.trim());
    if (!["user", "item", "rating", "time"].includes(role) || !column)
      throw new InputError(
        `--columns has ${quote(part)}: write user=…,item=…,rating=…,time=…, each role with its column.`,
      );
    columns[role] = column;
  }
  return columns;
}

/** One column is written in the configuration as it always was. */
const oneOrMany = <T>(values: T[]): T | T[] => (values.length === 1 ? values[0] : values);

function parseCategories(text: string): { column: string; separator?: string } {
  const colon = text.indexOf(":");
  return colon < 0 ? { column: text } : { column: text.slice(0, colon), separator: text.slice(colon + 1) };
}
