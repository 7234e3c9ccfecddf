import { colorScale, type Figure, figure, finiteRows, short } from "./figure";

/** One bar: a model's value of a metric, and the choice under which it is shown. */
export interface MetricBar {
  model: string;
  metric: string;
  value: number;
  choice?: string;
}

/** Bars of several metrics, each in a panel with an axis of its own; radio buttons choose between sets of bars. */
export function metricBars(input: {
  name: string;
  title: string;
  subtitle: string | string[];
  /** What the radio buttons choose between. */
  choice?: string;
  rows: readonly MetricBar[];
}): Figure {
  const { name, title, subtitle, choice } = input;
  const { rows, dropped } = finiteRows(input.rows, ({ value }) => value);
  const models = [...new Set(rows.map(({ model }) => model))];
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  const choices = [...new Set(rows.flatMap((row) => (row.choice === undefined ? [] : [row.choice])))];
  const knob = choices.length > 1;
  return figure(
    {
      name,
      title,
      subtitle: [...[subtitle].flat(), ...(dropped > 0 ? [`${dropped} bars have no value and are left out.`] : [])],
      text: rows
        .filter((row) => !knob || row.choice === choices[0])
        .map(({ model, metric, value }) => `${model} ${metric} ${short(value)}`)
        .join(", "),
    },
    {
      data: { values: rows },
      ...(knob
        ? {
            params: [
              {
                name: "shown",
                value: choices[0],
                bind: { input: "radio", options: choices, name: `${choice ?? "shown"}: ` },
              },
            ],
            transform: [{ filter: "datum.choice == shown" }],
          }
        : {}),
      spacing: 28,
      columns: Math.min(4, metrics.length),
      facet: { field: "metric", type: "nominal", sort: metrics, header: { title: null, labelFontSize: 12 } },
      spec: {
        width: 128,
        height: 180,
        mark: { type: "bar", width: { band: 0.7 } },
        encoding: {
          x: { field: "model", type: "nominal", sort: models, axis: { title: null, labelAngle: -35, labelLimit: 150 } },
          y: { field: "value", type: "quantitative", axis: { title: null, tickCount: 4 } },
          color: { field: "model", type: "nominal", scale: colorScale(models), legend: null },
          tooltip: [{ field: "model" }, { field: "metric" }, { field: "value", format: ".4f" }],
        },
      },
      resolve: { scale: { y: "independent" } },
    },
  );
}
