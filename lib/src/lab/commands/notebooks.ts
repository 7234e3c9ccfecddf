import { resolve } from "node:path";
import type { Terminal } from "../../cli";
import { projectRoot } from "../lab";
import { runNotebooks } from "../notebooks";

/** Execute the notebooks headless; throws, naming notebook and cell, when one fails. */
export async function notebooks(
  options: { html?: string; export?: string; only?: string; json?: boolean },
  terminal: Terminal,
): Promise<void> {
  // The kernels inherit it, and every figure and table that they show is written there as well.
  if (options.export !== undefined) process.env.MSAE_EXPORT = resolve(options.export);
  const results = await runNotebooks({
    root: projectRoot,
    only: options.only,
    html: options.html,
    onLine: (line) => terminal.err(`${line}\n`),
  });
  if (options.json) terminal.out(`${JSON.stringify(results)}\n`);
  const failed = results.filter((result) => !result.ok);
  if (failed.length > 0) throw new Error(failed.map((result) => `${result.notebook}: ${result.error}`).join("\n"));
  if (!options.json) terminal.out(`${results.length} notebooks executed, none failed\n`);
}
