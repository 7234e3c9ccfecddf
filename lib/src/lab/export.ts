import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { csvLines } from "../base/csv-text";
import { writing } from "../base/disk";
import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import { replaceFile } from "../base/replace-file";
import type { Figure } from "../charts/figure";
import { LATEX_MARK, refuseForeign, SVG_MARK } from "./own-files";
import { renderSvg } from "./render";
import { gridOf, type TableLike } from "./table";

/** Pixels of an exported picture to one of the figure: sharp in print at a column's width. */
const PNG_SCALE = 2;

/** Endings of an exported figure's and a table's files; a file with a mark of ours comes before the one that is known by it. */
const FIGURE = ["svg", "png", "vl.json"] as const;
const TABLE = ["tex", "csv"] as const;

/** Names of the files that figures and tables of these names are exported as. */
export function exportedNames(figures: readonly string[], tables: readonly string[]): string[] {
  const named = (names: readonly string[], endings: readonly string[]): string[] =>
    names.flatMap((name) => endings.map((ending) => `${name}.${ending}`));
  return [...named(figures, FIGURE), ...named(tables, TABLE)];
}

/**
 * Write a figure as SVG, PNG and Vega-Lite JSON, named after it.
 *
 * @returns the files written
 * @throws InputError where somebody else's file has such a name
 */
export async function exportFigure(figure: Figure, dir: string): Promise<string[]> {
  const svg = await renderSvg(figure);
  return writeAll<(typeof FIGURE)[number]>(dir, figure.name, {
    svg: Buffer.from(`${svg}\n${SVG_MARK}`),
    png: await toPng(svg),
    "vl.json": Buffer.from(`${JSON.stringify(figure.spec, null, 2)}\n`),
  });
}

/**
 * Write a table, all of its rows, as CSV and as a LaTeX tabular.
 *
 * @param name of the files, kebab case
 * @returns the files written
 * @throws InputError where somebody else's file has such a name
 */
export function exportTable(table: TableLike, dir: string, name: string): string[] {
  requireInput(/^[\w.-]+$/.test(name), `${quote(name)} is no file name: use letters, digits, dots and hyphens.`);
  return writeAll<(typeof TABLE)[number]>(dir, name, {
    tex: Buffer.from(toLatex(table)),
    csv: Buffer.from(toCsv(table)),
  });
}

/** Comma-separated values with a header (RFC 4180), numbers with all their digits, no text that a spreadsheet would compute. */
export function toCsv(table: TableLike): string {
  const { columns, rows } = gridOf(table);
  return csvLines([columns, ...rows]);
}

/** A LaTeX tabular in the booktabs style, whole numbers whole and others to four digits, every special character escaped. */
export function toLatex(table: TableLike): string {
  const { columns, rows } = gridOf(table);
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === "number"));
  const cell = (value: unknown): string => {
    if (typeof value !== "number") return escapeLatex(value === null || value === undefined ? "" : String(value));
    return Number.isFinite(value) ? `$${latexNumber(value)}$` : "--";
  };
  // After a line's end, a star or a bracket would be taken for an option of it.
  const line = (cells: string[]): string => `${cells.join(" & ").replace(/^(?=\s*[[*])/, "{}")} \\\\`;
  return [
    `${LATEX_MARK}; texts in other than Latin letters need XeLaTeX or LuaLaTeX and a font that has them`,
    `\\begin{tabular}{${numeric.map((number) => (number ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(columns.map(escapeLatex)),
    "\\midrule",
    ...rows.map((row) => line(row.map(cell))),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "^": "\\textasciicircum{}",
  α: "$\\alpha$",
  β: "$\\beta$",
  "›": "$\\rangle$",
};

/** A text of anybody's as LaTeX shows it: one line, without control characters, nothing in it a command. */
function escapeLatex(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replace(/[\\~^<>|αβ›&%$#_{}]/g, (character) => LATEX[character] ?? `\\${character}`);
}

function latexNumber(value: number): string {
  const [digits, power] = String(Number.isInteger(value) ? value : Number(value.toPrecision(4))).split("e");
  return power === undefined ? digits : `${digits} \\times 10^{${Number(power)}}`;
}

async function toPng(svg: string): Promise<Buffer> {
  const { Resvg } = await import("@resvg/resvg-js");
  const fonts = join(dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf");
  // Our own font, so that a machine without any draws the same picture.
  const font = {
    loadSystemFonts: false,
    fontFiles: ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(fonts, file)),
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
  };
  return new Resvg(svg, { font, background: "white", fitTo: { mode: "zoom", value: PNG_SCALE } }).render().asPng();
}

function writeAll<E extends string>(dir: string, name: string, contents: Readonly<Record<E, Uint8Array>>): string[] {
  const folder = resolve(dir);
  refuseForeign(
    folder,
    Object.keys(contents).map((ending) => `${name}.${ending}`),
    "folder",
  );
  return writing(`The figure or table "${name}"`, folder, () => {
    mkdirSync(folder, { recursive: true });
    return Object.entries<Uint8Array>(contents).map(([ending, bytes]) => {
      const file = join(folder, `${name}.${ending}`);
      replaceFile(file, bytes);
      return file;
    });
  });
}
