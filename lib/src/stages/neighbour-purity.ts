import { requireData } from "../base/errors";
import { quote } from "../base/quote";
import { type NeighbourPurity, neighbourPurity as purityOf } from "../metrics/neighbour-purity";
import { NEUTRAL, requireSides, tagsOf } from "../records/axis";
import { axis } from "./axis";
import { factors } from "./factors";
import { defineStage, type Stage } from "./stage";

/** Neighbours of an item that are looked at. */
const NEIGHBOURS = 10;

/** How often the nearest neighbours of an item on a side of the axis are of its own side, beside chance. */
export const neighbourPurity: Stage<NeighbourPurity> = defineStage({
  name: "neighbour-purity",
  phase: "neighbours",
  needs: { axis, factors },
  settings: () => ({ neighbours: NEIGHBOURS }),
  compute({ axis, factors }, { settings: { neighbours }, seed, onProgress }) {
    requireSides(axis);
    const few = axis.sides.filter((side) => axis.tags.filter((tag) => tag === side).length <= neighbours);
    requireData(
      few.length === 0,
      `Too few items are on the side ${few.map((side) => quote(side)).join(" and ")} to look for ${neighbours} neighbours of the same side: choose an axis with more items on each side.`,
    );
    const { items, d, itemIds } = factors;
    const tags = tagsOf(axis, itemIds).map((tag) => (tag === NEUTRAL ? undefined : tag));
    return purityOf(items, d, tags, { seed, neighbours, onProgress });
  },
});
