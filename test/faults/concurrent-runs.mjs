import { join } from "node:path";
import { faultOf, lookAt, onFiles, placeBelow, planted, undisturbed } from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

/** What runs at the same time over one store, a kind a trial. */
const KINDS = ["two of the same", "two seeds", "three of the same", "a run beside runs list and runs clean"];

export default {
  name: "concurrent-runs",
  what: "Two or three runs over one store at the same time, of the same configuration or of different seeds, or one beside `msae-lab runs list` and `runs clean`. Every result must be that of a run alone, and nothing may be set aside as damaged.",
  amounts: { bounded: 3, full: 100 },
  run: inTrials({
    trial: async ({ world, index, count }) => {
      const kind = KINDS[index % KINDS.length];
      count(kind);
      const folder = world.makeFolder("concurrent");
      const runs = join(folder, "runs");
      try {
        const wrong = await (index % KINDS.length === 3
          ? besideCleaning(world, folder, runs)
          : side(world, kind, folder, runs));
        return wrong && `${kind}: ${wrong}`;
      } finally {
        world.remove(folder);
      }
    },
  }),
};

async function side(world, kind, folder, runs) {
  const same = await onFiles(world);
  const commands =
    kind === "two seeds"
      ? [same, [...same, "--seed", "7"]]
      : kind === "two of the same"
        ? [same, same]
        : [planted(), planted(), planted()];
  const wholes = [];
  for (const command of commands) wholes.push(await undisturbed(world, command));
  const places = commands.map((_, at) => ({ ...placeBelow(folder), runs, out: join(folder, `out-${at}`) }));
  const ends = await Promise.all(
    commands.map((command, at) => world.lab([...command, "--out", places[at].out], runs).ended),
  );
  const files = Object.assign({}, ...wholes.map((whole) => whole.files));
  return ends
    .map((ended, at) => faultOf({ ended, found: lookAt(places[at]) }, { files, card: wholes[at].card }))
    .find(Boolean);
}

async function besideCleaning(world, folder, runs) {
  const command = planted();
  const whole = await undisturbed(world, command);
  const place = { folder, runs, out: join(folder, "out") };
  const running = world.lab([...command, "--out", place.out], runs);
  while (!running.over)
    for (const command of ["list", "clean"]) {
      const { code, err } = await world.lab(["runs", command], runs).ended;
      if (code !== 0) return `runs ${command} ended with code ${code}: ${err.trim()}`;
    }
  // A result that nothing needed at that moment may have been removed; run again, all of it is there.
  const first = faultOf({ ended: await running.ended, found: { ...whole, leftovers: lookAt(place).leftovers } }, whole);
  if (first) return first;
  const ended = await world.lab([...command, "--out", place.out], runs).ended;
  return faultOf({ ended, found: lookAt(place) }, whole);
}
