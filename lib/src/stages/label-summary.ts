import { distinctShare, type LabelAgreement, labelAgreement, sharedThemes } from "../labels/agreement";
import type { Detection } from "../labels/scoring/detection";
import type { LabelScore } from "../labels/scoring/score";
import { type DetectionMeans, type LabelMeans, labelMeans, meanOf, minusRuns } from "../labels/scoring/summary";
import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import { type Label, NO_CONCEPT } from "../records/label";
import { alignment } from "./alignment";
import { labelNulls } from "./label-nulls";
import { labelScores } from "./label-scores";
import { labels } from "./labels";
import { orNull } from "./or-null";
import { seedVariants } from "./seed-variants";
import { defineStage, type Stage } from "./stage";

/** How many labels there are, and how many of them say something. */
export interface LabelCounts {
  labels: number;
  /** Labels that found no clear concept: they score one half. */
  noConcept: number;
}

/** A null of the labels, and how far the trained latents' labels lie from it. */
export interface NullSummary extends LabelCounts, LabelMeans {
  /** Runs of the null; of shuffled labels, shuffles. */
  runs: number;
  /** Ours minus the null's, with a 95 % interval over latents: paired for shuffled labels, which are of the same latents. */
  difference: { detection?: Interval; nearMiss?: Interval; intruder?: Interval };
}

/** What the labels are worth, beside their nulls. */
export interface LabelSummary extends LabelCounts, LabelMeans {
  /** Who judged. */
  judge: string;
  /** Latents that are not tested, since too few items fire them, or all but a few. */
  untested: number;
  /** Distinct labels among those that name a concept, as a share of these. */
  distinctBroad: number;
  distinctRefined: number;
  /** Of the latents whose best category has an nAP above {@link ALIGNED}; absent where there are none. */
  aligned?: DetectionMeans;
  /** By name: `shuffled`, and each null of the registry that has an encoder of its own. */
  nulls: Record<string, NullSummary>;
  /** Labels of runs with other seeds, ours first; absent with one seed. */
  seeds?: { runs: number; detection: number[]; sharedThemes: number };
  /** People's labels beside the offline ones of the same latents; absent where there are none. */
  agreement?: LabelAgreement;
}

/** What of the card the tests of the labels give; absent where there are no labels. */
export interface LabelSummarySection {
  labelScores?: Omit<LabelSummary, "quantiles" | "nulls"> & {
    quantiles: (number | null)[];
    nulls: Record<string, Omit<NullSummary, "quantiles"> & { quantiles: (number | null)[] }>;
  };
}

/** nAP of a latent's best category from which on the latent counts as one that means something. */
export const ALIGNED = 0.1;

/** The headline of the labels: what their tests give, minus what the same gives on latents that mean nothing. */
export const labelSummary: Stage<LabelSummary | undefined, undefined, LabelSummarySection> = defineStage({
  name: "label-summary",
  phase: "labels beside their nulls",
  needs: { labels, labelScores, labelNulls, alignment, more: seedVariants({ labels, labelScores }) },
  // Its parts are kept by themselves.
  stored: false,
  settings: () => ({}),
  async compute(inputs, { seed }): Promise<LabelSummary | undefined> {
    const { labels: own, labelScores: scored, labelNulls, alignment, more } = inputs;
    if (own.labels.length === 0) return undefined;
    const { scores } = scored;
    const nulls: Record<string, NullSummary> = {};
    if (scored.shuffled.length > 0) nulls.shuffled = await shuffledSummary(scores, scored.shuffled, own.labels, seed);
    for (const [name, { runs }] of Object.entries(labelNulls.nulls))
      nulls[name] = await nullSummary(scores, runs, { seed, name });
    const meaning = new Set(alignment.perLatent.filter(({ nap }) => nap > ALIGNED).map(({ latent }) => latent));
    const aligned = await labelMeans(
      scores.filter(({ latent }) => meaning.has(latent)),
      { seed, name: "aligned" },
    );
    const agreement = labelAgreement(own.labels, own.replaced);
    return {
      ...{ judge: scored.judge, ...countsOf(own.labels), untested: scored.untested.length },
      ...{ distinctBroad: distinctShare(own.labels, "broad"), distinctRefined: distinctShare(own.labels, "refined") },
      ...(await labelMeans(scores, { seed, name: "trained" })),
      ...(aligned.detection && { aligned: aligned.detection }),
      nulls,
      ...(more.length > 0 && {
        seeds: {
          runs: more.length + 1,
          detection: [scores, ...more.map((run) => run.labelScores.scores)].map((run) =>
            meanOf(run.map(({ detection }) => detection.auroc)),
          ),
          sharedThemes: meanOf(
            pairsOf([own.labels, ...more.map((run) => run.labels.labels)]).map(([a, b]) => sharedThemes(a, b)),
          ),
        },
      }),
      ...(agreement && { agreement }),
    };
  },
  card(summary): LabelSummarySection {
    if (summary === undefined) return {};
    const nulls = Object.entries(summary.nulls).map(([name, one]) => [
      name,
      { ...one, quantiles: orNull(one.quantiles) },
    ]);
    return {
      labelScores: { ...summary, quantiles: orNull(summary.quantiles), nulls: Object.fromEntries(nulls) },
    };
  },
});

