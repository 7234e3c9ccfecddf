import { faultOf, placeBelow, planted, runPipeline, undisturbed } from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

export default {
  name: "whole-runs",
  what: "Fresh runs of the whole pipeline, each in a process and a store of its own, so that all code is compiled anew, five at a time on a busy machine. None may hang (three minutes), and all must leave the bytes of an undisturbed run on one thread.",
  amounts: { bounded: 10, full: 500 },
  everyNode: true,
  run: inTrials({
    atOnce: 5,
    prepare: async ({ world }) => ({ whole: await undisturbed(world, planted()) }),
    trial: async ({ world, node }, { whole }) => {
      const place = placeBelow(world.makeFolder("fresh"));
      try {
        return faultOf(
          await runPipeline(world, planted(), place, { node: node.path, env: { MSAE_THREADS: "2" } }),
          whole,
        );
      } finally {
        world.remove(place.folder);
      }
    },
  }),
};
