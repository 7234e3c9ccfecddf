import { readdirSync } from "node:fs";
import { join } from "node:path";
import { withoutBlocks } from "../../bench/figure-blocks";
import { read, root, section } from "./markdown";

/** A paragraph of prose, list item or table row, and where it stands. */
export interface Paragraph {
  file: string;
  text: string;
}

/** A figure found in prose. */
export interface Found {
  /** As it is written, without its unit. */
  written: string;
  value: number;
  unit: string;
}

/** The markdown of a notebook, a text a cell. */
export function notebookTexts(file: string): string[] {
  const { cells } = JSON.parse(read(file)) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => (Array.isArray(source) ? source.join("") : source));
}

export const notebooks = (): string[] =>
  readdirSync(join(root, "notebooks"))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => `notebooks/${name}`);

/** Paragraphs of a markdown text; each item of a list and each row of a table is one. Code between fences is left out. */
export function paragraphs(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/<!--[\s\S]*?-->/g, "");
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=\||#|>)/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Pages whose figures are written and held elsewhere: bench/README.md by the benchmark, test/faults by the campaign, settings.md by the schemas. */
const pages = (): string[] => [
  ...["README.md", "CONTRIBUTING.md", "data/README.md"],
  ...["architecture", "as-published-and-as-it-should-be", "card", "glossary", "labels", "explore"].map(
    (name) => `docs/${name}.md`,
  ),
];

/** Sections of environment.md that `environment.test.ts` holds to what is installed. */
const HELD = ["## Versions, and why these", "## Advisories"];

/** All prose of the project in which no figure of ours may stand. */
export function allProse(): Paragraph[] {
  const environment = HELD.reduce((page, heading) => page.replace(section(page, heading), ""), read("environment.md"));
  const texts: [file: string, text: string][] = [
    ...notebooks().flatMap((file) => notebookTexts(file).map((text): [string, string] => [file, text])),
    ...pages().map((file): [string, string] => [file, withoutBlocks(read(file))]),
    ["environment.md", environment],
  ];
  return texts.flatMap(([file, text]) => paragraphs(text).map((paragraph) => ({ file, text: paragraph })));
}

/** What looks like a figure and is a place, an identifier or a version. */
const REFERENCES = [
  /`[^`]*`/g,
  /\]\([^)]*\)/g,
  /arXiv \d{4}\.\d{5}/g,
  /sections? [\d.]+(?:(?:,| and| to) [\d.]+)*/gi,
  /(?:Node|npm|Python|JupyterLab|Jupyter|TypeScript|TensorFlow|glibc|Vega-Lite|CUDA)(?: version)? \d+(?:\.\d+)*/g,
  /\b\d+\.\d+\.\d+(?:\.\d+)?\b/g,
  // The last column of docs/card.md: sections of the paper.
  /\| (?:\d\.\d(?:, \d\.\d)*) \|$/g,
];

const NUMBER =
  /(?<![\w.,·])(\d{1,3}(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:\s?(%|ms|s|seconds?|minutes?|hours?|GB|MB|KB|M|K)(?![\w-]))?(?![\w])/g;

/** Decimals, percentages, times and sizes of a paragraph. Plain counts are left alone. */
export function figuresIn(paragraph: string): Found[] {
  const text = REFERENCES.reduce((left, pattern) => left.replace(pattern, " "), paragraph);
  return [...text.matchAll(NUMBER)]
    .map(([, written, unit = ""]) => ({ written, value: Number(written.replace(/,/g, "")), unit }))
    .filter(({ written, unit }) => written.includes(".") || unit !== "");
}
