import { requireData } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { type LabelAgreement, labelAgreement } from "../labels/agreement";
import { exhibits } from "../labels/exhibits";
import type { Judge, Labelled, Labeller } from "../labels/judge";
import { lexicalJudge } from "../labels/lexical-judge";
import { type LabelScore, scoreLabels, shuffledLabels } from "../labels/scoring/score";
import { type LabelMeans, labelMeans } from "../labels/scoring/summary";
import { drawTests, type LatentTests } from "../labels/scoring/tests";
import { scoreNulls } from "../metrics/nulls";
import type { Label } from "../records/label";
import type { SaeWeights } from "../records/sae-weights";
import { itemLatents } from "../sae/encode";
import { hasWords, labelInputs } from "../stages/label-inputs";
import { countsOf, type LabelCounts, type NullSummary, nullSummary, shuffledSummary } from "../stages/label-summary";
import { testSettings } from "../stages/label-tests";
import type { Lab } from "./lab";

/** How labels by a model are written and tested. */
export interface ModelLabelOptions {
  labeller: Labeller;
  /** Default: the lexical judge, as for offline labels. */
  judge?: Judge;
  /** Whether the latents of the nulls that follow from the encoder are labelled, too. */
  nulls: boolean;
  /** Called when labels are written, before they are tested; false ends it there. */
  written?: (which: string, labelled: Labelled) => boolean;
  onProgress?: OnProgress;
}

/** Labels of the trained latents by a model, their tests, and those of the nulls. */
export interface ModelLabels {
  /** By latent, people's in place of the model's. */
  labels: Label[];
  failed: Labelled["failed"];
  /** Id of each labelled latent's strongest item, by latent. */
  strongest: ReadonlyMap<number, string>;
  judge: string;
  scores: LabelScore[];
  untested: LatentTests["untested"];
  means: LabelMeans & LabelCounts;
  /** The model's labels beside the offline ones of the same latents; absent where there are none. */
  agreement?: LabelAgreement;
  /** By name: `shuffled`, and the nulls that follow from the encoder. */
  nulls: Record<string, NullSummary & { failed: number }>;
}

/** An encoder's latents, labelled and tested. */
interface Run extends Pick<ModelLabels, "labels" | "failed" | "strongest" | "scores" | "untested"> {
  tests: LatentTests["tests"];
}

/**
 * Let a model label the trained latents, as the offline labeller does: from the strongest items of half A, tested on half B, beside other
 * latents' labels and the labels of latents that mean nothing. A latent that a person has labelled is not asked for.
 *
 * @throws MissingData where the items have no words
 */
export async function modelLabels(lab: Lab, options: ModelLabelOptions): Promise<ModelLabels> {
  const { labeller, onProgress, nulls: wanted } = options;
  const { seed, labels: settings } = lab.config;
  const [data, split, factors, { weights }] = [
    await lab.data(),
    await lab.split(),
    await lab.factors(),
    await lab.sae(),
  ];
  const { rows, textOf, lexicon } = labelInputs(data, factors, split);
  requireData(
    hasWords(lexicon),
    "The items have neither categories, titles nor stores: there is nothing that a model could name latents by.",
  );
  const judge = options.judge ?? lexicalJudge(lexicon);

  const run = async (which: string, encoder: SaeWeights, people: readonly Label[]): Promise<Run> => {
    const latents = await itemLatents(encoder, factors, onProgress);
    const shown = exhibits(latents, rows, textOf, { items: settings.items });
    const known = new Set(people.map(({ latent }) => latent));
    const labelled = await labeller.label(
      shown.filter(({ latent }) => !known.has(latent)),
      onProgress,
    );
    const labels = [...labelled.labels, ...people].sort((a, b) => a.latent - b.latent);
    const strongest = new Map(shown.map(({ latent, items: [first] }) => [latent, first.id]));
    const untouched = { labels, failed: labelled.failed, strongest, scores: [], untested: [], tests: [] };
    if (options.written?.(which, labelled) === false) return untouched;
    const { tests, untested } = await drawTests(latents, rows, textOf, { ...testSettings(settings), seed, onProgress });
    const scores = await scoreLabels(labels, tests, judge, textOf, { seed, onProgress });
    return { ...untouched, scores, tests, untested };
  };

  const offline = await lab.labels();
  const people = offline.labels.filter(({ source }) => source === "person");
  const { tests, ...trained } = await run("trained", weights, people);
  const nulls: ModelLabels["nulls"] = {};
  const tested = trained.labels.filter(({ latent }) => trained.scores.some((score) => score.latent === latent));
  if (tested.length > 1) {
    const moved = shuffledLabels(tested, seed, 0);
    const found = await scoreLabels(moved, tests, judge, textOf, { seed, only: "detection", onProgress });
    const detections = found.map(({ detection }) => detection);
    nulls.shuffled = { ...(await shuffledSummary(trained.scores, [detections], trained.labels, seed)), failed: 0 };
  }
  for (const [name, { weights: of }] of Object.entries(scoreNulls)) {
    if (!wanted || of === undefined) continue;
    const one = await run(name, of(weights), []);
    nulls[name] = { ...(await nullSummary(trained.scores, [one], { seed, name })), failed: one.failed.length };
  }
  const means = { ...countsOf(trained.labels), ...(await labelMeans(trained.scores, { seed, name: "trained" })) };
  const lexical = [...offline.labels, ...offline.replaced].filter(({ source }) => source === "lexical");
  const agreement = labelAgreement(
    trained.labels.filter(({ source }) => source === "model"),
    lexical,
  );
  return { ...trained, judge: judge.name, means, ...(agreement ? { agreement } : {}), nulls };
}
