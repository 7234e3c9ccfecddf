import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../base/errors";
import { rejectsCsv } from "../data/read/rejects";

/** Stands at the end of every SVG file that is exported. */
export const SVG_MARK = "<!-- MSAE Lab -->\n";

/** How every exported LaTeX table begins. */
export const LATEX_MARK = "% needs \\usepackage{booktabs}";

/** How the page of benchmarks begins. */
export const BENCH_MARK = "# Benchmarks\n\nOurs, and other programs' beside it, in one run.";

/** How a page of latents begins. */
export const PAGE_MARK = "<!doctype html>\n<!-- MSAE Lab -->\n";

/** How the truth of planted data begins. */
const TRUTH_MARK = '{"tree": ';

/** What lies beside exported interactions, and says what they are. */
export const INTERACTIONS_NOTE = "interactions.json";

/** The first lines of planted ratings. */
const RATINGS_MARK = /^(,user_id,parent_asin,rating,timestamp|user_id,item_id)\n/;

/** How a file of ours is told from somebody else's, by the end of its name; the first that fits counts. */
const MARKS: ReadonlyArray<[ending: string, isOwn: (file: string) => boolean]> = [
  ["card.json", (file) => typeof fieldOf(textOf(file), "versions", "msae-lab") === "string"],
  [".labels.json", (file) => fieldOf(textOf(file), "generator") === "MSAE Lab"],
  // Tables of a model's labels are never written without what says how they came.
  [".labels.jsonl", (file) => isOwn(file.replace(/l$/, ""))],
  [".labels.csv", (file) => isOwn(file.replace(/csv$/, "json"))],
  ["about.json", (file) => fieldOf(textOf(file), "generator") === "MSAE Lab"],
  // Labels have no place for a mark, and lie beside the card.
  ["labels.csv", (file) => isOwn(beside(file, "card.json"))],
  ["labels.jsonl", (file) => isOwn(beside(file, "card.json"))],
  ["rejects.csv", (file) => textOf(file).startsWith(rejectsCsv([]))],
  ["truth.json", (file) => headOf(file).startsWith(TRUTH_MARK)],
  // Planted data have no place for a mark, and are never written without the truth.
  ["ratings.csv", (file) => RATINGS_MARK.test(headOf(file)) && isOwn(beside(file, "truth.json"))],
  ["items.jsonl", (file) => headOf(file).startsWith("{") && isOwn(beside(file, "truth.json"))],
  ["README.md", (file) => headOf(file).startsWith(BENCH_MARK)],
  ["results.json", (file) => isOwn(beside(file, "README.md"))],
  ["growth.svg", (file) => isOwn(beside(file, "README.md"))],
  [".html", (file) => headOf(file).startsWith(PAGE_MARK)],
  [".svg", (file) => textOf(file).endsWith(SVG_MARK)],
  [".tex", (file) => textOf(file).startsWith(LATEX_MARK)],
  [".vl.json", (file) => fieldOf(textOf(file), "usermeta", "generator") === "MSAE Lab"],
  [INTERACTIONS_NOTE, (file) => fieldOf(textOf(file), "generator") === "MSAE Lab"],
  // Interactions are read back, and have no place for a mark.
  ["train.csv", (file) => isOwn(beside(file, INTERACTIONS_NOTE))],
  ["held-out.csv", (file) => isOwn(beside(file, INTERACTIONS_NOTE))],
  // These have no place for a mark, and are never written without the other.
  [".png", (file) => isOwn(file.replace(/png$/, "svg"))],
  [".csv", (file) => isOwn(file.replace(/csv$/, "tex"))],
];

/** Whether there is a file of this name that the lab wrote. */
export function isOwn(file: string): boolean {
  const [, mark] = MARKS.find(([ending]) => file.endsWith(ending)) ?? [];
  try {
    return mark?.(file) === true;
  } catch {
    return false;
  }
}

/**
 * Refuse to write files in whose place somebody else's are.
 *
 * @param where what to choose another of, for the sentence: "--out"
 * @throws InputError that names them
 */
export function refuseForeign(folder: string, names: readonly string[], where: string): void {
  const foreign = names.filter((name) => existsSync(join(folder, name)) && !isOwn(join(folder, name)));
  if (foreign.length === 0) return;
  const [are, them] = foreign.length === 1 ? ["is", "it"] : ["are", "them"];
  throw new InputError(
    `${foreign.join(", ")} in ${folder} ${are} not of this lab, and would be overwritten: move ${them}, or choose another ${where}.`,
  );
}

function fieldOf(text: string, ...path: string[]): unknown {
  return path.reduce<unknown>((value, field) => (value as Record<string, unknown> | null)?.[field], JSON.parse(text));
}

const beside = (file: string, name: string): string => join(dirname(file), name);
const textOf = (file: string): string => readFileSync(file, "utf8");

/** The beginning of a file of any size. */
function headOf(file: string): string {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(256);
    return bytes.toString("utf8", 0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}
