import {
  endsWithSentence,
  faultOf,
  faultOfNextRun,
  howItEnded,
  lastLine,
  onFiles,
  placeBelow,
  runPipeline,
  undisturbed,
} from "./pipeline.mjs";
import { inTrials } from "./trials.mjs";

/**
 * A trial of a run that has too little of something: it may end well, or not; never hang, keep other bytes, set anything aside or lose what
 * it had. Run again with enough, it ends as an undisturbed run does.
 *
 * @param limits what to pick from, a trial each: `{ name, limit?, flags? }`
 * @param abortIsMeant whether the process may end without a sentence, as V8 does that has no memory left
 */
export function scarcity(limits, abortIsMeant) {
  return inTrials({
    atOnce: 2,
    trial: async ({ world, index, count }) => {
      const { name, ...limited } = limits[index % limits.length];
      const args = await onFiles(world);
      const whole = await undisturbed(world, args);
      const place = placeBelow(world.makeFolder("scarce"));
      try {
        const { ended, found } = await runPipeline(world, args, place, limited);
        count(ended.code === 0 ? "done" : endsWithSentence(ended.err) ? "ended with a sentence" : "ended by Node");
        const wrong =
          faultOfScarce(ended, found, whole, abortIsMeant) ?? (await faultOfNextRun(world, args, place, whole));
        return wrong && `with ${name}: ${wrong}`;
      } finally {
        world.remove(place.folder);
      }
    },
  });
}

function faultOfScarce(ended, found, whole, abortIsMeant) {
  if (ended.hung) return "it hung";
  if (ended.code === 0) return faultOf({ ended, found }, whole);
  const aside = found.leftovers.filter((name) => name.includes(".damaged"));
  if (aside.length > 0) return `it set aside ${aside.join(", ")}`;
  if ((ended.code === 1 || ended.code === 2) && !endsWithSentence(ended.err))
    return `it ended with ${howItEnded(ended)} and no sentence: ${ended.err.slice(-400)}`;
  if (ended.code !== 1 && ended.code !== 2 && !abortIsMeant)
    return `it ended with ${howItEnded(ended)}: ${lastLine(ended.err)}`;
  return undefined;
}
