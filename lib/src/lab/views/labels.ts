import { requireData } from "../../base/errors";
import type { Figure } from "../../charts/figure";
import { type LabelTest, labelTests } from "../../charts/label-tests";
import { latentLabels } from "../../charts/latent-labels";
import { labelledActivations, type MeanActivation, meanActivations } from "../../charts/mean-activations";
import { itemTexts } from "../../labels/item-texts";
import type { LabelScore } from "../../labels/scoring/score";
import type { LabelMeans } from "../../labels/scoring/summary";
import type { Interval } from "../../metrics/bootstrap";
import type { Dataset } from "../../records/dataset";
import { type Label, NO_CONCEPT } from "../../records/label";
import type { Latents } from "../../records/sae-weights";
import type { LabelScoresResult } from "../../stages/label-scores";
import type { LabelSummary } from "../../stages/label-summary";
import type { LabelsResult } from "../../stages/labels";
import { PUBLISHED } from "../published";

const NOTHING_SAID =
  "The items have neither categories, titles nor stores, so there is nothing that a label could be made of: give item metadata.";

function requireLabels(labels: readonly Label[]): void {
  requireData(labels.length > 0, NOTHING_SAID);
}

/** A tested label by its latent. */
const scoreOf = (scores: readonly LabelScore[]): Map<number, LabelScore> =>
  new Map(scores.map((score) => [score.latent, score]));

/** Figure 13: mean activation of every latent over all items, sorted. */
export function activationFigure(latents: Latents): Figure {
  return meanActivations(meansOf(latents));
}

/** Figure 14: the same with labels. */
export function labelledActivationFigure(
  latents: Latents,
  { labels }: LabelsResult,
  { scores }: LabelScoresResult,
): Figure {
  requireLabels(labels);
  const [labelOf, tested] = [new Map(labels.map((label) => [label.latent, label])), scoreOf(scores)];
  const rows = meansOf(latents).map((row): MeanActivation => {
    const [label, score] = [labelOf.get(row.latent), tested.get(row.latent)];
    return {
      ...row,
      ...(label && { label: label.refined }),
      ...(label && score && { auroc: score.detection.auroc }),
    };
  });
  return labelledActivations(rows, NO_CONCEPT);
}

function meansOf({ k, values, itemIds }: Latents): MeanActivation[] {
  const [sums, fires] = [new Float64Array(k), new Float64Array(k)];
  for (let index = 0; index < values.length; index++) {
    sums[index % k] += values[index];
    if (values[index] > 0) fires[index % k]++;
  }
  const items = Math.max(1, itemIds.length);
  return Array.from(sums, (sum, latent) => ({ latent, mean: sum / items, share: (100 * fires[latent]) / items }));
}

/** Every label with its tests, those that predict best first. */
export function labelTable({ labels }: LabelsResult, { scores }: LabelScoresResult): Record<string, unknown>[] {
  requireLabels(labels);
  const tested = scoreOf(scores);
  return labels
    .map((label) => ({ label, score: tested.get(label.latent) }))
    .sort((a, b) => (b.score?.detection.auroc ?? 0) - (a.score?.detection.auroc ?? 0))
    .map(({ label: { latent, refined, confidence, source }, score }) => ({
      ...{ latent, label: refined, confidence, source },
      detection: score ? `${score.detection.auroc.toFixed(2)} ${range(score.detection)}` : "not tested",
      "near-miss": score?.nearMiss ? score.nearMiss.auroc.toFixed(2) : "none there",
      intruder: score ? `${score.intruder.right} of ${score.intruder.rounds}` : "",
    }));
}

/** A latent at a time, chosen by a slider: label, description, confidence, evidence, scores, and its items. @param top items shown */
export function labelFigure(
  { labels, shown }: LabelsResult,
  { scores, untested }: LabelScoresResult,
  { items, tree }: Pick<Dataset, "items" | "tree">,
  top = 10,
): Figure {
  requireLabels(labels);
  const textOf = itemTexts(items, tree);
  const tested = scoreOf(scores);
  const shownOf = new Map(shown.map((one) => [one.latent, one]));
  const why = new Map(untested.map(({ latent, reason }) => [latent, reason]));
  return latentLabels(
    labels.map(({ latent, broad, refined, description, confidence, evidence, source }) => {
      const own = shownOf.get(latent);
      const score = tested.get(latent);
      return {
        latent,
        lines: [
          `latent ${latent}: ${refined}`,
          `broad: ${broad}; confidence: ${confidence}; written by: ${source}`,
          `description: ${description || "none"}`,
          `evidence: ${evidence.join("; ") || "none"}`,
          score ? scoreLine(score) : `not tested: ${why.get(latent) ?? "no test could be drawn"}`,
        ],
        items: (own?.items ?? []).slice(0, top).map((id, index) => {
          const { title, categories } = textOf(id);
          return { item: title || id, categories: categories.join(" · "), activation: own?.activations[index] ?? 0 };
        }),
      };
    }),
  );
}

