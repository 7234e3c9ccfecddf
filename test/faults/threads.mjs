import { faultOf, placeBelow, planted, runPipeline, undisturbed } from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

const THREADS = [2, 4, 1, 3, 8, 16, 5, 64];

export default {
  name: "threads",
  what: "The whole pipeline on 1 to 64 threads of the kernels. Every stored byte must be the same.",
  amounts: { bounded: 3, full: 40 },
  run: inTrials({
    prepare: async ({ world }) => ({ whole: await undisturbed(world, planted()) }),
    trial: async ({ world, index, count }, { whole }) => {
      const threads = THREADS[index % THREADS.length];
      count(`${threads} threads`);
      const place = placeBelow(world.makeFolder("threads"));
      try {
        const wrong = faultOf(
          await runPipeline(world, planted(), place, { env: { MSAE_THREADS: `${threads}` } }),
          whole,
        );
        return wrong && `on ${threads} threads: ${wrong}`;
      } finally {
        world.remove(place.folder);
      }
    },
  }),
};
