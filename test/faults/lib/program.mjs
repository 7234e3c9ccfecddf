import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { howItEnded, lastLine } from "./pipeline.mjs";
import { LEFT_OUT } from "./trials.mjs";

/** How long a program may take before it counts as hung; each watches over its own trials. */
const PATIENCE_MS = 4 * 3_600_000;

/**
 * The `run` of a fault whose trials are made by programs of their own, each with JSON as its last line on stdout.
 *
 * @param programs of a context: `{ name, file, args }[]`, files below test/faults; run one after the other
 * @param copies how many processes of each are run at the same time, of a context
 * @param faults names of the counts in the JSON that must be 0
 * @param trials name of the count of what was tried
 */
export function inPrograms({ programs, copies = () => 1, faults, trials = "trials" }) {
  return async (context) => {
    const started = performance.now();
    const result = { trials: 0, failures: [], figures: {} };
    for (const program of programs(context)) {
      if (result.trials > 0 && Date.now() > context.until) {
        result.figures[LEFT_OUT] = (result.figures[LEFT_OUT] ?? 0) + context.amount;
        continue;
      }
      const runs = Array.from({ length: copies(context) }, () => runProgram(context, program, faults, trials));
      for (const one of await Promise.all(runs)) {
        result.trials += one.trials;
        const name = `${program.name}${one.compared}`;
        result.figures[name] = (result.figures[name] ?? 0) + one.trials;
        result.failures.push(...one.failures.map((failure) => `${program.name}: ${failure}`));
      }
    }
    return { ...result, seconds: (performance.now() - started) / 1000 };
  };
}

async function runProgram({ world, node }, { file, args }, faults, trials) {
  const path = join(root, "test", "faults", file);
  const ended = await world.start(node.path, [path, ...args], { patience: PATIENCE_MS }).ended;
  const counts = parsed(ended.out);
  const said = ended.err.trimEnd().slice(-2000);
  const again = `\n  again: node test/faults/${file} ${args.join(" ")}`;
  if (!counts)
    return {
      trials: 0,
      compared: "",
      failures: [`it ended with ${howItEnded(ended)} before it had counted: ${said}${again}`],
    };
  const found = faults.filter((name) => counts[name] !== 0).map((name) => `${counts[name]} ${name}`);
  if (found.length === 0 && ended.code !== 0) found.push(`it ended with ${howItEnded(ended)}`);
  const failures = found.length === 0 ? [] : [`${found.join(", ")} in ${counts[trials]} trials: ${said}${again}`];
  // A reader that has another to be held against says which, or that there is none here.
  const compared = counts.against ? ` against ${counts.against}` : counts.notCompared ? " compared with nothing" : "";
  return { trials: counts[trials] ?? 0, compared, failures };
}

function parsed(out) {
  try {
    return JSON.parse(lastLine(out));
  } catch {
    return undefined;
  }
}
