import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Terminal } from "../../cli";
import { codeHash } from "../hash";
import { projectRoot } from "../lab";
import { listRuns, type RunEntry } from "../store";

const runsFolder = (): string => process.env.MSAE_RUNS ?? join(projectRoot, "data", "runs");

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** List what the store holds, with sizes. */
export function list(options: { json?: boolean }, terminal: Terminal): void {
  const entries = listRuns(runsFolder());
  if (options.json) {
    terminal.out(`${JSON.stringify(entries)}\n`);
    return;
  }
  for (const entry of entries)
    terminal.out(
      `${entry.stage.padEnd(16)} ${entry.hash.padEnd(36)} ${megabytes(entry.bytes).padStart(10)}  ${entry.finished ?? entry.state}\n`,
    );
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  terminal.out(`${entries.length} entries, ${megabytes(total)} in ${runsFolder()}\n`);
}

/**
 * Remove what no card can use: damaged folders, checkpoints of unfinished training, and results that
 * another version of the code computed; everything with `all`.
 */
export function clean(options: { all?: boolean; json?: boolean }, terminal: Terminal): void {
  const useless = (entry: RunEntry): boolean =>
    options.all === true || entry.state !== "finished" || entry.code !== codeHash();
  const removed = listRuns(runsFolder()).filter(useless);
  for (const entry of removed) rmSync(entry.folder, { recursive: true, force: true });
  const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0);
  terminal.out(
    options.json
      ? `${JSON.stringify({ removed: removed.length, bytes })}\n`
      : `removed ${removed.length} entries, ${megabytes(bytes)}\n`,
  );
}
