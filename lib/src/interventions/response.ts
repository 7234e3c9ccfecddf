import { requireData, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { median, percentileInterval } from "../base/quantiles";
import { seededRandom } from "../base/random";
import type { GenderTag } from "../data/tags";
import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import { topK } from "../metrics/top-k";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import type { SaeWeights } from "../records/sae-weights";
import { type Controls, drawControls } from "./controls";
import { type DoseLists, doseLists } from "./dose-lists";
import { type ListEffect, listEffect, type TagShares, tagShares } from "./effects";
import { omnibus } from "./omnibus";
import { checkLatents, dose, type LatentDial } from "./scale";

/** Sets of latents between two reports of progress. */
const SETS_A_BLOCK = 4;

/** Controls from which on a p-value is given; fewer show their range only. */
const LEAST_CONTROLS = 19;

/** What an intervention is asked. */
export interface ResponseQuestion {
  weights: SaeWeights;
  factors: Factors;
  /** Train positives, masked from every list. */
  train: Csr;
  /** [items] tags, rows as `factors.itemIds`. */
  tags: readonly GenderTag[];
  /**
   * [items] 1 for an item that counts in the shares; default: all. Latents that were chosen by some items are judged by the others,
   * since by luck alone they know those better than random sets do.
   */
  counted?: Uint8Array;
  latents: readonly number[];
  alphas: readonly number[];
  /** Rows of the users whose lists are looked at. */
  users: ArrayLike<number>;
  /** Length of a list. */
  k: number;
  /** Random sets of as many latents, each dosed to the same mean ‖ΔQ‖₂; 0 for none. */
  controls: number;
  seed: number;
}

/** Effects at one dose, means over users; the baseline is α = 1. */
export interface DosePoint {
  alpha: number;
  women: number;
  men: number;
  neutral: number;
  overlap: number;
  /** Mean over users whose lists share an item with the baseline. */
  rankShift: number;
  /** Women's share minus that at α = 1, with its 95 % interval over users. */
  womenChange: Interval;
  menChange: Interval;
  /** Range over control sets of the change of either share. */
  womenControl?: ControlRange;
  menControl?: ControlRange;
}

/** 2.5 %, median and 97.5 % over control sets. */
export interface ControlRange {
  low: number;
  median: number;
  high: number;
}

/** A dose–response curve with its control. */
export interface ResponseCurve {
  latents: number[];
  k: number;
  users: number;
  points: DosePoint[];
  controls: number[][];
  /** Control sets that were drawn again, since a matched dose of theirs was below α = 0. */
  controlsRedrawn: number;
  /** Doses that `p` is over: those at which every control moves the items as far as the latents do. */
  alphasTested: number[];
  /** For either share: do the latents move it further, in standard deviations at the dose where that is most, than the controls do? */
  p?: { women: number; men: number };
}

/**
 * Scale a set of item latents by each α, rank again, and compare every user's list with the list at α = 1
 * (arXiv 2606.29341, section 5.3, where the baseline was the original Q and there was no control).
 *
 * @param alive latents that may stand in a control set, usually those that fire on some item
 * @throws InputError for an empty set of latents, an α that is not finite, or K beyond the catalogue
 */
export async function responseCurve(
  question: ResponseQuestion,
  alive: readonly number[],
  onProgress?: OnProgress,
): Promise<ResponseCurve> {
  checkQuestion(question);
  const { latents, k, users, weights, factors, train } = question;
  const lists = await doseLists(weights, factors, train, onProgress);
  const controls = await drawControls(question, alive, lists.size, onProgress);
  const seen = await watch(question, lists, controls, onProgress);
  const tested = [...question.alphas.keys()].filter((dosed) => controls.matched[dosed] === 1);
  const points: DosePoint[] = [];
  for (const [dosed, alpha] of question.alphas.entries()) points.push(await pointAt(alpha, seen, dosed, question.seed));
  const p = (): { women: number; men: number } => ({
    women: omnibus(
      points.map(({ womenChange }) => womenChange.mean),
      seen.women,
      tested,
    ),
    men: omnibus(
      points.map(({ menChange }) => menChange.mean),
      seen.men,
      tested,
    ),
  });
  return {
    ...{ latents: [...latents], k, users: users.length, points, controls: controls.sets },
    controlsRedrawn: controls.redrawn,
    alphasTested: tested.map((dosed) => question.alphas[dosed]),
    ...(controls.sets.length >= LEAST_CONTROLS ? { p: p() } : {}),
  };
}

/** What the lists of all users showed. */
interface Seen {
  /** [users] at α = 1 */
  before: TagShares[];
  /** [doses][users] of the set that is asked about */
  effects: ListEffect[][];
  /** [doses][controls] mean change of the share over users */
  women: Float64Array[];
  men: Float64Array[];
}

async function watch(
  { tags, counted, latents, alphas, users, k }: ResponseQuestion,
  lists: DoseLists,
  controls: Controls,
  onProgress?: OnProgress,
): Promise<Seen> {
  const sets = [latents, ...controls.sets];
  const total = users.length * sets.length;
  const tick = async (done: number): Promise<void> =>
    onProgress?.({ phase: "interventions", done, total, unit: "sets" });
  const doses = [[...alphas], ...controls.doses];
  const zeros = (): Float64Array[] => alphas.map(() => new Float64Array(controls.sets.length));
  const seen: Seen = { before: [], effects: alphas.map(() => []), women: zeros(), men: zeros() };
  for (let at = 0; at < users.length; at++) {
    const [[baseline]] = lists.of(users[at], k, [latents], [[1]]);
    const before = tagShares(baseline, tags, counted);
    seen.before.push(before);
    // Blocks of sets, so that an interrupt is heard within a second on large data too.
    for (let from = 0; from < sets.length; from += SETS_A_BLOCK) {
      const to = Math.min(from + SETS_A_BLOCK, sets.length);
      for (const [set, byDose] of lists.of(users[at], k, sets.slice(from, to), doses.slice(from, to)).entries())
        for (const [dosed, list] of byDose.entries()) {
          if (from + set === 0) seen.effects[dosed].push(listEffect(list, baseline, tags, counted));
          else {
            const after = tagShares(list, tags, counted);
            seen.women[dosed][from + set - 1] += (after.women - before.women) / users.length;
            seen.men[dosed][from + set - 1] += (after.men - before.men) / users.length;
          }
        }
      await tick(at * sets.length + to);
    }
  }
  return seen;
}

async function pointAt(
  alpha: number,
  { before, effects, women, men }: Seen,
  dosed: number,
  seed: number,
): Promise<DosePoint> {
  const ours = effects[dosed];
  const change = (tag: "women" | "men"): Promise<Interval> =>
    bootstrapMean(
      ours.map(({ shares }, user) => shares[tag] - before[user][tag]),
      { seed, name: `intervention/${tag}/${alpha}` },
    );
  return {
    alpha,
    women: mean(ours.map(({ shares }) => shares.women)),
    men: mean(ours.map(({ shares }) => shares.men)),
    neutral: mean(ours.map(({ shares }) => shares.neutral)),
    overlap: mean(ours.map(({ overlap }) => overlap)),
    rankShift: mean(ours.map(({ rankShift }) => rankShift).filter(Number.isFinite)),
    womenChange: await change("women"),
    menChange: await change("men"),
    ...(women[dosed].length > 0 ? { womenControl: range(women[dosed]), menControl: range(men[dosed]) } : {}),
  };
}

/** Top-K lists of item rows at one dose, one a user. */
export function listsAt(
  question: Pick<ResponseQuestion, "factors" | "train" | "users" | "k">,
  dial: LatentDial,
  alpha: number,
): Int32Array[] {
  const factors = dose(dial, question.factors, alpha);
  const { indptr, indices } = question.train;
  return Array.from(
    question.users,
    (user) => topK(factors, user, question.k, indices.subarray(indptr[user], indptr[user + 1])).items,
  );
}

/**
 * Users with a train interaction, drawn without replacement: the paper looks at 50 (section 5.3).
 *
 * @returns rows of `train`, ascending
 */
export function drawUsers(train: Csr, count: number, seed: number): Int32Array {
  const known: number[] = [];
  for (let row = 0; row < train.rows; row++) if (train.indptr[row + 1] > train.indptr[row]) known.push(row);
  return Int32Array.from(seededRandom(seed, "intervention/users").shuffle(known).slice(0, count)).sort();
}

function checkQuestion(question: ResponseQuestion): void {
  const { weights, latents, alphas, users, k, factors, tags, counted } = question;
  checkLatents(weights, latents);
  requireData(
    latents.length > 0,
    "The set of latents is empty, so nothing is turned: name at least one latent to scale.",
  );
  requireInput(alphas.length > 0, "No dose was given: name at least one α, for instance 2.");
  for (const alpha of alphas)
    requireInput(Number.isFinite(alpha), `α is ${alpha}: give a finite number, 1 for no intervention.`);
  requireInput(users.length > 0, "No user was given: there is no list to look at.");
  const items = factors.itemIds.length;
  requireInput(
    Number.isInteger(k) && k >= 1 && k <= items,
    `K is ${k}, but the catalogue has ${items} items: choose K between 1 and ${items}.`,
  );
  requireInput(
    tags.length === items,
    `There are ${tags.length} tags for ${items} items: tag the items of these factors.`,
  );
  requireInput(
    counted === undefined || counted.length === items,
    `There are ${counted?.length} marks of what counts for ${items} items: mark the items of these factors.`,
  );
  requireInput(
    tags.some((tag) => tag !== "neutral"),
    "No item carries the tag women or men: this axis has no items, so choose data whose category names hold them.",
  );
}

const range = (values: Float64Array): ControlRange => ({ ...percentileInterval(values), median: median(values) });

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
