import { colorScale, type Figure, figure, finiteMean, finiteRows, short, WIDTH } from "./figure";

/** How scores are spread: ours beside one null at a time, chosen below the chart. */
export function scoreHistogram(input: {
  perLatent: ArrayLike<number>;
  nulls: Readonly<Record<string, ArrayLike<number>>>;
}): Figure {
  const series: Record<string, ArrayLike<number>> = { trained: input.perLatent, ...input.nulls };
  const all = Object.entries(series).flatMap(([name, scores]) =>
    Array.from(scores, (score) => ({ series: name, score })),
  );
  const { rows, dropped } = finiteRows(all, ({ score }) => score);
  const nulls = Object.keys(input.nulls);
  const means = Object.entries(series).map(([name, scores]) => `${name} ${short(finiteMean(Array.from(scores)))}`);
  return figure(
    {
      name: "score-histogram",
      title: "How the scores of all latents are spread, beside one null",
      subtitle: `Choose the null below. Mean: ${means.join(" · ")}.${dropped > 0 ? ` ${dropped} without a score left out.` : ""}`,
      text: `Mean scores: ${means.join(", ")}.`,
    },
    {
      data: { values: rows },
      params: [{ name: "shown", value: nulls[0], bind: { input: "radio", options: nulls, name: "null " } }],
      transform: [{ filter: "datum.series == 'trained' || datum.series == shown" }],
      width: WIDTH - 60,
      height: 220,
      mark: { type: "bar", opacity: 0.65, binSpacing: 0 },
      encoding: {
        x: { field: "score", type: "quantitative", bin: { step: 0.01 }, axis: { title: "score", format: ".2f" } },
        y: { aggregate: "count", type: "quantitative", stack: null, axis: { title: "latents", tickMinStep: 1 } },
        color: { field: "series", type: "nominal", scale: colorScale(["trained", ...nulls]), legend: { title: null } },
        tooltip: [
          { field: "series" },
          { field: "score", bin: { step: 0.01 } },
          { aggregate: "count", title: "latents" },
        ],
      },
    },
  );
}
