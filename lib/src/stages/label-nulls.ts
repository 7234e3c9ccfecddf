import { exhibits } from "../labels/exhibits";
import { lexicalLabeller } from "../labels/lexical";
import { lexicalJudge } from "../labels/lexical-judge";
import { type LabelScore, scoreLabels } from "../labels/scoring/score";
import { drawTests } from "../labels/scoring/tests";
import { type NullQuestion, scoreNulls } from "../metrics/nulls";
import type { Label } from "../records/label";
import type { SaeWeights } from "../records/sae-weights";
import { itemLatents } from "../sae/encode";
import type { TrainedSae } from "../sae/train";
import { data } from "./data";
import { factors } from "./factors";
import { hasWords, labelInputs } from "./label-inputs";
import { labelScores } from "./label-scores";
import { testSettings } from "./label-tests";
import { rewiredVariants } from "./rewired-variants";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";
import { trainedNulls } from "./trained-nulls";

/** Labels of latents that mean nothing, written and tested as the trained ones' are. */
export interface LabelNull {
  question: NullQuestion;
  /** One for each run: a run has its own latents. */
  runs: { labels: Label[]; scores: LabelScore[] }[];
}

/** The nulls of the labels, by the name that each has in the registry of nulls. */
export interface LabelNullsResult {
  nulls: Record<string, LabelNull>;
}

/**
 * The whole of labelling, written and tested, on the latents of every null that has an encoder of its own: one that follows from the trained
 * one (`weights` of the null's definition), one that was trained in its place (`trainedNulls`), and the first `labels.runs` runs on rewired
 * data. All but the last read the real items: on noise, whose rows are no items, any label scores one half.
 */
export const labelNulls: Stage<LabelNullsResult> = defineStage({
  name: "label-nulls",
  phase: "labels of latents that mean nothing",
  needs: {
    data,
    split,
    factors,
    sae,
    ...trainedNulls,
    rewired: rewiredVariants({ labelScores }, ({ labels }) => labels.runs),
  },
  settings: ({ labels: own }) => ({
    written: { items: own.items, q: own.q, coverage: own.coverage },
    tests: testSettings(own),
  }),
  async compute({ data, split, factors, sae, rewired, ...trained }, { settings, seed, onProgress }) {
    const { rows, textOf, lexicon } = labelInputs(data, factors, split);
    const nulls: Record<string, LabelNull> = {};
    if (!hasWords(lexicon)) return { nulls };
    const [labeller, judge] = [lexicalLabeller(lexicon, settings.written), lexicalJudge(lexicon)];
    const run = async (weights: SaeWeights): Promise<LabelNull["runs"][number]> => {
      const latents = await itemLatents(weights, factors, onProgress);
      const shown = exhibits(latents, rows, textOf, { items: settings.written.items });
      const { labels } = await labeller.label(shown, onProgress);
      const { tests } = await drawTests(latents, rows, textOf, { ...settings.tests, seed, onProgress });
      return { labels, scores: await scoreLabels(labels, tests, judge, textOf, { seed, interval: false, onProgress }) };
    };
    for (const [name, { question, weights }] of Object.entries(scoreNulls)) {
      const own = weights?.(sae.weights) ?? (trained as Record<string, TrainedSae | undefined>)[name]?.weights;
      if (own) nulls[name] = { question, runs: [await run(own)] };
      else if (name === "rewired" && rewired.length > 0)
        nulls[name] = {
          question,
          runs: rewired.map(({ labelScores: { labels, scores } }) => ({
            labels,
            scores: scores.map(({ answers: _, ...score }) => score),
          })),
        };
    }
    return { nulls };
  },
});
