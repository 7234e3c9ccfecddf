import { awaitMoment } from "./lib/moments.mjs";
import {
  faultOfNextRun,
  finishedStages,
  lastLine,
  onFiles,
  placeBelow,
  planted,
  undisturbed,
} from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

/** The runs that are disturbed; the last one trains long enough for checkpoints, and is past the bounded campaign's trials. */
const RUNS = [
  () => planted(),
  onFiles,
  () => planted("--null", "rewired"),
  () => planted(),
  onFiles,
  () => planted(),
  () => planted("--set", "sae.epochs=3000"),
];

/** Disturb a run by a signal, then run it again; what is wrong afterwards. `check` looks at how the disturbed one ended. */
export async function disturb({ world, draws, index, count }, signal, check, kinds) {
  const long = index % RUNS.length === RUNS.length - 1;
  const args = await RUNS[index % RUNS.length](world);
  const whole = await undisturbed(world, args);
  const place = placeBelow(world.makeFolder("disturbed"));
  try {
    for (let tries = 0; tries < 5; tries++) {
      const child = world.lab([...args, "--out", place.out], place.runs);
      const moment = { draws, whole, runs: place.runs };
      const struck = await awaitMoment(child, moment, long ? "checkpoint" : draws.pick(kinds));
      if (struck) child.kill(signal);
      const ended = await child.ended;
      // It may have ended by itself before the signal came; then another moment is drawn.
      if (ended.code === 0) {
        world.remove(place.runs, place.out);
        continue;
      }
      count(signal);
      const before = finishedStages(place.runs);
      const wrong = check(ended, place) ?? (await faultOfNextRun(world, args, place, whole, before));
      return wrong && `after ${signal} with ${before.size} stages finished: ${wrong}`;
    }
    count("ended before the signal");
    return undefined;
  } finally {
    world.remove(place.folder);
  }
}

export default {
  name: "kills",
  what: "`msae-lab run` is killed (SIGKILL) at a random moment: while it loads, in a stage, while a result is written, after a checkpoint; on planted data, on files, with the rewired null. Then it is run again. The card and every stored byte must be those of an undisturbed run, finished stages must not be computed again, and no temporary file may be left.",
  amounts: { bounded: 6, full: 100 },
  share: 3,
  run: inTrials({
    atOnce: 2,
    trial: (context) =>
      disturb(
        context,
        "SIGKILL",
        (ended) =>
          ended.signal === "SIGKILL" && !ended.hung
            ? undefined
            : `it had ended with code ${ended.code}: ${lastLine(ended.err)}`,
        ["anywhere", "between", "between", "writing"],
      ),
  }),
};
