import { requireData, requireInput } from "../../base/errors";
import { type DoseRow, doseResponse } from "../../charts/dose-response";
import type { Figure } from "../../charts/figure";
import { type RerankedRow, rerankedList } from "../../charts/reranked-list";
import { genderTags } from "../../data/tags";
import { dose, latentDial } from "../../interventions/scale";
import { topK } from "../../metrics/top-k";
import type { Factors } from "../../records/factors";
import type { Csr } from "../../records/interactions";
import type { Items } from "../../records/items";
import type { SaeWeights } from "../../records/sae-weights";
import type { InterventionResult } from "../../stages/intervention";

/** Change of the women's or men's share by dose, beside random sets of latents. */
export function doseFigure(result: InterventionResult, tag: "women" | "men" = "women"): Figure {
  const rows = result.points.map((point): DoseRow => {
    const { mean, low, high } = tag === "women" ? point.womenChange : point.menChange;
    const control = tag === "women" ? point.womenControl : point.menControl;
    return {
      alpha: point.alpha,
      change: mean,
      low,
      high,
      ...(control ? { controlLow: control.low, controlMedian: control.median, controlHigh: control.high } : {}),
    };
  });
  const { latents, k, users, controls, p } = result;
  return doseResponse(rows, { tag, latents, k, users, controls: controls.length, p: p?.[tag] });
}

/** The dose–response curve as a table. */
export function doseTable(result: InterventionResult): Record<string, unknown>[] {
  const change = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
    `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return result.points.map((point) => ({
    α: point.alpha,
    women: point.women,
    men: point.men,
    neutral: point.neutral,
    "women against α = 1": change(point.womenChange),
    "random sets": point.womenControl
      ? `${point.womenControl.low.toFixed(3)} to ${point.womenControl.high.toFixed(3)}`
      : "not run",
    [`overlap@${result.k}`]: point.overlap,
    "rank shift": point.rankShift,
  }));
}

/** One user's list at every dose, with a slider over α. */
export function rerankFigure(input: {
  weights: SaeWeights;
  factors: Factors;
  train: Csr;
  items: Items;
  latents: readonly number[];
  user: string;
  alphas?: readonly number[];
  k?: number;
}): Figure {
  const { weights, factors, train, items, latents, user, alphas = [0, 0.5, 1, 1.5, 2, 4, 8, 16], k = 15 } = input;
  const row = factors.userIds.indexOf(user);
  requireInput(
    row >= 0,
    `There is no user ${user}: choose one of the split's users, for instance ${factors.userIds[0]}.`,
  );
  requireData(latents.length > 0, "No latent was chosen, so nothing is turned: name at least one latent to scale.");
  const rowOf = new Map(items.ids.map((id, at) => [id, at]));
  const tags = genderTags(items);
  const mask = train.indices.subarray(train.indptr[row], train.indptr[row + 1]);
  const dial = latentDial(weights, factors, latents);
  const before = new Map(
    Array.from(topK(dose(dial, factors, 1), row, k, mask).items, (item, rank) => [item, rank + 1]),
  );
  const rows = alphas.flatMap((alpha) => {
    const list = topK(dose(dial, factors, alpha), row, k, mask);
    return Array.from(list.items, (item, rank): RerankedRow => {
      const id = factors.itemIds[item];
      const at = rowOf.get(id);
      requireInput(at !== undefined, `Item ${id} has a factor but no metadata: join both by id first.`);
      const rankBefore = before.get(item);
      return {
        alpha,
        rank: rank + 1,
        item: items.titles?.[at] || id,
        tag: tags[at],
        score: list.scores[rank],
        before: rankBefore === undefined ? "new" : `was ${rankBefore}`,
      };
    });
  });
  return rerankedList(rows, user);
}
