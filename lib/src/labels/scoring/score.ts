import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import { auroc } from "../../metrics/auroc";
import type { ItemText, Label } from "../../records/label";
import type { DetectionQuestion, Judge } from "../judge";
import { type Answer, bestThreshold, type Detection, detection } from "./detection";
import type { LatentTest } from "./tests";

/** How a label was borne out by items that it was not written from. */
export interface LabelScore {
  latent: number;
  /** High items of half B against random ones that do not fire the latent. */
  detection: Detection;
  /** The same high items against ones of sibling categories; absent where there are fewer than five. */
  nearMiss?: Detection;
  /** AUROC of the items of each part of the activations against the random ones, the weakest part first; NaN for a part without items. */
  quantiles: number[];
  /** Rounds in which the item that does not fire was found among four that do; luck is one in five. */
  intruder: { right: number; rounds: number; unanswered: number };
  /** What the judge said of each item of the detection, high ones first; only where it was asked to be kept. */
  answers?: ItemAnswer[];
}

/** A judge's answer for one item. */
export interface ItemAnswer {
  id: string;
  activation: number;
  /** The item fires the latent highly; else it does not fire it. */
  fires: boolean;
  /** How well the label fits it; null without an answer. */
  answer: number | null;
  /** The answer is at or above the threshold; null without an answer. */
  fits: boolean | null;
}

const LEAST_NEAR_MISSES = 5;

/** A question as a judge is asked it: items in random order, so that their places tell nothing. */
interface Asked extends DetectionQuestion {
  ids: string[];
}

/**
 * Ask a judge which of the tested items each label fits, and which item of five is the intruder. A label is asked against random items,
 * against near-misses, and over the quantiles of activation; a judge without a threshold of its own is asked about items of half A too.
 *
 * @param labels in any order; those without a test are left out @param textOf what is seen of an item
 * @param options.only detection alone: no near-misses, quantiles or intruders @param options.interval false: no latent has
 * an interval of its own @param options.keep activation of an item: given, what the judge said of each item is kept, too
 */
export async function scoreLabels(
  labels: readonly Label[],
  tests: readonly LatentTest[],
  judge: Judge,
  textOf: (id: string) => ItemText,
  options: {
    seed: number;
    only?: "detection";
    interval?: boolean;
    keep?: (latent: number, id: string) => number;
    onProgress?: OnProgress;
  },
): Promise<LabelScore[]> {
  const { seed, only, keep, interval = only === undefined, onProgress } = options;
  const testOf = new Map(tests.map((test) => [test.latent, test]));
  const pairs = labels.flatMap((label) => {
    const test = testOf.get(label.latent);
    return test ? [{ label, test }] : [];
  });
  const asked = pairs.map(({ label, test }) => {
    const { latent, high, random, nearMiss, quantiles, calibration } = test;
    const ask = (name: string, ids: readonly string[]): Asked => {
      const shuffled = seededRandom(seed, `labels/order/${name}/${latent}`).shuffle([...ids]);
      return { label, ids: shuffled, items: shuffled.map(textOf) };
    };
    return {
      detection: ask("detection", [...high, ...random]),
      ...(judge.threshold === undefined && {
        calibration: ask("calibration", [...calibration.high, ...calibration.random]),
      }),
      ...(only !== "detection" && {
        ...(nearMiss.length >= LEAST_NEAR_MISSES && { nearMiss: ask("near-miss", [...high, ...nearMiss]) }),
        quantiles: ask("quantiles", [...quantiles.flat(), ...random]),
      }),
    };
  });
  const questions = asked.flatMap((one) => Object.values(one));
  const answers = new Map<DetectionQuestion, ReadonlyMap<string, Answer>>();
  const said = await judge.detect(
    questions.map(({ label, items }) => ({ label, items })),
    onProgress,
  );
  for (const [index, question] of questions.entries())
    answers.set(question, new Map(question.ids.map((id, place) => [id, said[index]?.[place]])));
  const rounds = only === "detection" ? [] : pairs.map(({ test }) => test.intruders);
  const places = await judge.intruders(
    rounds.flat().map(({ items }) => items.map(textOf)),
    onProgress,
  );
  let next = 0;
  return pairs.map(({ test }, pair): LabelScore => {
    const { latent, high, random, nearMiss, quantiles, calibration } = test;
    const of = (question: Asked | undefined, ids: readonly string[]): Answer[] =>
      ids.map((id) => (question === undefined ? undefined : answers.get(question)?.get(id)));
    const one = asked[pair];
    const threshold =
      judge.threshold ?? bestThreshold(of(one.calibration, calibration.high), of(one.calibration, calibration.random));
    const measured = (name: string, question: Asked, others: readonly string[]): Detection =>
      detection(of(question, high), of(question, others), {
        ...{ threshold, seed, name: `${name}/${latent}`, interval },
      });
    const own = rounds[pair] ?? [];
    const found = own.map(() => places[next++]);
    return {
      latent,
      detection: measured("detection", one.detection, random),
      ...(one.nearMiss && { nearMiss: measured("near-miss", one.nearMiss, nearMiss) }),
      quantiles: one.quantiles
        ? quantiles.map((ids) => partAuroc(of(one.quantiles, ids), of(one.quantiles, random)))
        : [],
      intruder: {
        right: own.filter(({ place }, round) => found[round] === place).length,
        rounds: own.length,
        unanswered: found.filter((place) => place === undefined).length,
      },
      ...(keep && {
        answers: [...high, ...random].map((id, index): ItemAnswer => {
          const answer = answers.get(one.detection)?.get(id);
          const known = answer !== undefined;
          return {
            ...{ id, activation: keep(latent, id), fires: index < high.length },
            ...{ answer: known ? answer : null, fits: known ? answer >= threshold : null },
          };
        }),
      }),
    };
  });
}

/** AUROC with what is unanswered counted as wrong; NaN where one side is empty. */
function partAuroc(high: readonly Answer[], others: readonly Answer[]): number {
  const scores = [
    ...high.map((answer) => answer ?? Number.NEGATIVE_INFINITY),
    ...others.map((answer) => answer ?? Number.POSITIVE_INFINITY),
  ];
  return auroc(
    scores,
    scores.map((_, index) => (index < high.length ? 1 : 0)),
  );
}

/** Labels given to other latents, at random and none to its own: what a label that says nothing of its latent scores. */
export function shuffledLabels(labels: readonly Label[], seed: number, shuffle: number): Label[] {
  const random = seededRandom(seed, `labels/shuffled/${shuffle}`);
  const from = [...labels.keys()];
  // Sattolo's shuffle: one cycle through all, so that none stays.
  for (let index = from.length - 1; index > 0; index--) {
    const other = random.integer(index);
    [from[index], from[other]] = [from[other], from[index]];
  }
  return labels.map(({ latent }, index) => ({ ...labels[from[index]], latent }));
}
