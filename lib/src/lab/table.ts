import { escapeHtml } from "./escape-html";
import type { Bundle } from "./notebook";

/** Rows as objects, or a Danfo data frame. */
export type TableLike = readonly object[] | { readonly columns: string[]; readonly values: unknown };

/** How a table is shown. */
export interface TableOptions {
  caption?: string;
  /** Rows at most; the rest is counted below the table. Default 20. */
  maxRows?: number;
}

/** A table's columns and cells, whatever it came from. */
export interface Grid {
  columns: string[];
  rows: unknown[][];
}

/** Read rows of objects or a Danfo data frame as a grid; columns are those of all rows, in order of appearance. */
export function gridOf(table: TableLike): Grid {
  if (!Array.isArray(table)) {
    const frame = table as { columns: string[]; values: unknown[][] };
    return { columns: frame.columns, rows: frame.values };
  }
  const objects = table as Record<string, unknown>[];
  const columns = [...new Set(objects.flatMap((row) => Object.keys(row)))];
  return { columns, rows: objects.map((row) => columns.map((column) => row[column])) };
}

/** The forms of a table: HTML for notebooks, text for terminals. */
export function tableBundle(table: TableLike, { caption, maxRows = 20 }: TableOptions): Bundle {
  const { columns, rows } = gridOf(table);
  const shown = rows.slice(0, maxRows).map((row) => row.map(cellText));
  const hidden = rows.length - shown.length;
  const more =
    hidden > 0
      ? `… and ${hidden.toLocaleString("en")} more row${hidden === 1 ? "" : "s"}`
      : rows.length === 0
        ? "nothing"
        : "";
  const numeric = columns.map(
    (_, index) =>
      rows.some((row) => typeof row[index] === "number") &&
      rows.every((row) => typeof row[index] === "number" || row[index] === null || row[index] === undefined),
  );
  return {
    "text/html": html(columns, shown, numeric, caption, more),
    "text/plain": plain(columns, shown, caption, more),
  };
}

/** A value as it stands in a cell: numbers with as many digits as say something. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return Array.isArray(value) ? value.map(cellText).join(", ") : String(value);
  if (Number.isNaN(value)) return "–";
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(1) : size >= 0.001 ? String(Number(value.toPrecision(4))) : value.toExponential(1);
}

function html(
  columns: string[],
  rows: string[][],
  numeric: boolean[],
  caption: string | undefined,
  more: string,
): string {
  const cell = (tag: string, text: string, index: number): string =>
    `<${tag} style="text-align:${numeric[index] ? "right" : "left"};max-width:28em;vertical-align:top">${escapeHtml(text)}</${tag}>`;
  const head = `<tr>${columns.map((column, index) => cell("th", column, index)).join("")}</tr>`;
  const body = rows.map((row) => `<tr>${row.map((text, index) => cell("td", text, index)).join("")}</tr>`).join("");
  const title = caption ? `<div style="font-weight:600;margin:4px 0">${escapeHtml(caption)}</div>` : "";
  const note = more ? `<div style="opacity:.7">${more}</div>` : "";
  return `${title}<table>${rows.length > 0 ? `<thead>${head}</thead><tbody>${body}</tbody>` : ""}</table>${note}`;
}

function plain(columns: string[], rows: string[][], caption: string | undefined, more: string): string {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index].length)));
  const line = (cells: string[]): string =>
    cells
      .map((text, index) => text.padEnd(widths[index]))
      .join("  ")
      .trimEnd();
  return [...(caption ? [caption] : []), line(columns), ...rows.map(line), ...(more ? [more] : [])].join("\n");
}
