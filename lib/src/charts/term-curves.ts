import { colorScale, type Figure, figure, short } from "./figure";

/** One term of one model's loss after so many steps. */
export interface TermCurvePoint {
  model: string;
  term: string;
  steps: number;
  loss: number;
}

/** The loss terms of several models side by side, a panel a term, against optimiser steps. */
export function termCurves(rows: readonly TermCurvePoint[]): Figure {
  const models = [...new Set(rows.map(({ model }) => model))];
  const terms = [...new Set(rows.map(({ term }) => term))];
  const ends = models.map((model) => {
    const own = rows.filter((row) => row.model === model);
    return own.filter(({ term }) => term === own[0].term).slice(-1)[0];
  });
  return figure(
    {
      name: "term-curves",
      title: "The loss terms of both autoencoders, against optimiser steps",
      subtitle:
        "Each panel has its own axis: the weights differ, so heights may not be compared, only shapes and shares.",
      text: ends
        .map(({ model, term, loss, steps }) => `${model}: ${term} ${short(loss)} after ${steps} steps`)
        .join("; "),
    },
    {
      data: { values: rows },
      columns: 2,
      spacing: { row: 40, column: 50 },
      facet: { field: "term", type: "nominal", sort: terms, header: { title: null, labelFontSize: 12 } },
      spec: {
        width: 260,
        height: 120,
        mark: { type: "line", strokeWidth: 1.8 },
        encoding: {
          x: { field: "steps", type: "quantitative", axis: { title: "steps", tickCount: 4 } },
          y: { field: "loss", type: "quantitative", axis: { title: null, tickCount: 4 } },
          color: {
            field: "model",
            type: "nominal",
            sort: models,
            scale: colorScale(models),
            legend: { title: null, orient: "top" },
          },
          tooltip: [{ field: "model" }, { field: "steps" }, { field: "loss", format: ".4f" }],
        },
      },
      resolve: { scale: { y: "independent" } },
    },
  );
}
