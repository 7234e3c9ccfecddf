import { z } from "zod";
import { described, whole } from "../base/settings";

/** Settings of the null `rewired`, by name: {@link rewiredSettings} describes each. */
export type RewiredShape = { runs: z.ZodInt; factors: z.ZodArray<z.ZodString> };

/** Each setting of the null `rewired`. */
export const rewiredSettings: z.ZodObject<RewiredShape, z.core.$strict> = z.strictObject({
  runs: described(whole(0), {
    meaning:
      "Whole pipelines on rewired data, each with seeds of its own: the null that decides between spectrum and structure. 0 runs none; a p-value needs 19.",
    ...{ unit: "count", default: 0, source: "ours" },
  }),
  factors: described(z.array(z.string().min(1)), {
    meaning:
      "Folders of factors that were fitted elsewhere to data without structure, one a run of the null: they stand in place of rewiring and fitting.",
    ...{ unit: "folders", default: [], source: "yours" },
  }),
});
