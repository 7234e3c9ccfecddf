import { colorScale, type Figure, figure, finiteMean, finiteRows, short, WIDTH } from "./figure";

/** One named series of scores by latent; NaN where a latent has none. */
export interface ScoreSeries {
  name: string;
  /** [k], or pairs where only some latents are known */
  values: readonly { latent: number; score: number; low?: number; high?: number }[];
  /** `false` where scores are known for some latents only: a line would bridge what nobody measured. */
  line?: boolean;
}

/** Every latent's score beside its nulls; a slider reads one latent off, the legend keeps one series. */
export function scoreByLatent(series: readonly ScoreSeries[]): Figure {
  const all = series.flatMap(({ name, values, line }) =>
    values.map((value) => ({ series: name, ...value, ...(line === false ? { line } : {}) })),
  );
  const { rows, dropped } = finiteRows(all, ({ score }) => score);
  const names = series.map(({ name }) => name);
  const last = rows.reduce((largest, { latent }) => Math.max(largest, latent), 0);
  const means = series.map(({ name, values }) => `${name} ${short(finiteMean(values.map(({ score }) => score)))}`);
  const color = { field: "series", type: "nominal", sort: null, scale: colorScale(names), legend: { title: null } };
  const opacity = { condition: { param: "series", value: 1 }, value: 0.06 };
  const x = {
    field: "latent",
    type: "quantitative",
    scale: { domain: [-1, last + 1], nice: false },
    axis: { title: "latent (in the order of the prefixes)", tickMinStep: 1 },
  };
  const y = { field: "score", type: "quantitative", scale: { zero: true } };
  return figure(
    {
      name: "score-by-latent",
      title: "Monosemanticity score of every latent, beside its nulls",
      subtitle: [
        `Mean: ${means.join(" · ")}.`,
        `1 = all its items point the same way. Click the legend to see one series; move the slider to read one latent.${dropped > 0 ? ` ${dropped} points have no score and are left out.` : ""}`,
      ],
      text: `Mean scores: ${means.join(", ")}.`,
    },
    {
      width: WIDTH - 60,
      height: 300,
      data: { values: rows },
      params: [{ name: "latent", value: 0, bind: { input: "range", min: 0, max: last, step: 1, name: "latent " } }],
      layer: [
        ...(rows.some(({ low }) => low !== undefined)
          ? [
              {
                transform: [{ filter: "isValid(datum.low)" }],
                mark: { type: "rule", strokeWidth: 1.5 },
                encoding: { x, y: { field: "low", type: "quantitative" }, y2: { field: "high" }, color, opacity },
              },
            ]
          : []),
        {
          params: [{ name: "series", select: { type: "point", fields: ["series"] }, bind: "legend" }],
          transform: [{ filter: "datum.line !== false" }],
          mark: { type: "line", strokeWidth: 1, strokeOpacity: 0.5 },
          encoding: { x, y: { ...y, axis: { title: "score" } }, color, opacity },
        },
        {
          mark: { type: "point", filled: true, size: 36 },
          encoding: {
            x,
            y,
            color,
            opacity,
            tooltip: [{ field: "series" }, { field: "latent" }, { field: "score", format: ".3f" }],
          },
        },
        {
          transform: [{ filter: "datum.latent == latent" }],
          mark: { type: "rule", color: "#bbb", strokeDash: [4, 3] },
          encoding: { x: { aggregate: "mean", field: "latent", type: "quantitative" } },
        },
        {
          transform: [{ filter: `datum.latent == latent && datum.series == '${names[0]}'` }],
          mark: { type: "text", align: "left", dx: 7, fontSize: 11, fontWeight: "bold" },
          encoding: { x, y, color, text: { field: "score", type: "quantitative", format: ".3f" } },
        },
      ],
    },
  );
}