function scoreLine({ detection, nearMiss, intruder: { right, rounds } }: LabelScore): string {
  const parts = [
    `detection ${detection.auroc.toFixed(2)} ${range(detection)}`,
    `balanced accuracy ${detection.balancedAccuracy.toFixed(2)}`,
    nearMiss ? `near-miss ${nearMiss.auroc.toFixed(2)}` : "no near-misses",
    `intruder found in ${right} of ${rounds} rounds`,
  ];
  return `on unseen items: ${parts.join(", ")}`;
}

const range = ({ low, high }: Pick<Interval, "low" | "high">): string => `(${low.toFixed(2)} to ${high.toFixed(2)})`;

const TESTS = {
  detection: { test: "detection, against random items", luck: 0.5 },
  nearMiss: { test: "detection, against near-misses", luck: 0.5 },
  intruder: { test: "intruder among five items", luck: 0.2 },
} as const;
type TestName = keyof typeof TESTS;

/** The tests of our labels beside those of every null. */
export function labelTestFigure(summary: LabelSummary | undefined): Figure {
  requireData(summary !== undefined, NOTHING_SAID);
  const rows = (Object.keys(TESTS) as TestName[]).flatMap((name) =>
    Object.entries<LabelMeans>({ trained: summary, ...summary.nulls }).flatMap(([series, means]): LabelTest[] => {
      const found = means[name];
      if (found === undefined) return [];
      const { mean, low, high } = found;
      return [{ ...TESTS[name], series, mean, low, high }];
    }),
  );
  requireData(rows.length > 0, "No latent could be tested: too few items fire each of them, or all but a few do.");
  return labelTests(rows);
}

/** The headline: what our labels give minus what each null's give, a row a null. */
export function labelNullTable(summary: LabelSummary | undefined): Record<string, unknown>[] {
  requireData(summary !== undefined, NOTHING_SAID);
  const minus = (found: Interval | undefined): string =>
    found ? `${found.mean.toFixed(3)} ${spread(found)}` : "not asked";
  return Object.entries(summary.nulls).map(([name, { runs, labels, noConcept, difference }]) => ({
    "labels of": name,
    runs,
    "that name a concept": `${labels - noConcept} of ${labels}`,
    "detection, ours minus theirs": minus(difference.detection),
    "near-miss, ours minus theirs": minus(difference.nearMiss),
    "intruder, ours minus theirs": minus(difference.intruder),
  }));
}

const spread = ({ low, high }: Interval): string => `(${low.toFixed(3)} to ${high.toFixed(3)})`;

/** What the labels are worth in themselves: a row a figure, with luck beside it. */
export function labelSummaryTable(summary: LabelSummary | undefined): Record<string, unknown>[] {
  requireData(summary !== undefined, NOTHING_SAID);
  const { labels, noConcept, distinctBroad, distinctRefined, detection, nearMiss, aligned, intruder, quantiles } =
    summary;
  const row = (figure: string, found: Interval | undefined, luck: string) =>
    found ? [{ figure, ours: `${found.mean.toFixed(3)} ${spread(found)}`, luck }] : [];
  return [
    { figure: "labels that name a concept", ours: `${labels - noConcept} of ${labels}`, luck: "" },
    { figure: "distinct broad labels among these", ours: distinctBroad, luck: "" },
    { figure: "distinct refined labels among these", ours: distinctRefined, luck: "" },
    ...row("detection, against random items", detection, "0.5"),
    ...row("the same, of latents that align with a category", aligned, "0.5"),
    ...row("detection, against near-misses", nearMiss, "0.5"),
    ...row("intruder found", intruder, "0.2"),
    ...quantiles.flatMap((auroc, part) =>
      Number.isFinite(auroc)
        ? [
            {
              figure: `detection of activations in part ${part + 1} of ${quantiles.length}, from weak to strong`,
              ours: auroc.toFixed(3),
              luck: "0.5",
            },
          ]
        : [],
    ),
  ];
}

/** The published broad labels beside ours, latent by latent. Only for the published run are the latents the same. */
export function publishedLabelTable({ labels }: LabelsResult): Record<string, unknown>[] {
  requireLabels(labels);
  const ours = new Map(labels.map((label) => [label.latent, label]));
  return PUBLISHED.labels.broad.map((published, latent) => ({
    latent,
    published,
    "published confidence": PUBLISHED.labels.confidence[latent],
    ours: ours.get(latent)?.refined ?? "none",
  }));
}

/** How many distinct labels were published, and how many of ours there are. */
export function distinctLabels({ labels }: LabelsResult): { published: number; ours: number } {
  return {
    published: new Set(PUBLISHED.labels.broad).size,
    ours: new Set(labels.filter(({ broad }) => broad !== NO_CONCEPT).map(({ broad }) => broad)).size,
  };
}
