/** What a latent stands for, in somebody's words. */
export interface Label {
  latent: number;
  /** The theme: "Women's shoes", or "No clear concept". */
  broad: string;
  /** The theme with a subtype, where the broad label resembles another latent's; else the broad label again. */
  refined: string;
  /** One or two sentences. */
  description: string;
  confidence: Confidence;
  /** Patterns of the items that the label rests on. */
  evidence: string[];
  source: LabelSource;
}

/** What a label says that found no theme (arXiv 2606.29341, appendix A). */
export const NO_CONCEPT = "No clear concept";

export const CONFIDENCES = ["low", "medium", "high"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Who wrote a label: the lexical labeller without any model, a language model, or a person. */
export type LabelSource = "lexical" | "model" | "person";

/** What a labeller or a judge sees of an item: text only, nothing of its activation. */
export interface ItemText {
  id: string;
  /** Empty where the data has none. */
  title: string;
  /** Empty where the data has none. */
  store: string;
  /** Names of the item's categories, from general to specific where they are paths. */
  categories: string[];
}

/** What a labeller sees of a latent: its items with the highest activations, highest first. */
export interface Exhibit {
  latent: number;
  items: ItemText[];
}
