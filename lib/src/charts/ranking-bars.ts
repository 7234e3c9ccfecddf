import { colorScale, type Figure, figure, short } from "./figure";

/** One bar: a model's value of a metric. */
export interface RankingBar {
  model: string;
  metric: string;
  value: number;
}

/**
 * Ranking quality by metric, the model beside its baselines.
 *
 * @param against whether the model beats popularity, in sentences; where it does not, the title says so
 */
export function rankingBars(rows: readonly RankingBar[], against: { weak: boolean; sentences: string[] }): Figure {
  const models = [...new Set(rows.map(({ model }) => model))];
  return figure(
    {
      name: "ranking",
      title: against.weak
        ? "FACTORS TOO WEAK: they do not rank better than popularity"
        : "Do the factors rank better than popularity? Yes",
      subtitle: [
        "Mean over users with a held-out item; all items ranked, train items left out. Higher is better.",
        ...against.sentences,
      ],
      text: `${rows.map(({ model, metric, value }) => `${model} ${metric} ${short(value)}`).join(", ")}. ${against.sentences.join(" ")}`,
    },
    {
      data: { values: rows },
      spacing: 28,
      columns: 4,
      facet: {
        field: "metric",
        type: "nominal",
        sort: [...new Set(rows.map(({ metric }) => metric))],
        header: { title: null, labelFontSize: 12 },
      },
      spec: {
        width: 128,
        height: 190,
        mark: { type: "bar", width: { band: 0.7 } },
        encoding: {
          x: { field: "model", type: "nominal", sort: null, axis: { title: null, labelAngle: 0 } },
          y: { field: "value", type: "quantitative", axis: { title: null, tickCount: 4 } },
          color: { field: "model", type: "nominal", sort: null, scale: colorScale(models), legend: null },
          tooltip: [{ field: "model" }, { field: "metric" }, { field: "value", format: ".4f" }],
        },
      },
      resolve: { scale: { y: "independent" } },
    },
  );
}
