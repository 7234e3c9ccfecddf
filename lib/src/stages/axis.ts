import { findAxis } from "../data/axis";
import type { Axis } from "../records/axis";
import { data } from "./data";
import { defineStage, type Stage } from "./stage";

/** The axis that items are told apart by: the one that is set, else women and men where the data has them. */
export const axis: Stage<Axis> = defineStage({
  name: "axis",
  phase: "tagging items",
  stored: false,
  needs: { data },
  settings: ({ data: { axis } }) => (axis === undefined ? {} : { axis }),
  compute: ({ data }, { settings }) => findAxis(data.items, settings.axis),
});
