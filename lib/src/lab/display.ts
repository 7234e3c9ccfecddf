import type { Figure } from "../charts/figure";
import { exportFigure, exportTable } from "./export";
import { display, figureBundle } from "./notebook";
import { renderSvg } from "./render";
import { type TableLike, type TableOptions, tableBundle } from "./table";

/** Show a figure below the cell: interactive in JupyterLab, a picture on exported pages, a sentence in a terminal. */
export async function show(figure: Figure): Promise<void> {
  display(figureBundle(figure, await renderSvg(figure)));
  if (process.env.MSAE_EXPORT) await exportFigure({ ...figure, name: nextName(figure.name) }, process.env.MSAE_EXPORT);
}

/** Show rows, or a Danfo table, as a table below the cell. */
export async function showTable(table: TableLike, options: TableOptions = {}): Promise<void> {
  display(tableBundle(table, options));
  if (process.env.MSAE_EXPORT) exportTable(table, process.env.MSAE_EXPORT, nextName(slug(options.caption ?? "table")));
}

const used = new Map<string, number>();

/** A name that this process has not used yet: `loss`, `loss-2`, … */
function nextName(name: string): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "table";
