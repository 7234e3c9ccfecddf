import { z } from "zod";
import { described, whole } from "../base/settings";

/** Settings of the scores, by name: {@link scoresSettings} describes each. */
export type ScoresShape = { sample: z.ZodInt; noiseTrained: z.ZodBoolean };

/** Each setting of the scores. */
export const scoresSettings: z.ZodObject<ScoresShape, z.core.$strict> = z.strictObject({
  sample: described(whole(2), {
    meaning: "Items of the sampled score, as in the paper; the exact score is over all items.",
    ...{ unit: "items", default: 5000, source: "arXiv 2606.29341, section 4.3" },
  }),
  noiseTrained: described(z.boolean(), {
    meaning:
      "The autoencoder is also trained on noise and that is put beside the scores; takes as long as the training itself.",
    ...{ unit: "yes or no", default: false, source: "ours" },
  }),
});