/** What the labels of a null's runs are worth, and how far ours lie from them. @param name of the random streams */
export async function nullSummary(
  scores: readonly LabelScore[],
  runs: readonly { labels: readonly Label[]; scores: readonly LabelScore[] }[],
  { seed, name }: { seed: number; name: string },
): Promise<NullSummary> {
  const away = (of: (score: LabelScore) => number | undefined): Interval | undefined => {
    const [ours, theirs] = [present(scores, of), runs.map((run) => present(run.scores, of))];
    return ours.length > 0 && theirs.some(({ length }) => length > 0)
      ? minusRuns(ours, theirs, { seed, name })
      : undefined;
  };
  return {
    ...{ runs: runs.length, ...countsOf(runs.flatMap((run) => run.labels)) },
    ...(await labelMeans(
      runs.flatMap((run) => run.scores),
      { seed, name },
    )),
    difference: differences(away),
  };
}

/** How many labels there are, and how many of them say something. */
export const countsOf = (labels: readonly Label[]): LabelCounts => ({
  labels: labels.length,
  noConcept: labels.filter(({ refined }) => refined === NO_CONCEPT).length,
});

/** The values of those that have one. */
function present<T>(all: readonly T[], of: (one: T) => number | undefined): number[] {
  return all.map(of).filter((value) => value !== undefined);
}

function differences(
  of: (value: (score: LabelScore) => number | undefined) => Interval | undefined,
): NullSummary["difference"] {
  const measured = {
    detection: of(({ detection }) => detection.auroc),
    nearMiss: of(({ nearMiss }) => nearMiss?.auroc),
    intruder: of(({ intruder: { right, rounds } }) => (rounds > 0 ? right / rounds : undefined)),
  };
  return Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== undefined));
}

/** Shuffled labels: of each latent the mean over shuffles, so that the interval is over latents. */
export async function shuffledSummary(
  scores: readonly LabelScore[],
  shuffled: readonly (readonly Detection[])[],
  labels: readonly Label[],
  seed: number,
): Promise<NullSummary> {
  const theirs = scores.map((score, index): LabelScore => {
    const of = (field: keyof Detection): number => meanOf(shuffled.map((one) => one[index][field]));
    const fields = Object.keys(score.detection) as (keyof Detection)[];
    const detection = Object.fromEntries(fields.map((field) => [field, of(field)])) as unknown as Detection;
    return { latent: score.latent, detection, quantiles: [], intruder: { right: 0, rounds: 0, unanswered: 0 } };
  });
  const gains = scores.map(({ detection }, index) => detection.auroc - theirs[index].detection.auroc);
  return {
    ...{ runs: shuffled.length, ...countsOf(labels) },
    ...(await labelMeans(theirs, { seed, name: "shuffled" })),
    difference: { detection: await bootstrapMean(gains, { seed, name: "labels/shuffled/difference" }) },
  };
}

function pairsOf<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((one, index) => all.slice(index + 1).map((other): [T, T] => [one, other]));
}
