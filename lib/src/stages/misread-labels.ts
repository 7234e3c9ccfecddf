import { seededRandom } from "../base/random";
import { exhibits } from "../labels/exhibits";
import { lexicalLabeller } from "../labels/lexical";
import { lexicalJudge } from "../labels/lexical-judge";
import { scoreLabels } from "../labels/scoring/score";
import { type DetectionMeans, labelMeans } from "../labels/scoring/summary";
import { type Label, NO_CONCEPT } from "../records/label";
import { itemLatents } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { hasWords, labelInputs } from "./label-inputs";
import { labelScores } from "./label-scores";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** What labels are worth that were read off other items. */
export interface MisreadLabels {
  labels: Label[];
  noConcept: number;
  detection?: DetectionMeans;
}

/**
 * Labels as published: each item's text is taken from another row of the metadata, and tested on the right ones. The published code reads
 * row i of the metadata file for factor i, although factors are numbered by the items' first rating.
 */
export const misreadLabels: Stage<MisreadLabels> = defineStage({
  name: "misread-labels",
  phase: "labels read off other items",
  needs: { data, split, factors, sae, labelScores },
  settings: ({ labels: { items, q, coverage } }) => ({ items, q, coverage }),
  async compute({ data, split, factors, sae, labelScores: { tests } }, { settings, seed, onProgress }) {
    const { rows, textOf, lexicon } = labelInputs(data, factors, split);
    if (!hasWords(lexicon)) return { labels: [], noConcept: 0 };
    const { itemIds } = factors;
    const moved = seededRandom(seed, "labels/misread").shuffle([...itemIds]);
    const other = new Map(itemIds.map((id, row) => [id, moved[row]]));
    const latents = await itemLatents(sae.weights, factors, onProgress);
    const shown = exhibits(latents, rows, (id) => textOf(other.get(id) as string), { items: settings.items });
    const { labels } = await lexicalLabeller(lexicon, settings).label(shown, onProgress);
    const scores = await scoreLabels(labels, tests, lexicalJudge(lexicon), textOf, { seed, only: "detection" });
    const { detection } = await labelMeans(scores, { seed, name: "misread" });
    const noConcept = labels.filter(({ refined }) => refined === NO_CONCEPT).length;
    return { labels, noConcept, ...(detection && { detection }) };
  },
});
