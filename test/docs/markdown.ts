import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The project's folder. */
export const root = resolve(__dirname, "..", "..");

/** A file of the project, by its path from the project's folder. */
export const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The text below a heading of a page, up to the next heading of the same or a higher level. */
export function section(text: string, heading: string): string {
  const level = heading.match(/^#+/)?.[0].length as number;
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** The cells of each row of the tables in a text, without head and rule; a `\|` stays within its cell. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n");
  const isRow = (line: string | undefined): boolean => line?.startsWith("|") === true;
  const isRule = (line: string | undefined): boolean => /^\|[-| :]+\|$/.test(line ?? "");
  return lines
    .filter((line, at) => isRow(line) && !isRule(line) && !isRule(lines[at + 1]))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The targets of a page's links and pictures that lie in the project. */
export const localLinks = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target).filter((target) => !/^[a-z]+:/.test(target));

/** The headings of a notebook's prose, each without its signs. */
export function notebookHeadings(file: string): string[] {
  const { cells } = JSON.parse(read(file)) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .flatMap(({ source }) => (Array.isArray(source) ? source.join("") : source).split("\n"))
    .flatMap((line) => line.match(/^#+ (.+)$/)?.[1].trim() ?? []);
}
