import { z } from "zod";
import { described, share, whole } from "../base/settings";
import { EXHIBITED } from "../labels/exhibits";

/** Settings of labels and of their tests, by name: {@link labelsSettings} describes each. */
export type LabelsShape = {
  items: z.ZodInt;
  q: z.ZodNumber;
  coverage: z.ZodNumber;
  tested: z.ZodInt;
  top: z.ZodNumber;
  quantiles: z.ZodInt;
  intruders: z.ZodInt;
  shuffles: z.ZodInt;
  runs: z.ZodInt;
  edits: z.ZodOptional<z.ZodString>;
};

/** What is set where nothing is said. */
export const LABELS_DEFAULTS: Omit<z.infer<z.ZodObject<LabelsShape>>, "edits"> = {
  ...{
    items: EXHIBITED,
    q: 0.05,
    coverage: 0.3,
    tested: 40,
    top: 0.01,
    quantiles: 4,
    intruders: 5,
    shuffles: 5,
    runs: 5,
  },
};

const ours = "ours";

/** Each setting of labels and of their tests. */
export const labelsSettings: z.ZodObject<LabelsShape, z.core.$strict> = z.strictObject({
  items: described(whole(1), {
    meaning: "Items of half A, those with the highest activations, that a latent's label is written from.",
    ...{ unit: "items", default: LABELS_DEFAULTS.items, source: "arXiv 2606.29341, section 4.4" },
  }),
  q: described(share(), {
    meaning: "A category or word counts in an offline label below this Benjamini–Hochberg q.",
    ...{ unit: "share of false discoveries", default: LABELS_DEFAULTS.q, source: ours },
  }),
  coverage: described(share(), {
    meaning: "An offline label names no category or word that is on a smaller share of the latent's items.",
    ...{ unit: "share", default: LABELS_DEFAULTS.coverage, source: ours },
  }),
  tested: described(whole(10), {
    meaning: "Items of half B that a label is tested on: half of them fire the latent highly, half do not fire it.",
    ...{ unit: "items", default: LABELS_DEFAULTS.tested, source: ours },
  }),
  top: described(share(), {
    meaning:
      "Share of half B's items, those with the highest activations, that count as high; never fewer items than a test needs of them.",
    ...{ unit: "share", default: LABELS_DEFAULTS.top, source: ours },
  }),
  quantiles: described(whole(1), {
    meaning: "Parts of equal size that the items that fire a latent are cut into by their activation.",
    ...{ unit: "count", default: LABELS_DEFAULTS.quantiles, source: ours },
  }),
  intruders: described(whole(0), {
    meaning: "Rounds of the intruder test of a latent: four of its items, and one that does not fire it.",
    ...{ unit: "rounds", default: LABELS_DEFAULTS.intruders, source: "arXiv 2507.08473" },
  }),
  shuffles: described(whole(1), {
    meaning: "How often the labels are dealt out to other latents, for the null of shuffled labels.",
    ...{ unit: "count", default: LABELS_DEFAULTS.shuffles, source: ours },
  }),
  runs: described(whole(0), {
    meaning:
      "Most runs on rewired data whose latents are labelled and tested too, the first ones: each has as many latents of its own as ours.",
    ...{ unit: "runs", default: LABELS_DEFAULTS.runs, source: ours },
  }),
  edits: described(z.string().min(1, "labels.edits is empty: name a file, or leave it out.").optional(), {
    meaning:
      "Labels that people wrote, which stand in place of others: JSON lines, see docs/labels.md. It is never written to.",
    ...{ unit: "file", default: undefined, source: "yours" },
  }),
});
