import type { LorenzPoint } from "../metrics/concentration";
import { colorScale, type Figure, figure, WIDTH } from "./figure";

/** One Lorenz curve with its coefficient. */
export interface LorenzSeries {
  name: string;
  gini: number;
  points: readonly LorenzPoint[];
}

/** Lorenz curves: what share of the interactions the least active share of the users (or items) holds; the diagonal is equality. */
export function lorenzCurves(series: readonly LorenzSeries[]): Figure {
  const labels = series.map(({ name, gini }) => `${name} (Gini ${gini.toFixed(2)})`);
  const text = `Concentration: ${labels.join(", ")}; 0 is equality.`;
  return figure(
    {
      name: "lorenz",
      title: "How concentrated are the interactions?",
      subtitle: "Lorenz curves: the dashed diagonal is equality; the further below it, the fewer hold the most.",
      text,
    },
    {
      width: WIDTH - 240,
      height: WIDTH - 300,
      layer: [
        {
          data: {
            values: [
              { rows: 0, interactions: 0 },
              { rows: 1, interactions: 1 },
            ],
          },
          mark: { type: "line", strokeDash: [5, 4], color: "#888" },
          encoding: { x: { field: "rows", type: "quantitative" }, y: { field: "interactions", type: "quantitative" } },
        },
        {
          data: {
            values: series.flatMap(({ points }, index) => points.map((point) => ({ ...point, series: labels[index] }))),
          },
          mark: { type: "line", strokeWidth: 2.5, point: { size: 12, opacity: 0.01 } },
          encoding: {
            x: {
              field: "rows",
              type: "quantitative",
              axis: { title: "share of users, items or categories, least active first", format: "%" },
            },
            y: {
              field: "interactions",
              type: "quantitative",
              axis: { title: "share of the interactions", format: "%" },
            },
            color: {
              field: "series",
              type: "nominal",
              scale: colorScale(labels),
              // The points are there for the tooltip only, and too faint for a legend.
              legend: { title: null, symbolType: "stroke", symbolStrokeWidth: 3, symbolOpacity: 1 },
            },
            tooltip: [
              { field: "series" },
              { field: "rows", title: "share, least active first", format: ".0%" },
              { field: "interactions", title: "of the interactions", format: ".2%" },
            ],
          },
        },
      ],
    },
  );
}
