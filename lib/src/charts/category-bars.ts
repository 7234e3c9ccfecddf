import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** One category: how many items carry it, and how much of the interactions those items hold. */
export interface CategoryRow {
  category: string;
  items: number;
  /** Share of all items. */
  itemShare: number;
  interactions: number;
  /** Share of all interactions. */
  interactionShare: number;
}

/**
 * The most frequent categories as horizontal bars (the paper's figure 1). A slider sets how many; the tick is the share of
 * interactions, so that a category with more or fewer buyers than items shows.
 */
export function categoryBars(rows: readonly CategoryRow[], categories: number): Figure {
  const lead = [...rows].sort((a, b) => b.interactionShare / b.itemShare - a.interactionShare / a.itemShare)[0];
  const [first] = rows;
  const text =
    first === undefined
      ? "There are no categories."
      : `${categories} categories; the largest is ${first.category} on ${short(100 * first.itemShare)} % of the items. Most bought for its size among these: ${lead.category}.`;
  return figure(
    {
      name: "top-categories",
      title: "The most frequent categories",
      subtitle: [
        "Bar: share of the items. Tick: share of the interactions; right of the bar's end, the category is bought more than its size.",
        text,
      ],
      text,
    },
    {
      data: {
        values: rows.map((row, index) => ({ ...row, place: index + 1, ratio: row.interactionShare / row.itemShare })),
      },
      params: [
        {
          name: "shown",
          value: Math.min(30, rows.length),
          bind: { input: "range", min: 1, max: Math.max(1, rows.length), step: 1, name: "categories " },
        },
      ],
      transform: [{ filter: "datum.place <= shown" }],
      width: WIDTH - 210,
      height: { step: 16 },
      encoding: { y: { field: "category", type: "nominal", sort: null, axis: { title: null, labelLimit: 240 } } },
      layer: [
        {
          mark: { type: "bar", color: COLORS.ours },
          encoding: {
            x: {
              field: "itemShare",
              type: "quantitative",
              axis: { title: "share of items, of interactions", format: "%" },
            },
            tooltip: tooltip(),
          },
        },
        {
          mark: { type: "tick", color: COLORS.published, thickness: 3, size: 13 },
          encoding: { x: { field: "interactionShare", type: "quantitative" }, tooltip: tooltip() },
        },
      ],
    },
  );
}

function tooltip(): Record<string, unknown>[] {
  return [
    { field: "category" },
    { field: "items", format: "," },
    { field: "itemShare", title: "of all items", format: ".2%" },
    { field: "interactions", format: "," },
    { field: "interactionShare", title: "of all interactions", format: ".2%" },
    { field: "ratio", title: "interactions for its size", format: ".2f" },
  ];
}
