import { colorScale, type Figure, figure, short, WIDTH } from "./figure";

/** One point of a loss curve in both reductions. */
export interface ReducedLoss {
  series: string;
  /** Share of the training that is behind, 0 to 1. */
  share: number;
  /** Mean over steps. */
  perStep: number;
  /** Σ over steps of loss·batch, divided by the users. */
  published: number;
}

/** Loss curves in one of two reductions, chosen below the chart; a series whose name starts with "noise" is a broad band. */
export function lossReductions(rows: readonly ReducedLoss[]): Figure {
  const names = [...new Set(rows.map(({ series }) => series))];
  const reductions = ["mean per step", "as published"];
  const values = rows.flatMap(({ series, share, perStep, published }) => [
    { series, share, loss: perStep, reduction: reductions[0] },
    { series, share, loss: published, reduction: reductions[1] },
  ]);
  const last = names.map((name) => rows.filter(({ series }) => series === name).slice(-1)[0]);
  return figure(
    {
      name: "loss-reductions",
      title: "The loss, ours and published, in two reductions",
      subtitle: [
        "Mean per step, or as published: the sum over steps of loss × batch, divided by the users.",
        "Choose below the chart; the vertical axis is logarithmic.",
      ],
      text: last
        .map(
          ({ series, perStep, published }) => `${series}: ${short(perStep)} a step, ${short(published)} as published`,
        )
        .join("; "),
    },
    {
      data: { values },
      params: [
        {
          name: "reduction",
          value: reductions[0],
          bind: { input: "radio", options: reductions, name: "reduction: " },
        },
      ],
      transform: [{ filter: "datum.reduction == reduction" }],
      width: WIDTH - 110,
      height: 260,
      mark: { type: "line", point: { size: 25 } },
      encoding: {
        x: { field: "share", type: "quantitative", axis: { title: "share of the training", format: "%" } },
        y: {
          field: "loss",
          type: "quantitative",
          scale: { type: "log", nice: true },
          axis: { title: "loss (log scale)", format: "~g" },
        },
        color: { field: "series", type: "nominal", sort: null, scale: colorScale(names), legend: { title: null } },
        // A null that lies under a curve has to be seen on both sides of it.
        strokeWidth: { condition: { test: "indexof(datum.series, 'noise') == 0", value: 9 }, value: 2 },
        opacity: { condition: { test: "indexof(datum.series, 'noise') == 0", value: 0.35 }, value: 1 },
        tooltip: [
          { field: "series" },
          { field: "share", format: ".0%", title: "share of the training" },
          { field: "loss", format: ".4f" },
        ],
      },
    },
  );
}
