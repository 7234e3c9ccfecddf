import { requireFile } from "../base/input-file";
import { shown } from "../base/quote";
import { readLabelEdits } from "../formats/label-edits";
import { applyEdits } from "../labels/edits";
import { exhibits } from "../labels/exhibits";
import { lexicalLabeller } from "../labels/lexical";
import type { Label } from "../records/label";
import { itemLatents } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { hasWords, labelInputs } from "./label-inputs";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** Labels of the trained latents, with what they were written from. */
export interface LabelsResult {
  /** Of every latent that fires on half A, by latent; none where the data has neither categories, titles nor stores. */
  labels: Label[];
  /** Those of the offline labeller, where a person's stand in their place. */
  replaced: Label[];
  /** Latents without a label, and why. */
  failed: { latent: number; reason: string }[];
  /** Ids of each latent's strongest items of half A, highest activation first, with their activations. */
  shown: { latent: number; items: string[]; activations: Float64Array }[];
  /** Edits that were left out, each in a sentence. */
  leftOut: string[];
}

/** Offline labels of the trained latents: written from half A's items, the strongest of each latent, with people's in their place. */
export const labels: Stage<LabelsResult> = defineStage({
  name: "labels",
  phase: "labels of the latents",
  needs: { data, split, factors, sae },
  settings: ({ labels: { items, q, coverage } }) => ({ items, q, coverage }),
  files({ labels: { edits } }): Record<string, string> {
    if (edits === undefined) return {};
    requireFile(edits, "The file of label edits");
    return { edits };
  },
  async compute({ data, split, factors, sae }, { settings, files, warn, onProgress }): Promise<LabelsResult> {
    const { weights } = sae;
    const { rows, textOf, lexicon } = labelInputs(data, factors, split);
    const { itemIds } = factors;
    const latents = await itemLatents(weights, factors, onProgress);
    const all = exhibits(latents, rows, textOf, { items: settings.items });
    const rowOf = new Map(itemIds.map((id, row) => [id, row]));
    const shownItems = all.map(({ latent, items: texts }) => ({
      latent,
      items: texts.map(({ id }) => id),
      activations: Float64Array.from(texts, ({ id }) => latents.values[(rowOf.get(id) as number) * weights.k + latent]),
    }));
    const written = hasWords(lexicon)
      ? await lexicalLabeller(lexicon, settings).label(all, onProgress)
      : { labels: [], failed: [] };
    const edits = files.edits === undefined ? [] : readLabelEdits(files.edits);
    const strongest = new Map(all.map(({ latent, items: texts }) => [latent, texts[0].id]));
    const { labels, left } = applyEdits(written.labels, edits, strongest);
    for (const sentence of left) warn(`The label edits ${shown(files.edits)}, ${sentence}: that label is left out.`);
    const people = new Set(labels.filter(({ source }) => source === "person").map(({ latent }) => latent));
    const replaced = written.labels.filter(({ latent }) => people.has(latent));
    return { labels, replaced, failed: written.failed, shown: shownItems, leftOut: left };
  },
});
