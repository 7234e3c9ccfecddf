import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { transformSync } from "esbuild";

const root = resolve(__dirname, "..", "..");

/** Code cells of a notebook. */
export function cellsOf(notebook: string): string[] {
  const { cells } = JSON.parse(readFileSync(join(root, "notebooks", notebook), "utf8")) as {
    cells: { cell_type: string; source: string[] }[];
  };
  return cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.source.join(""));
}

/**
 * Run a notebook's cells in this process, without a kernel, on another catalogue: its first `openLab` line is changed,
 * as a reader would.
 *
 * @param more code that runs after the last cell, in its scope
 * @returns what the cells printed, figures and tables as their texts
 * @throws what a cell throws, with the cell's number before it
 */
export async function runPlain(notebook: string, options: object, more = ""): Promise<string> {
  const cells = cellsOf(notebook);
  const opening = cells.findIndex((cell) => /await openLab\(.*\);/.test(cell));
  if (opening < 1) throw new Error(`${notebook} opens no lab in a line of its own`);
  cells[opening] = cells[opening].replace(/openLab\(.*\);/, () => `openLab(${JSON.stringify(options)});`);
  const body = [...cells.slice(1), more].map((cell, number) => `__at(${number + 2});\n${cell}`).join("\n");
  const source = `${cells[0]}\nmodule.exports = async (__at, console) => {\n${body}\n};`;
  const { code } = transformSync(source, { loader: "ts", format: "cjs", target: "node20" });
  const module = { exports: undefined as unknown as (at: (cell: number) => void, log: object) => Promise<void> };
  new Function("module", "require", code)(module, require);
  let cell = 1;
  const said: string[] = [];
  const log = console.log;
  // Outside a notebook, figures and tables go to the console as texts.
  console.log = (...parts: unknown[]) => void said.push(parts.join(" "));
  try {
    await module.exports((number) => {
      cell = number;
    }, console);
  } catch (error) {
    throw new Error(`${notebook}, cell [${cell}]: ${error instanceof Error ? error.stack : error}`);
  } finally {
    console.log = log;
  }
  return said.join("\n");
}
