import { type Figure, figure, SERIES_COLORS } from "./figure";

/** What one piece of work cost at one size. */
export interface CostRow {
  work: string;
  /** What was made larger. */
  axis: string;
  value: number;
  seconds: number;
}

/** Exponent of the cost in one size: the slope of log seconds over log size, by least squares. */
export function growthExponent(rows: readonly Pick<CostRow, "value" | "seconds">[]): number {
  const points = rows.map(({ value, seconds }) => [Math.log(value), Math.log(seconds)]);
  const mean = (side: number): number => points.reduce((sum, point) => sum + point[side], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** How cost grows with each size, a panel a kernel, both axes logarithmic: a straight line is a power, its slope the exponent. */
export function costGrowth(rows: readonly CostRow[]): Figure {
  const first = new Map<string, number>();
  for (const { work, axis, value } of rows) first.set(`${work}/${axis}`, first.get(`${work}/${axis}`) ?? value);
  const values = rows.map((row) => ({
    ...row,
    milliseconds: row.seconds * 1000,
    times: row.value / (first.get(`${row.work}/${row.axis}`) as number),
  }));
  const axes = [...new Set(rows.map(({ axis }) => axis))];
  const exponents = [...first.keys()].map((key) => {
    const own = rows.filter(({ work, axis }) => `${work}/${axis}` === key);
    return `${own[0].work} in ${own[0].axis} ${growthExponent(own).toFixed(2)}`;
  });
  return figure(
    {
      name: "growth",
      title: "What a unit of work costs as one size grows",
      subtitle: "Each line doubles one size three times and leaves the others as they were. Both axes are logarithmic.",
      text: `Exponents of the cost: ${exponents.join(", ")}.`,
    },
    {
      data: { values },
      columns: 2,
      facet: { field: "work", type: "nominal", sort: null, title: null },
      resolve: { scale: { y: "independent" } },
      spec: {
        width: 260,
        height: 180,
        mark: { type: "line", point: true },
        encoding: {
          x: {
            field: "times",
            type: "quantitative",
            scale: { type: "log", base: 2 },
            axis: { title: "times its first size", values: [1, 2, 4, 8] },
          },
          y: {
            field: "milliseconds",
            type: "quantitative",
            scale: { type: "log" },
            axis: { title: "milliseconds", tickCount: 5 },
          },
          color: {
            field: "axis",
            type: "nominal",
            sort: null,
            scale: { domain: axes, range: SERIES_COLORS.slice(0, axes.length) },
            legend: { title: "what grows" },
          },
          tooltip: [{ field: "work" }, { field: "axis" }, { field: "value" }, { field: "milliseconds", format: ".3g" }],
        },
      },
    },
  );
}
