import { NEUTRAL } from "../records/axis";
import { type Figure, figure, WIDTH } from "./figure";

/** Colours of an axis' sides, in their order. */
const SIDE_COLORS = ["#CC79A7", "#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00"];

/** One place of a user's list at one dose. */
export interface RerankedRow {
  alpha: number;
  rank: number;
  item: string;
  tag: string;
  score: number;
  /** Rank at α = 1, or "new". */
  before: string;
}

/** One user's list by dose: the slider chooses α among the doses that were computed. @param sides of the axis, in order */
export function rerankedList(rows: readonly RerankedRow[], user: string, sides: readonly string[]): Figure {
  const alphas = [...new Set(rows.map(({ alpha }) => alpha))];
  const values = rows.map((row) => ({ ...row, dose: alphas.indexOf(row.alpha) }));
  const start = Math.max(0, alphas.indexOf(1));
  return figure(
    {
      name: "reranked-list",
      title: `What user ${user} is recommended, by dose`,
      subtitle: [
        `Move the slider: step 0 to ${alphas.length - 1} stands for α = ${alphas.join(", ")}. α = 1 is the plain reconstruction.`,
        "The number behind a title is its rank at α = 1.",
      ],
      text: `Lists of user ${user} at α = ${alphas.join(", ")}.`,
    },
    {
      data: { values },
      params: [
        {
          name: "dose",
          value: start,
          bind: { input: "range", min: 0, max: alphas.length - 1, step: 1, name: "α, step " },
        },
      ],
      transform: [
        { filter: "datum.dose == dose" },
        { calculate: "datum.rank + '. ' + datum.item + '  (' + datum.before + ')'", as: "label" },
      ],
      width: WIDTH - 330,
      height: { step: 20 },
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            y: { field: "label", type: "nominal", sort: null, axis: { title: null, labelLimit: 340 } },
            x: { field: "score", type: "quantitative", axis: { title: "score" } },
            color: {
              field: "tag",
              type: "nominal",
              scale: {
                domain: [...sides, NEUTRAL],
                range: [...sides.map((_, index) => SIDE_COLORS[index % SIDE_COLORS.length]), "#bbbbbb"],
              },
              legend: { title: null, orient: "top" },
            },
            tooltip: [
              { field: "item" },
              { field: "tag" },
              { field: "alpha", title: "α" },
              { field: "rank" },
              { field: "before", title: "rank at α = 1" },
            ],
          },
        },
        {
          transform: [{ filter: "datum.rank == 1" }],
          mark: { type: "text", align: "right", baseline: "bottom", dy: -6, fontSize: 13, fontWeight: "bold" },
          encoding: {
            x: { value: WIDTH - 330 },
            y: { value: 0 },
            text: { field: "alpha", type: "quantitative", format: "~g" },
          },
        },
      ],
    },
  );
}
