import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors";
import { shown } from "../base/quote";
import type { Card } from "../lab/card";
import { readCard } from "../lab/card-schema";
import type { Terminal } from "./terminal";

/** One field that is not the same in all cards. */
export interface Difference {
  field: string;
  /** A value for each card; undefined where a card does not have the field. */
  values: unknown[];
}

/** What differs between cards, in configuration and in result. */
export interface Comparison {
  cards: string[];
  configuration: Difference[];
  results: Difference[];
  /** Fields that are the same in every card. */
  same: number;
}

/** Compare two or more cards and print what differs; `seconds` are left out, they always do. A folder stands for the card in it. */
export function compare(paths: readonly string[], options: { json?: boolean }, terminal: Terminal): void {
  if (paths.length < 2)
    throw new InputError(
      "One card was given: name two or more card.json files, or the --out folders of two or more runs.",
    );
  const files = paths.map((path) => (isFolder(path) ? join(path, "card.json") : path));
  const cards = files.map(readCard);
  const comparison = compareCards(cards, cardNames(files));
  terminal.out(options.json ? `${JSON.stringify(comparison)}\n` : asText(comparison, cards[0].monosemanticity.verdict));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Reading the file says what is wrong with its path.
    return false;
  }
}

/** The fields in which cards differ. Lists longer than twelve are compared by length, mean and range. */
export function compareCards(cards: readonly Card[], names: readonly string[]): Comparison {
  const flat = cards.map(({ seconds: _seconds, ...card }) => flatten(card));
  const fields = inOneOrder(flat.map((card) => [...card.keys()]));
  const differs = (field: string): boolean =>
    new Set(flat.map((card) => JSON.stringify(card.get(field)) ?? "absent")).size > 1;
  const different = fields.filter(differs).map((field) => ({ field, values: flat.map((card) => card.get(field)) }));
  const isConfiguration = ({ field }: Difference): boolean =>
    /^(config|seed|preset|backend|versions|data)\b/.test(field);
  return {
    cards: [...names],
    configuration: different.filter(isConfiguration),
    results: different.filter((difference) => !isConfiguration(difference)),
    same: fields.length - different.length,
  };
}

/** All fields of several lists, each list's in its own order: what only a later list has comes after what stands before it there. */
function inOneOrder(lists: readonly string[][]): string[] {
  let fields: string[] = [];
  for (const list of lists) {
    const known = new Set(fields);
    const newAfter = new Map<string | undefined, string[]>();
    let anchor: string | undefined;
    for (const field of list) {
      if (known.has(field)) anchor = field;
      else {
        const after = newAfter.get(anchor);
        if (after) after.push(field);
        else newAfter.set(anchor, [field]);
      }
    }
    fields = [undefined, ...fields].flatMap((field) => [
      ...(field === undefined ? [] : [field]),
      ...(newAfter.get(field) ?? []),
    ]);
  }
  return fields;
}

/** Cards are called after their folder, the last part that tells them apart. */
function cardNames(files: readonly string[]): string[] {
  const folders = files.map((file) => basename(dirname(file)) || file);
  return new Set(folders).size === files.length ? folders : [...files];
}

function flatten(value: unknown, path = "", into: Map<string, unknown> = new Map()): Map<string, unknown> {
  if (
    Array.isArray(value) &&
    value.length > 12 &&
    value.every((entry) => typeof entry === "number" || entry === null)
  ) {
    const numbers = value.filter((entry): entry is number => entry !== null);
    into.set(`${path}.length`, value.length);
    if (numbers.length === 0) return into;
    // Spread into a call, a long list would not fit on the stack.
    into.set(
      `${path}.least`,
      numbers.reduce((least, entry) => Math.min(least, entry)),
    );
    into.set(`${path}.mean`, numbers.reduce((sum, entry) => sum + entry, 0) / numbers.length);
    into.set(
      `${path}.most`,
      numbers.reduce((most, entry) => Math.max(most, entry)),
    );
  } else if (Array.isArray(value) && value.some((entry) => entry !== null && typeof entry === "object"))
    value.forEach((entry, index) => {
      flatten(entry, `${path}[${index}]`, into);
    });
  else if (value !== null && typeof value === "object" && !Array.isArray(value))
    for (const [key, entry] of Object.entries(value)) flatten(entry, path ? `${path}.${key}` : key, into);
  else into.set(path, value);
  return into;
}

function asText({ cards, configuration, results, same }: Comparison, verdict: string): string {
  const ofOneLatent = ({ field }: Difference): boolean => /\bperLatent\b/.test(field);
  // What a floor is says its name already, and the preset stands once.
  const again = ({ field }: Difference): boolean => /\.what$|^config\.preset$/.test(field);
  const listed = results.filter((difference) => !ofOneLatent(difference) && !again(difference));
  const hidden = results.filter(ofOneLatent).length;
  const number = (value: number): string => String(Number(value.toPrecision(5)));
  const cell = (value: unknown): string => {
    if (value === undefined) return "absent";
    if (typeof value === "number") return number(value);
    const numbers = Array.isArray(value) && value.every((entry) => typeof entry === "number");
    return numbers
      ? (value as number[]).map((entry) => Number(entry.toPrecision(3))).join(" ")
      : shown(JSON.stringify(value));
  };
  const heads = cards.map(shown);
  const section = (title: string, differences: readonly Difference[]): string[] => {
    const rows = differences.map(({ field, values }) => [shown(field), ...values.map(cell)]);
    const widths = [title, ...heads].map((head, index) =>
      rows.reduce((width, row) => Math.max(width, row[index].length), head.length),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((text, index) => text.padEnd(widths[index]))
        .join("  ")
        .trimEnd();
    return rows.length === 0 ? [`${title}: the same`] : [line([title, ...heads]), ...rows.map(line)];
  };
  return [
    ...section(
      "configuration",
      configuration.filter((difference) => !again(difference)),
    ),
    "",
    ...section("result", listed),
    "",
    `${same} fields are the same${hidden > 0 ? `; ${hidden} fields of single latents differ (--json lists them)` : ""}`,
    ...(results.some(({ field }) => field === "monosemanticity.verdict")
      ? []
      : [`the verdict is the same: ${shown(verdict)}`]),
    "",
  ].join("\n");
}
