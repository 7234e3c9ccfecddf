import { Presets, SingleBar } from "cli-progress";
import type { Progress } from "../base/progress";
import { interruptible } from "../lab/interrupt";
import type { Runner } from "../lab/stage";
import { LEFT_BEHIND } from "./left-behind";
import type { Terminal } from "./terminal";

/**
 * Show long work on a terminal: a bar with rate and time left on stderr where it is one, else a line when a
 * phase begins and ends. Ctrl-C stops the work.
 *
 * @param command what is running, for the word on what is left when it is stopped
 */
export function terminalRunner(terminal: Terminal, command: string): Runner {
  return async (phase, work) => {
    const started = Date.now();
    const bar = process.stderr.isTTY
      ? new SingleBar(
          {
            format: "{phase} {bar} {percentage}% | {value}/{total} {unit} | {eta_formatted} left{metrics}",
            stream: process.stderr,
            clearOnComplete: true,
            hideCursor: true,
          },
          Presets.shades_classic,
        )
      : undefined;
    let shown = "";
    const show = (progress: Progress): void => {
      if (!bar) return;
      const payload = {
        phase: progress.phase,
        unit: progress.unit ?? "",
        metrics: Object.entries(progress.metrics ?? {})
          .map(([name, value]) => ` | ${name} ${value.toPrecision(4)}`)
          .join(""),
      };
      if (shown !== progress.phase) bar.start(progress.total, progress.done, payload);
      else bar.update(progress.done, payload);
      shown = progress.phase;
    };
    try {
      const value = await interruptible(
        phase,
        (stop) =>
          work(async (progress) => {
            show(progress);
            await stop(progress);
          }),
        LEFT_BEHIND[command],
      );
      bar?.stop();
      terminal.err(`${phase}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
      return value;
    } finally {
      bar?.stop();
    }
  };
}
