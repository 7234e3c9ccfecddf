import { z } from "zod";
import { described, whole } from "../base/settings";

/** Settings of the runs over seeds, by name: {@link seedsSettings} describes each. */
export type SeedsShape = { runs: z.ZodInt };

/** Each setting of the runs over seeds. */
export const seedsSettings: z.ZodObject<SeedsShape, z.core.$strict> = z.strictObject({
  runs: described(whole(1), {
    meaning:
      "Whole pipelines on the same data (split, factors, autoencoder): the first with the run's seed, each further one with a seed of its own. The verdict's intervals cover their spread, which with 1 is unknown; below 5 they are wide. Each seed tunes alpha and reg by itself, and rewired runs take turns with what each chose, so that runs that were fitted alike are compared. What is not drawn (a held-out file, a split by time, given factors) stays the same.",
    ...{ unit: "count", default: 1, source: "ours" },
  }),
});
