import type { Figure } from "../charts/figure";
import { display, figureBundle } from "./notebook";
import { renderSvg } from "./render";
import { type TableLike, type TableOptions, tableBundle } from "./table";

/** Show a figure below the cell: interactive in JupyterLab, a picture on exported pages, a sentence in a terminal. */
export async function show(figure: Figure): Promise<void> {
  display(figureBundle(figure, await renderSvg(figure)));
}

/** Show rows, or a Danfo table, as a table below the cell. */
export async function showTable(table: TableLike, options: TableOptions = {}): Promise<void> {
  display(tableBundle(table, options));
}
