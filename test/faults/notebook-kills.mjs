import { pause } from "./lib/moments.mjs";
import { faultOf, finishedStages, howItEnded, lastLine, lookAt, lostStages, placeBelow } from "./lib/pipeline.mjs";
import { commandLine, markedProcesses } from "./lib/processes.mjs";
import { inTrials } from "./lib/trials.mjs";

/** One notebook that walks the whole pipeline. */
const NOTEBOOK = "00";
const TRIAL_MARK = "MSAE_CAMPAIGN_TRIAL";
/** Who is struck, and how. */
const VICTIMS = [
  { who: "kernel", signal: "SIGKILL" },
  { who: "command", signal: "SIGTERM" },
  { who: "kernel", signal: "SIGKILL" },
  { who: "command", signal: "SIGINT" },
];

export default {
  name: "notebook-kills",
  what: "While `msae-lab notebooks` executes notebook 00, its kernel is killed at a random moment, or the command is stopped by SIGTERM or SIGINT. It must say so and leave no process; the notebook executed again must leave the store as an undisturbed one does, without computing finished stages again.",
  amounts: { bounded: 1, full: 20 },
  share: 2,
  run: inTrials({
    prepare: async ({ world }) => {
      if (process.platform !== "linux") return { skipped: "kernels are found by /proc, which only Linux has" };
      const place = placeBelow(world.makeFolder("notebook"));
      const ended = await execute(world, place).ended;
      if (ended.code !== 0) throw new Error(`undisturbed, the notebook ended with ${howItEnded(ended)}: ${ended.err}`);
      return { whole: lookAt(place), stages: finishedStages(place.runs).size };
    },
    trial: async ({ world, draws, index, count }, { whole, stages }) => {
      const { who, signal } = VICTIMS[index % VICTIMS.length];
      const place = placeBelow(world.makeFolder("notebook"));
      const mark = `${world.mark}-${index}`;
      try {
        const command = execute(world, place, mark);
        if (
          !(await struck(command, { who, signal, mark, place, after: draws.below(stages), wait: draws.next() * 300 }))
        )
          return count("ended before the signal");
        count(`${who}, ${signal}`);
        const wrong = (await faultOfStruck(command, who, mark)) ?? (await executeAgain(world, place, whole));
        return wrong && `after ${signal} to the ${who}: ${wrong}`;
      } finally {
        world.remove(place.folder);
      }
    },
  }),
};

const execute = (world, { runs }, mark = "") =>
  world.lab(["notebooks", "--only", NOTEBOOK], runs, { env: { [TRIAL_MARK]: mark } });

/** Strike once so many stages are finished; false when the notebook has ended before. */
async function struck(command, { who, signal, mark, place, after, wait }) {
  for (; !command.over; await pause(5)) {
    if (finishedStages(place.runs).size < after) continue;
    const kernel = markedProcesses(TRIAL_MARK, mark).find((pid) => commandLine(pid).includes("kernel"));
    if (kernel === undefined) continue;
    await pause(wait);
    if (command.over) return false;
    if (who === "command") command.kill(signal);
    else process.kill(kernel, signal);
    return true;
  }
  return false;
}

async function faultOfStruck(command, who, mark) {
  const { code, signal, hung, err } = await command.ended;
  if (hung) return "the command hung";
  if (signal) return `the command ended by ${signal}, without a word`;
  if (code === 0) return "the command ended as if nothing had happened";
  if (who === "kernel" && !/failed|died/i.test(err)) return `it said "${lastLine(err)}"`;
  // A kernel is asked to end, and given some seconds for it.
  for (let looks = 0; looks < 100; looks++) {
    if (markedProcesses(TRIAL_MARK, mark).length === 0) return undefined;
    await pause(100);
  }
  return `it left processes: ${markedProcesses(TRIAL_MARK, mark)
    .map((pid) => commandLine(pid).join(" "))
    .join("; ")}`;
}

async function executeAgain(world, place, whole) {
  const before = finishedStages(place.runs);
  const ended = await execute(world, place).ended;
  const lost = lostStages(before, place.runs);
  if (lost.length > 0) return `finished stages were lost or computed again: ${lost.join(", ")}`;
  return faultOf({ ended, found: lookAt(place) }, whole);
}
