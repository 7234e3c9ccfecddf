import { lexicalJudge } from "../labels/lexical-judge";
import type { Detection } from "../labels/scoring/detection";
import { type LabelScore, scoreLabels, shuffledLabels } from "../labels/scoring/score";
import { drawTests, type LatentTests } from "../labels/scoring/tests";
import type { Label } from "../records/label";
import { itemLatents } from "../sae/encode";
import { data } from "./data";
import { factors } from "./factors";
import { labelInputs } from "./label-inputs";
import { testSettings } from "./label-tests";
import { labels } from "./labels";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** How the trained latents' labels were borne out, and the same labels dealt out to other latents. */
export interface LabelScoresResult extends LatentTests {
  /** Who judged. */
  judge: string;
  /** By latent; latents without a test are left out. */
  scores: LabelScore[];
  /** [shuffles] detection by latent, in the order of `scores`, with other latents' labels. */
  shuffled: Detection[][];
  /** Labels by latent as they were scored: what the card states. */
  labels: Label[];
}

/** What of the card the labels give; absent where there are none. */
export interface LabelsSection {
  labels?: CardLabel[];
}

/** A label on the card, with what its test gave; without a test it has no AUROC. */
export interface CardLabel extends Pick<Label, "latent" | "broad" | "refined" | "source"> {
  detectionAuroc?: number;
}

/** Each label tested on items of half B that it was not written from, by the lexical judge. */
export const labelScores: Stage<LabelScoresResult, undefined, LabelsSection> = defineStage({
  name: "label-scores",
  phase: "tests of labels",
  needs: { data, split, factors, sae, labels },
  settings: ({ labels: own }) => ({ ...testSettings(own), shuffles: own.shuffles }),
  async compute({ data, split, factors, sae, labels: { labels } }, { settings, seed, onProgress }) {
    const { shuffles, ...tests } = settings;
    const { rows, textOf, lexicon } = labelInputs(data, factors, split);
    const { weights } = sae;
    const { itemIds } = factors;
    const latents = await itemLatents(weights, factors, onProgress);
    const drawn = await drawTests(latents, rows, textOf, { ...tests, seed, onProgress });
    const judge = lexicalJudge(lexicon);
    const rowOf = new Map(itemIds.map((id, row) => [id, row]));
    const keep = (latent: number, id: string): number => latents.values[(rowOf.get(id) as number) * weights.k + latent];
    const scores = await scoreLabels(labels, drawn.tests, judge, textOf, { seed, keep, onProgress });
    const shuffled: Detection[][] = [];
    const tested = labels.filter(({ latent }) => scores.some((score) => score.latent === latent));
    for (let shuffle = 0; shuffle < shuffles && tested.length > 1; shuffle++) {
      const moved = shuffledLabels(tested, seed, shuffle);
      const found = await scoreLabels(moved, drawn.tests, judge, textOf, { seed, only: "detection", onProgress });
      shuffled.push(found.map(({ detection }) => detection));
    }
    return { ...drawn, judge: judge.name, scores, shuffled, labels };
  },
  card({ labels: all, scores }): LabelsSection {
    if (all.length === 0) return {};
    const aurocs = new Map(scores.map(({ latent, detection }) => [latent, detection.auroc]));
    return {
      labels: all.map(({ latent, broad, refined, source }): CardLabel => {
        const detectionAuroc = aurocs.get(latent);
        return { latent, broad, refined, ...(detectionAuroc === undefined ? {} : { detectionAuroc }), source };
      }),
    };
  },
});
