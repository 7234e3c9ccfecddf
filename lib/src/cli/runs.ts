import { stageCode } from "../lab/code";
import { runsFolder } from "../lab/lab";
import { contentOf, listRuns, REPLIES, type RunEntry, removeRuns } from "../lab/runs";
import type { Terminal } from "./terminal";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** List what the store holds, with sizes. */
export function list(options: { json?: boolean }, terminal: Terminal): void {
  const { entries, others, replies } = contentOf(runsFolder());
  if (options.json) {
    terminal.out(`${JSON.stringify(entries)}\n`);
    return;
  }
  for (const entry of entries)
    terminal.out(
      `${entry.stage.padEnd(16)} ${entry.hash.padEnd(36)} ${megabytes(entry.bytes).padStart(10)}  ${entry.finished ?? entry.state}\n`,
    );
  if (replies.count > 0)
    terminal.out(
      `${REPLIES.padEnd(16)} ${`${replies.count} replies, kept`.padEnd(36)} ${megabytes(replies.bytes).padStart(10)}\n`,
    );
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const besides = others > 0 ? `; ${others} files or folders there are not the store's` : "";
  terminal.out(`${entries.length} entries, ${megabytes(total)} in ${runsFolder()}${besides}\n`);
}

/**
 * Remove what no card can use: damaged folders, checkpoints of unfinished training, what killed processes left, and results that
 * another version of the code computed; every result with `all`. A running training keeps its checkpoint, and what cannot be
 * read stays; so do the replies of language models.
 */
export function clean(options: { all?: boolean; json?: boolean }, terminal: Terminal): void {
  const useless = ({ stage, state, code }: RunEntry): boolean =>
    state === "finished"
      ? options.all === true || code !== stageCode(stage)
      : state === "checkpoint" || state === "damaged";
  const root = runsFolder();
  const { removed, bytes } = removeRuns(root, listRuns(root).filter(useless));
  terminal.out(
    options.json ? `${JSON.stringify({ removed, bytes })}\n` : `removed ${removed} entries, ${megabytes(bytes)}\n`,
  );
}
