import { availableParallelism } from "node:os";
import { root } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { report, since, tally, total } from "./tally.mjs";

const LIMIT_MS = 300_000;

/**
 * Run uvu test files, each in a process of its own (a backend, a worker or a changed environment cannot leak into
 * the next), as many at a time as there are cores, up to four.
 */
export async function runUnitTests(files) {
  const waiting = [...files];
  const tallies = [];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) tallies.push(await runFile(file));
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  return total(tallies);
}

async function runFile(file) {
  const started = performance.now();
  const { code, output } = await run(process.execPath, ["--max-old-space-size=4096", "--import", "tsx", file], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const counted = summaryOf(output);
  const seconds = since(started);
  if (!counted) return report(false, file, seconds, `it ended (code ${code}) before its tests did:\n${output}`);
  if (counted.passed + counted.failed + counted.skipped === 0)
    return report(false, file, seconds, "it has no test: does it end with test.run()?");
  const ok = code === 0 && counted.failed === 0;
  report(ok, `${file} (${counted.passed + counted.failed})`, seconds, output);
  return ok || counted.failed > 0 ? counted : total([counted, tally(0, 1)]);
}

/** uvu's closing lines as a tally; undefined when they are missing, since then the file crashed or left early. */
export function summaryOf(output) {
  const found = [...output.matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm)].at(-1);
  if (!found) return undefined;
  const [all, passed, skipped] = found.slice(1).map(Number);
  return tally(passed, all - passed, skipped);
}
