import { percentileInterval } from "../../base/quantiles";
import { seededRandom } from "../../base/random";
import { bootstrapMean, type Interval } from "../../metrics/bootstrap";
import type { Detection } from "./detection";
import type { LabelScore } from "./score";

/** Mean AUROC over latents with its 95 % bootstrap interval over them, and the means of the rest. */
export interface DetectionMeans extends Interval {
  balancedAccuracy: number;
  f1: number;
  /** Share of items without an answer. */
  unanswered: number;
  /** Latents that the means are over. */
  latents: number;
}

/** What the labels of one encoder are worth, over its latents. */
export interface LabelMeans {
  detection?: DetectionMeans;
  nearMiss?: DetectionMeans;
  /** Share of rounds in which the intruder was found, with its interval over latents; luck is 0.2. */
  intruder?: Interval & { unanswered: number; rounds: number };
  /** Mean AUROC by part of the activations, the weakest part first. */
  quantiles: number[];
}

/** Means over latents. @param name of the random streams */
export async function labelMeans(
  scores: readonly LabelScore[],
  { seed, name }: { seed: number; name: string },
): Promise<LabelMeans> {
  const over = async (
    what: string,
    of: (score: LabelScore) => Detection | undefined,
  ): Promise<DetectionMeans | undefined> => {
    const found = scores.map(of).filter((one) => one !== undefined);
    if (found.length === 0) return undefined;
    const mean = (field: (one: Detection) => number): number => meanOf(found.map(field));
    return {
      ...(await bootstrapMean(
        found.map(({ auroc }) => auroc),
        { seed, name: `labels/${name}/${what}` },
      )),
      balancedAccuracy: mean(({ balancedAccuracy }) => balancedAccuracy),
      f1: mean(({ f1 }) => f1),
      unanswered: mean(({ unanswered }) => unanswered),
      latents: found.length,
    };
  };
  const [detection, nearMiss] = [
    await over("detection", (score) => score.detection),
    await over("near-miss", (score) => score.nearMiss),
  ];
  const asked = scores.map(({ intruder }) => intruder).filter(({ rounds }) => rounds > 0);
  const rounds = asked.reduce((sum, one) => sum + one.rounds, 0);
  const parts = Math.max(0, ...scores.map(({ quantiles }) => quantiles.length));
  return {
    ...(detection && { detection }),
    ...(nearMiss && { nearMiss }),
    ...(rounds > 0 && {
      intruder: {
        ...(await bootstrapMean(
          asked.map((one) => one.right / one.rounds),
          { seed, name: `labels/${name}/intruder` },
        )),
        unanswered: asked.reduce((sum, { unanswered }) => sum + unanswered, 0) / rounds,
        rounds,
      },
    }),
    quantiles: Array.from({ length: parts }, (_, part) =>
      meanOf(scores.map(({ quantiles }) => quantiles[part] ?? Number.NaN).filter(Number.isFinite)),
    ),
  };
}

const DRAWS = 1000;

/**
 * A mean of ours minus a null's, with its 95 % bootstrap interval over latents. Of a null with several runs, runs are drawn first and then
 * the latents in each: latents of one run have its data in common.
 *
 * @param ours [latents] @param runs [runs][latents] of the null
 */
export function minusRuns(
  ours: readonly number[],
  runs: readonly (readonly number[])[],
  { seed, name }: { seed: number; name: string },
): Interval {
  const random = seededRandom(seed, `bootstrap/labels/${name}`);
  const drawn = <T>(values: readonly T[]): T[] => values.map(() => values[random.integer(values.length)]);
  const full = runs.filter((run) => run.length > 0);
  const draws = Float64Array.from({ length: DRAWS }, () => meanOf(drawn(ours)) - meanOf(drawn(full).flatMap(drawn)));
  return { mean: meanOf(ours) - meanOf(full.flat()), ...percentileInterval(draws) };
}

/** Mean; NaN of nothing. */
export const meanOf = (values: readonly number[]): number =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : Number.NaN;
