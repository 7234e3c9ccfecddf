import type { CategoryTree } from "./category-tree";
import type { Interactions } from "./interactions";
import type { Items } from "./items";

/** What a source gives: who took what, what the items are, and how the numbers came about. */
export interface Dataset {
  interactions: Interactions;
  /** Row i of `items` is column i of `interactions.csr`: `items.ids` equals `interactions.items`. */
  items: Items;
  /** The data's size after each step, first step first. */
  funnel: FunnelStep[];
  /** What was left out or deserves a word, with counts; nothing is dropped without standing here or in the funnel. */
  skipped: Skip[];
  /** Where the data came from, in words: file names without folders, or the generator. */
  source: string;
  /** Which column was taken for what, in words, by file; absent for generated data. */
  mapping?: { ratings?: string; items?: string; "held-out"?: string };
  /** Rows that could not be used, each with its line and reason, the first ten thousand of a file; absent for generated data. */
  rejects?: Reject[];
  /** How many could not be used, in all. */
  rejected?: number;
  /** The category tree, where the lists of categories are ordered paths. */
  tree?: CategoryTree;
}

/** Size of the data after one step of reading or pruning. */
export interface FunnelStep {
  step: string;
  users: number;
  items: number;
  interactions: number;
  /** interactions / (users · items), 0 for no data */
  density: number;
  note?: string;
}

/** Something counted and stated, with up to three ids. */
export interface Skip {
  reason: string;
  count: number;
  examples: string[];
}

/** A funnel step with its density. */
export function funnelStep(
  step: string,
  users: number,
  items: number,
  interactions: number,
  note?: string,
): FunnelStep {
  const cells = users * items;
  return {
    step,
    users,
    items,
    interactions,
    density: cells > 0 ? interactions / cells : 0,
    ...(note === undefined ? {} : { note }),
  };
}

/** A row of an input file that could not be used. */
export interface Reject {
  /** Why, in words; rows are counted by it. */
  reason: string;
  /** File name without its folder. */
  file: string;
  /** Line in the file, from 1. */
  line: number;
  /** The beginning of the line. */
  text: string;
}
