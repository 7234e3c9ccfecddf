import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors";
import { rejectsCsv } from "../data/read/rejects";

/** Stands at the end of every SVG file that is exported. */
export const SVG_MARK = "<!-- MSAE Lab -->\n";

/** How every exported LaTeX table begins. */
export const LATEX_MARK = "% needs \\usepackage{booktabs}";

/** How a file of ours is told from somebody else's, by the end of its name. */
const MARKS: ReadonlyArray<[ending: string, isOwn: (text: string, file: string) => boolean]> = [
  ["card.json", (text) => typeof fieldOf(text, "versions", "msae-lab") === "string"],
  ["rejects.csv", (text) => text.startsWith(rejectsCsv([]))],
  [".svg", (text) => text.endsWith(SVG_MARK)],
  [".tex", (text) => text.startsWith(LATEX_MARK)],
  [".vl.json", (text) => fieldOf(text, "usermeta", "generator") === "MSAE Lab"],
  // These have no place for a mark, and are never written without the other.
  [".png", (_text, file) => isOwn(file.replace(/png$/, "svg"))],
  [".csv", (_text, file) => isOwn(file.replace(/csv$/, "tex"))],
];

/** Whether there is a file of this name that the lab wrote. */
export function isOwn(file: string): boolean {
  const [, mark] = MARKS.find(([ending]) => file.endsWith(ending)) ?? [];
  try {
    return mark?.(readFileSync(file, "utf8"), file) === true;
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
