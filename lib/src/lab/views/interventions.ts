import { requireData, requireInput } from "../../base/errors";
import { quote } from "../../base/quote";
import { type DoseRow, doseResponse } from "../../charts/dose-response";
import type { Figure } from "../../charts/figure";
import { type RerankedRow, rerankedList } from "../../charts/reranked-list";
import { itemsById } from "../../data/items-table";
import { offeredAxes } from "../../data/offered-axes";
import { tagShares } from "../../interventions/effects";
import { dose, latentDial } from "../../interventions/scale";
import { topK } from "../../metrics/top-k";
import { type Axis, NEUTRAL, requireSides, tagsOf } from "../../records/axis";
import type { Factors } from "../../records/factors";
import type { Csr } from "../../records/interactions";
import type { Items } from "../../records/items";
import type { SaeWeights } from "../../records/sae-weights";
import type { InterventionResult } from "../../stages/intervention";

/** The sides of an axis: the names that put an item there, and how many items there are. */
export function axisTable(axis: Axis): Record<string, unknown>[] {
  requireSides(axis);
  const shares = tagShares(Int32Array.from(axis.tags.keys()), axis);
  const row = (tag: string, names: string): Record<string, unknown> => ({
    tag,
    items: axis.tags.filter((own) => own === tag).length,
    "share of the catalogue": shares[tag],
    names,
  });
  return [...axis.sides.map((side) => row(side, listed(axis.names[side]))), row(NEUTRAL, "none of these")];
}

/** Some of the names, and how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length - NAMES_LISTED;
  return `${names.slice(0, NAMES_LISTED).join(" · ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const NAMES_LISTED = 4;

/** Pairs of categories of the data that could be the sides of an axis. */
export function offeredTable(items: Items): Record<string, unknown>[] {
  const offered = offeredAxes(items);
  requireData(
    offered.length > 0,
    'No two categories of the data lie apart, each on enough items, so they offer no axis: give item metadata with other categories, or name a column of it, as in openLab({ axis: { column: "gender" } }).',
  );
  return offered.map(({ sides: [one, other], items: [first, second], both }) => ({
    "one side": one,
    "its items": first,
    "the other": other,
    "the other's items": second,
    "items of both": both,
  }));
}

/** Change of a side's share by dose, beside random sets of latents. @param side default: the side whose latents were turned, or the first */
export function doseFigure(result: InterventionResult, side: string = ownSide(result)): Figure {
  requireSide(result, side);
  const rows = result.points.map((point): DoseRow => {
    const { mean, low, high } = point.change[side];
    const control = point.control?.[side];
    return {
      alpha: point.alpha,
      change: mean,
      low,
      high,
      ...(control ? { controlLow: control.low, controlMedian: control.median, controlHigh: control.high } : {}),
    };
  });
  const { latents, k, users, controls, p } = result;
  const choice = chosenInWords(result);
  return doseResponse(rows, { tag: side, latents, choice, k, users, controls: controls.length, p: p?.[side] });
}

/** How the latents of an intervention were chosen, in words. */
function chosenInWords({ chosen, side }: Pick<InterventionResult, "chosen" | "side">): string {
  return side === undefined ? `chosen ${chosen}` : `chosen for ${side} ${chosen} of the items`;
}

/** The dose–response curve as a table. @param side whose change is given with its interval and control; default as for {@link doseFigure} */
export function doseTable(result: InterventionResult, side: string = ownSide(result)): Record<string, unknown>[] {
  requireSide(result, side);
  const change = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
    `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return result.points.map((point) => {
    const control = point.control?.[side];
    return {
      α: point.alpha,
      ...Object.fromEntries(Object.entries(point.shares).map(([tag, share]) => [`share of ${tag}`, share])),
      [`${side} against α = 1`]: change(point.change[side]),
      "random sets": control ? `${control.low.toFixed(3)} to ${control.high.toFixed(3)}` : "not run",
      [`overlap@${result.k}`]: point.overlap,
      "rank shift": point.rankShift,
    };
  });
}

/** The side whose latents were turned; of latents by hand the first. */
const ownSide = ({ side, axis }: InterventionResult): string => side ?? axis.sides[0];

function requireSide({ axis: { name, sides } }: InterventionResult, side: string): void {
  requireInput(
    sides.includes(side),
    `The axis ${quote(name)} has no side ${quote(side)}: its sides are ${sides.map((own) => quote(own)).join(", ")}.`,
  );
}

/** One user's list at every dose, with a slider over α. */
export function rerankFigure(input: {
  weights: SaeWeights;
  factors: Factors;
  train: Csr;
  items: Items;
  /** What the items on the list are told apart by. */
  axis: Axis;
  latents: readonly number[];
  user: string;
  alphas?: readonly number[];
  k?: number;
}): Figure {
  const { weights, factors, train, items, axis, latents, user, alphas = [0, 0.5, 1, 1.5, 2, 4, 8, 16], k = 15 } = input;
  const row = factors.userIds.indexOf(user);
  requireInput(
    row >= 0,
    `There is no user ${user}: choose one of the split's users, for instance ${factors.userIds[0]}.`,
  );
  requireSides(axis);
  requireData(latents.length > 0, "No latent was chosen, so nothing is turned: name at least one latent to scale.");
  const rowOf = itemsById(items);
  const tags = tagsOf(axis, factors.itemIds);
  const mask = train.indices.subarray(train.indptr[row], train.indptr[row + 1]);
  const dial = latentDial(weights, factors, latents);
  const before = new Map(
    Array.from(topK(dose(dial, factors, 1), row, k, mask).items, (item, rank) => [item, rank + 1]),
  );
  const rows = alphas.flatMap((alpha) => {
    const list = topK(dose(dial, factors, alpha), row, k, mask);
    return Array.from(list.items, (item, rank): RerankedRow => {
      const id = factors.itemIds[item];
      const index = rowOf.get(id);
      requireInput(index !== undefined, `Item ${id} has a factor but no metadata: join both by id first.`);
      const rankBefore = before.get(item);
      return {
        alpha,
        rank: rank + 1,
        item: items.titles?.[index] || id,
        tag: tags[item],
        score: list.scores[rank],
        before: rankBefore === undefined ? "new" : `was ${rankBefore}`,
      };
    });
  });
  return rerankedList(rows, user, axis.sides);
}
