import { projectRoot } from "../lab/lab";
import { runNotebooks } from "../lab/notebooks";
import type { Terminal } from "./terminal";

/** Execute the notebooks headless; throws, naming notebook and cell, when one fails. */
export async function notebooks(
  options: { html?: string; export?: string; only?: string; json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const results = await runNotebooks({
    root: projectRoot,
    only: options.only,
    html: options.html,
    export: options.export,
    onLine: (line) => terminal.err(`${line}\n`),
  });
  if (options.json) terminal.out(`${JSON.stringify(results)}\n`);
  const failed = results.filter((result) => !result.ok);
  if (failed.length > 0) throw new Error(failed.map((result) => `${result.notebook}: ${result.error}`).join("\n"));
  if (!options.json) terminal.out(`${results.length} notebooks executed, none failed\n`);
}
