import { z } from "zod";
import { described, share } from "../base/settings";

/** Settings of the alignment, by name: {@link alignmentSettings} describes each. */
export type AlignmentShape = { q: z.ZodNumber };

/** Each setting of the alignment. */
export const alignmentSettings: z.ZodObject<AlignmentShape, z.core.$strict> = z.strictObject({
  q: described(share("give a share between 0 and 1, such as 0.01."), {
    meaning: "A latent × category pair counts as significant below this Benjamini–Hochberg q.",
    ...{ unit: "share of false discoveries", default: 0.01, source: "ours" },
  }),
});
