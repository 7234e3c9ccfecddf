import { z } from "zod";
import { InputError } from "../base/errors";
import { quote } from "../base/quote";

/** What a reader of a setting wants to know beside its name. */
export interface SettingText {
  meaning: string;
  unit: string;
  default: unknown;
  /** Where the default comes from. */
  source: string;
}

/** The schema with its meaning, unit, default and source in its description. */
export function described<T extends z.ZodType>(schema: T, { meaning, unit, source, ...text }: SettingText): T {
  return schema.describe(`${meaning} Unit: ${unit}. Default: ${JSON.stringify(text.default)}. Source: ${source}.`);
}

type Refusal = { error: (issue: { input?: unknown }) => string | undefined };

/** A number that lies elsewhere is refused in a sentence of ours, what is no number at all in zod's. */
const refusal = (name: string, expected: string): Refusal => ({
  error: ({ input }) => (typeof input === "number" ? `sae.${name} is ${input}: ${expected}` : undefined),
});

/** A whole number from `least`; `expected` ends the sentence that refuses any other. */
export function whole(name: string, least: number, expected: string): z.ZodInt {
  const refused = refusal(name, expected);
  return z.int(refused).min(least, refused);
}

/** A finite number above 0; `expected` ends the sentence that refuses any other. */
export function positive(name: string, expected: string): z.ZodNumber {
  const refused = refusal(name, expected);
  return z.number(refused).gt(0, refused);
}

/** A weight of the loss: a finite number from 0. */
export function weight(name: string): z.ZodNumber {
  const refused = refusal(name, "give a number from 0.");
  return z.number(refused).min(0, refused);
}

/** A target mean activation: between 0 and 1. */
export function targetActivation(name: string): z.ZodNumber {
  const refused = refusal(name, "the target mean activation lies between 0 and 1.");
  return z.number(refused).gt(0, refused).lt(1, refused);
}

/** A share of a moment that Adam keeps: from 0, below 1. */
function share(name: string): z.ZodNumber {
  const refused = refusal(name, "the share that Adam keeps is 0 or more, below 1.");
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
    k: described(whole("k", 1, "the number of latents is a whole number from 1."), {
      ...{ meaning: "Latents of the autoencoder.", unit: "count", source: PAPER, ...of("k") },
    }),
    prefixes: described(z.array(z.number(list), list), {
      ...{ meaning: "Nested prefix lengths, ascending, the last equal to k.", unit: "latents", ...of("prefixes") },
      source: "arXiv 2606.29341, section 2.4",
    }),
    lr: described(positive("lr", "the learning rate is a positive number."), {
      ...{ meaning: "Learning rate of Adam: about how far a weight moves in a step.", unit: "weight a step" },
      ...{ source: PAPER, ...of("lr") },
    }),
    beta1: described(share("beta1"), {
      ...{ meaning: "Share of the first moment that a step of Adam keeps.", unit: "share", ...of("beta1") },
      source: "Kingma and Ba 2015",
    }),
    beta2: described(share("beta2"), {
      ...{ meaning: "Share of the second moment that a step of Adam keeps.", unit: "share", ...of("beta2") },
      source: "Kingma and Ba 2015",
    }),
    epsilon: described(positive("epsilon", "Adam's epsilon is positive."), {
      ...{ meaning: "Added to the root of Adam's second moment.", unit: "gradient", ...of("epsilon") },
      source: "Kingma and Ba 2015",
    }),
    epochs: described(whole("epochs", 1, "train for at least one epoch."), {
      ...{ meaning: "Passes over the shorter side, or over the users where the architecture says so.", unit: "count" },
      ...{ source: PAPER, ...of("epochs") },
    }),
    batch: described(whole("batch", 1, "a batch is a whole number of rows from 1."), {
      ...{
        meaning: "Rows of users, and as many rows of items, in a step.",
        unit: "rows",
        source: PAPER,
        ...of("batch"),
      },
    }),
    seed: described(z.int(refusal("seed", "a seed is a whole number.")), {
      ...{ meaning: "Seed of the starting weights and of every epoch's order.", unit: "none", ...of("seed") },
      source: "ours",
    }),
  };
}

/** Refuse prefixes that do not grow to k: `z.object(…).superRefine(prefixesGrow)`. */
export function prefixesGrow({ k, prefixes }: { k: number; prefixes: number[] }, context: z.RefinementCtx): void {
  const ascending = prefixes.every(
    (prefix, at) => Number.isInteger(prefix) && prefix > (at === 0 ? 0 : prefixes[at - 1]),
  );
  if (prefixes.length === 0 || !ascending || prefixes[prefixes.length - 1] !== k)
    refuse(
      context,
      "prefixes",
      `sae.prefixes is [${prefixes}]: prefixes are whole numbers that grow and end with k = ${k}.`,
    );
}

/** Refuse what several settings give together, at one of them and in a whole sentence. */
export function refuse(context: z.RefinementCtx, name: string, sentence: string): void {
  context.addIssue({ code: "custom", path: [name], message: sentence });
}

/** What zod found, as one sentence: that of a setting that has its own, else one that names the setting. */
export function settingSentence({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  return message.startsWith(`${String(path[0])}.`)
    ? message
    : `The setting ${quote(path.join("."))} is wrong: ${message}.`;
}

/** @throws InputError when the settings are not those of the schema, with the first that is wrong */
export function requireSettings(schema: z.ZodType, config: unknown): void {
  const issue = schema.safeParse(config).error?.issues[0];
  if (issue) throw new InputError(settingSentence({ ...issue, path: ["sae", ...issue.path] }));
}
