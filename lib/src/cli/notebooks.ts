import { resolve } from "node:path";
import { requireFile } from "../base/input-file";
import { type LabOptions, resolveConfig } from "../lab/config";
import { projectRoot } from "../lab/lab";
import { runNotebooks } from "../lab/notebooks";
import { labOptions, type OpenOptions } from "./lab-options";
import type { Terminal } from "./terminal";

/** Options of `msae-lab notebooks`, as the command line gives them. */
export interface NotebooksOptions extends OpenOptions {
  html?: string;
  export?: string;
  only?: string;
  json?: boolean;
}

/** Execute the notebooks headless; throws, naming notebook and cell, when one fails. */
export async function notebooks(options: NotebooksOptions, terminal: Terminal): Promise<void> {
  const { html, export: exported, only, json, ...line } = options;
  const results = await runNotebooks({
    root: projectRoot,
    ...{ only, html, export: exported },
    open: openedBy(line),
    onLine: (text) => terminal.err(`${text}\n`),
  });
  if (json) terminal.out(`${JSON.stringify(results)}\n`);
  const failed = results.filter((result) => !result.ok);
  if (failed.length > 0) throw new Error(failed.map((result) => `${result.notebook}: ${result.error}`).join("\n"));
  if (!json) terminal.out(`${results.length} notebooks executed, none failed\n`);
}

/** What every `openLab` of the notebooks opens; undefined where nothing was asked. Wrong options are refused before a kernel starts. */
function openedBy(line: OpenOptions): LabOptions | undefined {
  if (Object.keys(line).length === 0) return undefined;
  const { ratings, items, factors, config, ...options } = labOptions(line);
  // Kernels run in another folder.
  const whole = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));
  const opened = {
    ...options,
    ...{ ratings: whole(ratings), items: whole(items), factors: whole(factors), config: whole(config) },
  };
  const { data } = resolveConfig(opened);
  if (data.kind === "files") {
    requireFile(data.ratings, "The ratings file");
    if (data.items !== undefined) requireFile(data.items, "The item metadata file");
  }
  return opened;
}
