import { rowsOf, settingsText } from "../lab/settings/texts";
import type { Terminal } from "./terminal";

/** List every setting of a run, or those of one group, from their schemas. */
export function settings(name: string | undefined, options: { json?: boolean }, terminal: Terminal): void {
  const rows = rowsOf(name);
  terminal.out(options.json ? `${JSON.stringify(rows)}\n` : settingsText(rows));
}

/** What `msae-lab run --help` says below its options. */
export const settingsHelp = (): string =>
  `\nSettings of --set KEY=VALUE and of --config (a part of them: npx msae-lab settings mf)\n\n${settingsText()}`;
