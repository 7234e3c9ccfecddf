import type { OnProgress } from "../base/progress";
import type { Exhibit, ItemText, Label } from "../records/label";

/** Who writes labels: lexical, or a language model. */
export interface Labeller {
  name: string;
  /**
   * A label for each exhibit, in the order given.
   *
   * @returns labels, and the latents that have none, with the reason in words
   */
  label(exhibits: readonly Exhibit[], onProgress?: OnProgress): Promise<Labelled>;
}

/** What a labeller gave. */
export interface Labelled {
  labels: Label[];
  failed: { latent: number; reason: string }[];
}

/** A question of detection: which of these items does the label fit? */
export interface DetectionQuestion {
  label: Label;
  items: ItemText[];
}

/** Who says which items a label fits, and which item does not belong: lexical, or a language model. */
export interface Judge {
  name: string;
  /** Score from which on the judge says that an item fits; a judge without one is set by items of the half that labels are written from. */
  threshold?: number;
  /** For each question, how well each of its items fits the label, higher is better; `undefined` where there was no answer. */
  detect(questions: readonly DetectionQuestion[], onProgress?: OnProgress): Promise<(number | undefined)[][]>;
  /** For each list of items, the place (from 0) of the one that does not belong; `undefined` where there was no answer. */
  intruders(lists: readonly ItemText[][], onProgress?: OnProgress): Promise<(number | undefined)[]>;
}
