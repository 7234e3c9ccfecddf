import { requireData, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { median, percentileInterval } from "../base/quantiles";
import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import { topK } from "../metrics/top-k";
import { bySide } from "../records/axis";
import type { Factors } from "../records/factors";
import type { Csr } from "../records/interactions";
import type { SaeWeights } from "../records/sae-weights";
import { type Controls, drawControls } from "./controls";
import { type DoseLists, doseLists } from "./dose-lists";
import { type ListEffect, listEffect, type Tagged, type TagShares, tagShares } from "./effects";
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
  /** What the lists' items are told apart by: tags by row of `factors.itemIds`. */
  axis: Tagged;
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
  /** Of each side, and of items on none ("neutral"). */
  shares: TagShares;
  overlap: number;
  /** Mean over users whose lists share an item with the baseline. */
  rankShift: number;
  /** Each side's share minus that at α = 1, with its 95 % interval over users. */
  change: Record<string, Interval>;
  /** Range over control sets of the change of each side's share. */
  control?: Record<string, ControlRange>;
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
  /** For each side's share: do the latents move it further, in standard deviations at the dose where that is most, than the controls do? A side is absent where no tested dose has anything to tell. */
  p?: Record<string, number>;
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
  const observed = await observe(question, lists, controls, onProgress);
  const tested = [...question.alphas.keys()].filter((dosed) => controls.matched[dosed] === 1);
  const points: DosePoint[] = [];
  for (const [dosed, alpha] of question.alphas.entries()) points.push(await pointAt(alpha, observed, dosed, question));
  const p: Record<string, number> = {};
  if (controls.sets.length >= LEAST_CONTROLS)
    for (const side of question.axis.sides) {
      const changes = points.map(({ change }) => change[side].mean);
      const found = omnibus(changes, observed.controls[side], tested);
      if (found !== undefined) p[side] = found;
    }
  return {
    ...{ latents: [...latents], k, users: users.length, points, controls: controls.sets },
    controlsRedrawn: controls.redrawn,
    alphasTested: tested.map((dosed) => question.alphas[dosed]),
    ...(Object.keys(p).length > 0 ? { p } : {}),
  };
}

/** What the lists of all users showed. */
interface Observed {
  /** [users] at α = 1 */
  before: TagShares[];
  /** [doses][users] of the set that is asked about */
  effects: ListEffect[][];
  /** Of each side, [doses][controls]: mean change of the share over users */
  controls: Record<string, Float64Array[]>;
}

async function observe(
  { axis, counted, latents, alphas, users, k }: ResponseQuestion,
  lists: DoseLists,
  controls: Controls,
  onProgress?: OnProgress,
): Promise<Observed> {
  const sets = [latents, ...controls.sets];
  const total = users.length * sets.length;
  const tick = async (done: number): Promise<void> =>
    onProgress?.({ phase: "interventions", done, total, unit: "sets" });
  const doses = [[...alphas], ...controls.doses];
  const zeros = (): Float64Array[] => alphas.map(() => new Float64Array(controls.sets.length));
  const observed: Observed = { before: [], effects: alphas.map(() => []), controls: bySide(axis, zeros) };
  for (let index = 0; index < users.length; index++) {
    const [[baseline]] = lists.of(users[index], k, [latents], [[1]]);
    const before = tagShares(baseline, axis, counted);
    observed.before.push(before);
    // Blocks of sets, so that an interrupt is heard within a second on large data too.
    for (let from = 0; from < sets.length; from += SETS_A_BLOCK) {
      const to = Math.min(from + SETS_A_BLOCK, sets.length);
      for (const [set, byDose] of lists.of(users[index], k, sets.slice(from, to), doses.slice(from, to)).entries())
        for (const [dosed, list] of byDose.entries()) {
          if (from + set === 0) observed.effects[dosed].push(listEffect(list, baseline, axis, counted));
          else {
            const after = tagShares(list, axis, counted);
            for (const side of axis.sides)
              observed.controls[side][dosed][from + set - 1] += (after[side] - before[side]) / users.length;
          }
        }
      await tick(index * sets.length + to);
    }
  }
  return observed;
}

async function pointAt(
  alpha: number,
  { before, effects, controls }: Observed,
  dosed: number,
  { axis, seed }: ResponseQuestion,
): Promise<DosePoint> {
  const ours = effects[dosed];
  const change: [string, Interval][] = [];
  for (const side of axis.sides) {
    const changes = ours.map(({ shares }, user) => shares[side] - before[user][side]);
    change.push([side, await bootstrapMean(changes, { seed, name: `intervention/${side}/${alpha}` })]);
  }
  const controlled = axis.sides.every((side) => controls[side][dosed].length > 0);
  return {
    alpha,
    shares: bySide(axis, (tag) => mean(ours.map(({ shares }) => shares[tag])), { neutral: true }),
    overlap: mean(ours.map(({ overlap }) => overlap)),
    rankShift: mean(ours.map(({ rankShift }) => rankShift).filter(Number.isFinite)),
    change: Object.fromEntries(change),
    ...(controlled ? { control: bySide(axis, (side) => range(controls[side][dosed])) } : {}),
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

function checkQuestion(question: ResponseQuestion): void {
  const { weights, latents, alphas, users, k, factors, axis, counted } = question;
  const { sides, tags } = axis;
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
    sides.length > 0 && tags.some((tag) => sides.includes(tag)),
    "No item is on a side of the axis: choose an axis that the data's items have.",
  );
}

const range = (values: Float64Array): ControlRange => ({ ...percentileInterval(values), median: median(values) });

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
