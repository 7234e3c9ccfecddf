import type { Csr } from "../data/interactions";
import type { GenderTag } from "../data/tags";
import { requireInput } from "../errors";
import { bootstrapMean, type Interval } from "../metrics/bootstrap";
import { topK } from "../metrics/top-k";
import type { Factors } from "../mf/factors";
import type { OnProgress } from "../progress";
import { seededRandom } from "../random";
import type { SaeWeights } from "../sae/weights";
import { type ListEffect, listEffect } from "./effects";
import { dose, type LatentDial, latentDial } from "./scale";

/** What an intervention is asked. */
export interface ResponseQuestion {
  weights: SaeWeights;
  factors: Factors;
  /** Train positives, masked from every list. */
  train: Csr;
  /** [items] tags, rows as `factors.itemIds`. */
  tags: readonly GenderTag[];
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
  womenChange: Interval & { mean: number };
  menChange: Interval & { mean: number };
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
  const { weights, factors, latents, alphas, users, k, seed } = question;
  const dial = latentDial(weights, factors, latents);
  const sets = controlSets(latents, alive, question.controls, seed);
  const total = alphas.length * (1 + sets.length);
  let done = 0;
  const tick = async (): Promise<void> => onProgress?.({ phase: "interventions", done: ++done, total, unit: "doses" });
  const baseline = listsAt(question, dial, 1);
  const controlled = alphas.map(() => ({ women: [] as number[], men: [] as number[] }));
  for (const set of sets) {
    const control = latentDial(weights, factors, set);
    const ratio = control.size > 0 ? dial.size / control.size : 0;
    for (const [at, alpha] of alphas.entries()) {
      const effects = effectsOf(listsAt(question, control, 1 + (alpha - 1) * ratio), baseline, question.tags);
      const change = changes(effects, baseline, question.tags);
      controlled[at].women.push(mean(change.women));
      controlled[at].men.push(mean(change.men));
      await tick();
    }
  }
  const points: DosePoint[] = [];
  for (const [at, alpha] of alphas.entries()) {
    const effects = effectsOf(listsAt(question, dial, alpha), baseline, question.tags);
    const change = changes(effects, baseline, question.tags);
    points.push({
      alpha,
      women: mean(effects.map((effect) => effect.shares.women)),
      men: mean(effects.map((effect) => effect.shares.men)),
      neutral: mean(effects.map((effect) => effect.shares.neutral)),
      overlap: mean(effects.map((effect) => effect.overlap)),
      rankShift: mean(effects.map((effect) => effect.rankShift).filter(Number.isFinite)),
      womenChange: bootstrapMean(change.women, { seed, name: `intervention/women/${alpha}` }),
      menChange: bootstrapMean(change.men, { seed, name: `intervention/men/${alpha}` }),
      ...(sets.length > 0 ? { womenControl: range(controlled[at].women), menControl: range(controlled[at].men) } : {}),
    });
    await tick();
  }
  return { latents: [...latents], k, users: users.length, points, controls: sets };
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
  const { latents, alphas, users, k, factors, tags } = question;
  requireInput(latents.length > 0, "The set of latents is empty: name at least one latent to scale.");
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
    tags.some((tag) => tag !== "neutral"),
    "No item carries the tag women or men: this axis has no items, so choose data whose category names hold them.",
  );
}

function effectsOf(
  lists: readonly Int32Array[],
  baseline: readonly Int32Array[],
  tags: readonly GenderTag[],
): ListEffect[] {
  return lists.map((list, user) => listEffect(list, baseline[user], tags));
}

function changes(
  effects: readonly ListEffect[],
  baseline: readonly Int32Array[],
  tags: readonly GenderTag[],
): { women: number[]; men: number[] } {
  const before = baseline.map((list) => listEffect(list, list, tags).shares);
  return {
    women: effects.map((effect, user) => effect.shares.women - before[user].women),
    men: effects.map((effect, user) => effect.shares.men - before[user].men),
  };
}

function controlSets(latents: readonly number[], alive: readonly number[], count: number, seed: number): number[][] {
  const others = alive.filter((latent) => !latents.includes(latent));
  if (count === 0) return [];
  requireInput(
    others.length >= latents.length,
    `Only ${others.length} live latents are left outside the set of ${latents.length}: a control needs as many, so scale fewer latents.`,
  );
  return Array.from({ length: count }, (_, draw) =>
    seededRandom(seed, `intervention/control/${draw}`)
      .shuffle([...others])
      .slice(0, latents.length)
      .sort((a, b) => a - b),
  );
}

function range(values: readonly number[]): ControlRange {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { low: at(0.025), median: at(0.5), high: at(0.975) };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
