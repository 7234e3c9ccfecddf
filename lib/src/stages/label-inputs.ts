import { rowsOfHalf } from "../labels/exhibits";
import { itemTexts } from "../labels/item-texts";
import { type Lexicon, lexiconOf } from "../labels/lexicon";
import type { Dataset } from "../records/dataset";
import type { Factors } from "../records/factors";
import type { ItemText } from "../records/label";
import { scoredItems } from "./scored-items";
import type { SplitResult } from "./split";

/** What labels are written from and tested on, whatever encoder they are of. */
export interface LabelInputs {
  /** Items that count. */
  rows: Int32Array;
  textOf: (id: string) => ItemText;
  /** Of half A: what a latent's items are held against. */
  lexicon: Lexicon;
}

/** Items, their texts, and the counts of half A's. */
export function labelInputs(
  data: Pick<Dataset, "items" | "tree">,
  factors: Pick<Factors, "d" | "items" | "itemIds">,
  split: Pick<SplitResult, "train">,
): LabelInputs {
  const rows = scoredItems(factors, split);
  const textOf = itemTexts(data.items, data.tree);
  const lexicon = lexiconOf(Array.from(rowsOfHalf("A", rows, factors.itemIds), (row) => textOf(factors.itemIds[row])));
  return { rows, textOf, lexicon };
}

/** Whether the items say anything that a label could be made of. */
export const hasWords = ({ categories, words }: Lexicon): boolean => categories.size + words.size > 0;
