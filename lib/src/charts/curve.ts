import { colorScale, type Figure, figure, finiteRows, short, WIDTH } from "./figure";

/** One point of a named series. */
export interface CurvePoint {
  x: number;
  y: number;
  series: string;
}

/** Lines of y against x, one a series: for what a notebook computes in passing. */
export function curve(input: {
  name: string;
  title: string;
  subtitle?: string;
  xTitle: string;
  yTitle: string;
  rows: readonly CurvePoint[];
}): Figure {
  const { name, title, subtitle = "Hover over a point for its values.", xTitle, yTitle } = input;
  const { rows } = finiteRows(input.rows, ({ y }) => y);
  const names = [...new Set(rows.map(({ series }) => series))];
  const ends = rows.map(({ y }) => y);
  return figure(
    { name, title, subtitle, text: `${title}: from ${short(Math.min(...ends))} to ${short(Math.max(...ends))}.` },
    {
      data: { values: rows },
      width: WIDTH - 60,
      height: 240,
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "x", type: "quantitative", axis: { title: xTitle } },
        y: { field: "y", type: "quantitative", axis: { title: yTitle } },
        color: {
          field: "series",
          type: "nominal",
          sort: null,
          scale: colorScale(names),
          legend: names.length > 1 ? { title: null } : null,
        },
        tooltip: [{ field: "series" }, { field: "x", title: xTitle }, { field: "y", format: ".4f", title: yTitle }],
      },
    },
  );
}
