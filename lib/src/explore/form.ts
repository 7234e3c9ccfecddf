/*
 * What a page holds, as it is packed and as its script reads it. Both sides import it. Numbers are rounded when they are
 * packed; null stands where there is none.
 */

/** What stands in the page as plain JSON: little, so that it is there at once. */
export interface Head {
  runs: RunHead[];
  /** How the second run's latents were matched with the first's; absent with one run. */
  join?: Join;
  /** Parts of the text blocks: `list` of a run is `list-0`, its details `details-0-0`, `details-0-1` …; items `items-0` …; `users`. */
  detailsPerPart: number;
  itemsPerPart: number;
  items: number;
  /** What was left out to keep the page small, each in a sentence. */
  leftOut: string[];
}

/** A run, in the words of its card. */
export interface RunHead {
  name: string;
  source: string;
  seed: number;
  preset: string;
  architecture: string;
  k: number;
  prefixes: number[];
  /** Items that count: see `scoredItems`. */
  items: number;
  users: number;
  verdict: string;
  /** Mean score, and each null's. */
  score: number;
  nulls: NullHead[];
  /** Latents whose best category has a q below it. */
  level: number;
  seeds?: { runs: number; chance: number };
  detailParts: number;
}

/** A null of the score: the middle 95 % of its latents' scores. */
export interface NullHead {
  name: string;
  what: string;
  mean: number;
  low: number | null;
  high: number | null;
}

/** How the latents of two runs are matched. */
export interface Join {
  by: "index" | "decoder" | "items";
  /** Why, in a sentence. */
  why: string;
  /** What the value of a match is: a cosine, or a share of items. */
  unit: string;
  /** Mean value of the best match where there is nothing to match: see `againstChance`. */
  chance?: number;
}

/** What the list of latents needs, a column each, [k]. */
export interface ListColumns {
  /** The refined label, else empty. */
  label: string[];
  source: string[];
  /** Against random items. */
  detection: (number | null)[];
  /** Of the best category. */
  nap: (number | null)[];
  score: (number | null)[];
  /** Share of a null's latents that score lower, for the null where it is least. */
  place: (number | null)[];
  /** Share of the items that fire it. */
  active: number[];
  /** Place of the smallest prefix that it belongs to. */
  prefix: number[];
  /** Places of its best categories in the table of names. */
  categories: number[][];
  /** The table of names. */
  names: string[];
  match?: (number | null)[];
}

/** A latent, when it is opened. */
export interface LatentDetail {
  /** The run's own label first, then those of language models. */
  labels: LabelDetail[];
  /** Why it has none. */
  unlabelled?: string;
  /** Score, and its 95 % interval over items. */
  score: [number, number, number] | null;
  /** Its own score in each null, in the order of `RunHead.nulls`. */
  nulls: (number | null)[];
  /** Items that fire it. */
  active: number;
  most: number;
  /** Items in each of so many equal parts from 0 to `most`; those that do not fire it are left out. */
  histogram: number[];
  /** Place of an item in the table, and its activation: the strongest first. */
  strongest: [item: number, activation: number][];
  /** The same from each fifth of the items that fire it, the strongest fifth first. */
  fifths: [item: number, activation: number][][];
  /** Category, nAP and AUROC on half B, and q: best on half A first. */
  categories: [name: number, nap: number, auroc: number, q: number | null][];
  /** Latents whose decoders point most alike, with the cosine. */
  nearest: [latent: number, cosine: number][];
  /** Spearman correlation with popularity. */
  popularity: number | null;
  /** In each run with another seed the largest share of its strongest items that one latent has among its own. */
  seeds?: number[];
  /** The latent of the second run that it was matched with. */
  match?: [latent: number, value: number];
}

/** A label and how it was borne out. */
export interface LabelDetail {
  broad: string;
  refined: string;
  description: string;
  confidence: string;
  evidence: string[];
  /** `lexical`, `person`, or the name of a model. */
  by: string;
  /** AUROC with its interval. */
  detection?: [number, number, number];
  nearMiss?: number;
  /** AUROC by part of the activations, the weakest first. */
  quantiles?: (number | null)[];
  intruder?: [right: number, rounds: number];
}

/** Fields of a label, in the order in which they are packed. */
export const LABEL_FIELDS: readonly (keyof LabelDetail)[] = [
  "broad",
  "refined",
  "description",
  "confidence",
  "evidence",
  "by",
  "detection",
  "nearMiss",
  "quantiles",
  "intruder",
];

/**
 * Some latents as they are packed: a column each field, so that names and alike numbers stand together. Items of a latent are in one list,
 * each as the difference to the place before it, with activations in thousandths of `most`.
 */
export interface PackedDetails extends Columns<Omit<LatentDetail, "labels" | "strongest" | "fifths">> {
  /** Values in the order of `LABEL_FIELDS`, null where there is none. */
  labels: unknown[][][];
  /** How many are the strongest, and how many of each fifth. */
  parts: number[][];
  steps: number[][];
  shares: number[][];
}

/** A list by field; null where a field is absent. */
export type Columns<T> = { [K in keyof T]-?: (T[K] | null)[] };

/** Some items of the table as they are packed. */
export interface PackedItems {
  ids: string[];
  titles: string[];
  categories: string[];
}

/** An item of the table. */
export type ItemRow = [id: string, title: string, categories: string];

/** A user: items by their places in the table. */
export interface UserRow {
  id: string;
  /** Items of the train split, and how many there are in all. */
  history: number[];
  taken: number;
  /** Latent, items of the history that fire it, and how many would by chance. */
  latents: [latent: number, fires: number, chance: number][];
  /** Item, and whether it is held out: the user took it. */
  list: [item: number, heldOut: 0 | 1][];
}
