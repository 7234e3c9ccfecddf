import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";

/** A notebook file, parsed: `{ file, content, cells }`, cells as {@link codeCells} gives them. */
export function readNotebook(file) {
  const content = JSON.parse(readFileSync(join(root, file), "utf8"));
  return { file, content, cells: codeCells(content) };
}

/**
 * The code cells of a notebook's content, numbered as JupyterLab does when it runs them all: [1], [2], …
 *
 * @returns `{ number, source, outputs, executionCount }[]`
 */
export function codeCells(content) {
  return content.cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell, index) => ({
      number: index + 1,
      source: Array.isArray(cell.source) ? cell.source.join("") : cell.source,
      outputs: cell.outputs ?? [],
      executionCount: cell.execution_count ?? null,
    }));
}
