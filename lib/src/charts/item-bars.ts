import { COLORS, WIDTH } from "./figure";

/** Items as bars of their activation with their categories written across, the strongest on top: a part of a specification. @param name field that names an item */
export function itemBars(name: string): Record<string, unknown> {
  return {
    layer: [
      {
        mark: { type: "bar", color: COLORS.trained, opacity: 0.35 },
        encoding: { x: { field: "activation", type: "quantitative", axis: { title: "activation" } } },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", fontSize: 11, limit: WIDTH - 280 },
        encoding: { x: { datum: 0 }, text: { field: "categories" } },
      },
    ],
    encoding: {
      y: { field: name, type: "nominal", sort: null, axis: { title: null } },
      tooltip: [{ field: "item" }, { field: "categories" }, { field: "activation", format: ".3f" }],
    },
  };
}
