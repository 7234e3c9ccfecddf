import { z } from "zod";
import { described, notNegative, positive, refusal, refuse, seedSetting, share, whole } from "../base/settings";

/** A weight of the loss: a finite number from 0. */
export const weight = (): z.ZodNumber => notNegative();

/** A target mean activation: between 0 and 1. */
export const targetActivation = (): z.ZodNumber => share("the target mean activation lies between 0 and 1.");

/** A share of a moment that Adam keeps: from 0, below 1. */
function momentShare(): z.ZodNumber {
  const refused = refusal("the share that Adam keeps is 0 or more, below 1.");
  return z.number(refused).min(0, refused).lt(1, refused);
}

const PAPER = "arXiv 2606.29341, section 4.2";

/** Settings that every architecture has, by name: see {@link trainingSettings}. */
export type TrainingShape = {
  k: z.ZodInt;
  prefixes: z.ZodArray<z.ZodNumber>;
  lr: z.ZodNumber;
  beta1: z.ZodNumber;
  beta2: z.ZodNumber;
  epsilon: z.ZodNumber;
  epochs: z.ZodInt;
  batch: z.ZodInt;
  seed: z.ZodInt;
};

/** Settings that every architecture has; the trainer reads these and no others. */
export type TrainingConfig = z.infer<z.ZodObject<TrainingShape>>;

/**
 * Settings that every architecture has, for its schema: `z.object({ ...trainingSettings(defaults), … })`.
 *
 * @param defaults the architecture's own, which stand in the descriptions
 */
export function trainingSettings(defaults: TrainingConfig): TrainingShape {
  const of = (name: keyof TrainingConfig): { default: unknown } => ({ default: defaults[name] });
  const list = "sae.prefixes is wrong: give a list of whole numbers that grow and end with k.";
  return {
    k: described(whole(1, "the number of latents is a whole number from 1."), {
      ...{ meaning: "Latents of the autoencoder.", unit: "count", source: PAPER, ...of("k") },
    }),
    prefixes: described(z.array(z.number(list), list), {
      ...{ meaning: "Nested prefix lengths, ascending, the last equal to k.", unit: "latents", ...of("prefixes") },
      source: "arXiv 2606.29341, section 2.4",
    }),
    lr: described(positive("the learning rate is a positive number."), {
      ...{ meaning: "Learning rate of Adam: about how far a weight moves in a step.", unit: "weight a step" },
      ...{ source: PAPER, ...of("lr") },
    }),
    beta1: described(momentShare(), {
      ...{ meaning: "Share of the first moment that a step of Adam keeps.", unit: "share", ...of("beta1") },
      source: "Kingma and Ba 2015",
    }),
    beta2: described(momentShare(), {
      ...{ meaning: "Share of the second moment that a step of Adam keeps.", unit: "share", ...of("beta2") },
      source: "Kingma and Ba 2015",
    }),
    epsilon: described(positive("Adam's epsilon is positive."), {
      ...{ meaning: "Added to the root of Adam's second moment.", unit: "gradient", ...of("epsilon") },
      source: "Kingma and Ba 2015",
    }),
    epochs: described(whole(1, "train for at least one epoch."), {
      ...{ meaning: "Passes over the shorter side, or over the users where the architecture says so.", unit: "count" },
      ...{ source: PAPER, ...of("epochs") },
    }),
    batch: described(whole(1, "a batch is a whole number of rows from 1."), {
      ...{
        meaning: "Rows of users, and as many rows of items, in a step.",
        unit: "rows",
        source: PAPER,
        ...of("batch"),
      },
    }),
    seed: seedSetting("Seed of the starting weights and of every epoch's order."),
  };
}

/** Refuse prefixes that do not grow to k: `z.object(…).superRefine(prefixesGrow)`. */
export function prefixesGrow({ k, prefixes }: { k: number; prefixes: number[] }, context: z.RefinementCtx): void {
  const ascending = prefixes.every(
    (prefix, index) => Number.isInteger(prefix) && prefix > (index === 0 ? 0 : prefixes[index - 1]),
  );
  if (prefixes.length === 0 || !ascending || prefixes[prefixes.length - 1] !== k)
    refuse(
      context,
      "prefixes",
      `sae.prefixes is [${prefixes}]: prefixes are whole numbers that grow and end with k = ${k}.`,
    );
}
