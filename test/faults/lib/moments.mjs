import { existsSync, readdirSync } from "node:fs";
import { finishedStages, namesBelow } from "./pipeline.mjs";

const LOOK_MS = 1;

/** Wait until `holds()`, looking every millisecond; false when the process has ended before. */
async function until(child, holds) {
  while (!child.over) {
    if (holds()) return true;
    await pause(LOOK_MS);
  }
  return false;
}

export const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

/** Moments at which a run is disturbed, by kind; each waits for its own and gives false when the run has ended before it. */
const MOMENTS = {
  /** Anywhere from its start on, loading included. */
  anywhere: async (child, { draws, whole }) => {
    const ends = Date.now() + draws.next() * whole.seconds * 1000;
    return until(child, () => Date.now() >= ends);
  },
  /** After some stages have been finished, and a little later. */
  between: async (child, { draws, whole, runs }) => {
    const stages = draws.below(whole.stages);
    if (!(await until(child, () => finishedStages(runs).size >= stages))) return false;
    await pause(draws.next() * 150);
    return !child.over;
  },
  /** While the result of a stage is being written. */
  writing: async (child, { draws, whole, runs }) => {
    const stages = draws.below(whole.stages);
    const writes = () => existsSync(runs) && readdirSync(runs).some((name) => name.startsWith(".tmp-"));
    if (!(await until(child, () => finishedStages(runs).size >= stages && writes()))) return false;
    await pause(draws.below(4));
    return !child.over;
  },
  /** After the first checkpoint of a training. */
  checkpoint: async (child, { draws, runs }) => {
    const kept = () => namesBelow(runs).some((name) => name.includes(".checkpoint"));
    if (!(await until(child, kept))) return false;
    await pause(draws.next() * 500);
    return !child.over;
  },
};

/** Wait for a moment of this kind, or of one drawn; true when the run is still there to be disturbed. */
export function awaitMoment(child, context, kind = context.draws.pick(["anywhere", "between", "between", "writing"])) {
  return MOMENTS[kind](child, context);
}
