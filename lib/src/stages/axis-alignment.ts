import { type Alignment, alignment as align, type CategoryAlignment } from "../metrics/alignment";
import { type Axis, tagsOf } from "../records/axis";
import { csrFromPairs } from "../records/interactions";
import type { Items } from "../records/items";
import { encodeAll } from "../sae/encode";
import { axis } from "./axis";
import { factors } from "./factors";
import { sae } from "./sae";
import { scoredItems } from "./scored-items";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** The latents beside the sides of the axis: chosen on half A of the items, measured on half B. */
export interface AxisAlignmentResult extends Pick<Alignment, "matrix"> {
  /** Best latent for each side that has enough items in both halves. */
  sides: Record<string, Omit<CategoryAlignment, "category">>;
}

/** What of the card the axis gives; absent where the data has none, or no side has enough items. */
export interface AxisSection {
  axis?: { name: string; sides: AxisAlignmentResult["sides"] };
}

/** Which latents pick out the items of each side of the axis. */
export const axisAlignment: Stage<AxisAlignmentResult, undefined, AxisSection> = defineStage({
  name: "axis-alignment",
  phase: "alignment with the axis",
  needs: { axis, split, factors, sae },
  settings: ({ alignment: { q } }) => ({ q }),
  async compute({ axis, split, factors, sae }, { settings, onProgress }): Promise<AxisAlignmentResult> {
    const { items, itemIds } = factors;
    const { weights } = sae;
    const values = await encodeAll(weights, items, onProgress);
    const found = await align({ k: weights.k, values, itemIds }, itemsOfSides(axis, itemIds), {
      rows: scoredItems(factors, split),
      q: settings.q,
      onProgress,
    });
    const sides = found.perCategory.map(({ category, ...measured }) => [category, measured]);
    return { matrix: found.matrix, sides: Object.fromEntries(sides) };
  },
  card: ({ sides }, { axis }): AxisSection =>
    Object.keys(sides).length > 0 ? { axis: { name: axis.name, sides } } : {},
});

/** The items of these ids with their side as their only category. */
export function itemsOfSides(axis: Axis, ids: readonly string[]): Items {
  const column = tagsOf(axis, ids).map((tag) => axis.sides.indexOf(tag));
  const rows = [...column.keys()].filter((row) => column[row] >= 0);
  const columns = rows.map((row) => column[row]);
  return {
    ids: [...ids],
    categoryNames: axis.sides,
    categories: csrFromPairs(ids.length, axis.sides.length, rows, columns),
  };
}
