import { MissingData } from "../base/errors";
import { type Figure, kebab } from "../charts/figure";
import { exportFigure, exportTable } from "./export";
import { display, figureBundle, noteBundle } from "./notebook";
import { renderSvg } from "./render";
import { type TableLike, type TableOptions, tableBundle } from "./table";

/** What is to be shown, or how to make it: made in here, what the data lacks is said in its place. */
type Shown<T> = T | (() => T | Promise<T>);

/**
 * Show a figure below the cell: interactive in JupyterLab, a picture on exported pages, a sentence in a terminal.
 *
 * @param content the figure, or a function that makes it: where the data lacks what it needs, such as categories, a sentence says so and
 *   the notebook goes on
 */
export async function show(content: Shown<Figure>): Promise<void> {
  const figure = await madeOrSaid(content);
  if (figure === undefined) return;
  display(figureBundle(figure, await renderSvg(figure)));
  if (process.env.MSAE_EXPORT) await exportFigure({ ...figure, name: nextName(figure.name) }, process.env.MSAE_EXPORT);
}

/** Show rows, or a Danfo table, as a table below the cell; a function that makes them is taken as {@link show} takes one. */
export async function showTable(content: Shown<TableLike>, options: TableOptions = {}): Promise<void> {
  const table = await madeOrSaid(content);
  if (table === undefined) return;
  display(tableBundle(table, options));
  if (process.env.MSAE_EXPORT) exportTable(table, process.env.MSAE_EXPORT, nextName(kebab(options.caption ?? "table")));
}

/** What was given or made; undefined, and said, where the data lacks what it needs. */
async function madeOrSaid<T>(content: Shown<T>): Promise<T | undefined> {
  if (typeof content !== "function") return content;
  try {
    return await (content as () => T | Promise<T>)();
  } catch (error) {
    if (!(error instanceof MissingData)) throw error;
    display(noteBundle(error.message));
    return undefined;
  }
}

const used = new Map<string, number>();

/** A name that this process has not used yet: `loss`, `loss-2`, … */
function nextName(name: string): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}
