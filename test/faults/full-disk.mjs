import {
  endsWithSentence,
  faultOfNextRun,
  finishedStages,
  howItEnded,
  lastLine,
  leftovers,
  onFiles,
  placeBelow,
  planted,
  undisturbed,
} from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

const SIZES = 7;

export default {
  name: "full-disk",
  what: "The store and the card lie on a disk (in memory, below the system's temporary folder) that fills up: seven sizes, from an eighth of what is needed on. The run must end with code 1 and one sentence, leave no half-written file, and go on from there once the disk has room. Needs the right to mount, as root has.",
  amounts: { bounded: SIZES, full: 5 * SIZES },
  run: inTrials({
    atOnce: 2,
    prepare: ({ world }) => {
      const small = world.mount("probe", 1 << 20);
      small?.release();
      return small ? {} : { skipped: "no file system can be mounted here (that takes root)" };
    },
    trial: async ({ world, index, draws }) => {
      const args = index % 2 === 0 ? planted() : await onFiles(world);
      const whole = await undisturbed(world, args);
      const share = ((index % SIZES) + draws.next()) / (SIZES + 1);
      const disk = world.mount("disk", Math.max(8192, Math.floor(whole.bytes * share)));
      const place = placeBelow(disk.place);
      try {
        const full = await world.lab([...args, "--out", place.out], place.runs).ended;
        const before = finishedStages(place.runs);
        const withRoom = () => {
          disk.resize(64 << 20);
          return faultOfNextRun(world, args, place, whole, before);
        };
        const wrong = faultOfFull(full, place) ?? (await withRoom());
        return wrong && `with ${Math.round(share * 100)} % of the room that it needs: ${wrong}`;
      } finally {
        disk.release();
        world.remove(disk.place);
      }
    },
  }),
};

function faultOfFull(ended, place) {
  if (ended.hung) return "it hung";
  if (ended.code !== 1) return `it ended with ${howItEnded(ended)}: ${lastLine(ended.err)}`;
  if (!endsWithSentence(ended.err) || !/disk is full/.test(lastLine(ended.err))) return `it said "${ended.err}"`;
  const left = [...leftovers(place.runs), ...leftovers(place.out)];
  return left.length > 0 ? `it left ${left.join(", ")}` : undefined;
}
