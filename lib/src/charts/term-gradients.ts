import { COLORS, type Figure, figure, short } from "./figure";

/** One term of the loss at one moment of the training. */
export interface TermGradientRow {
  term: string;
  moment: string;
  /** Whether β multiplies it. */
  byBeta: boolean;
  /** Weighted loss, at β = 1 where β multiplies it. */
  loss: number;
  /** ‖gradient on W‖₂ of this term alone, at β = 1. */
  gradient: number;
}

/** What each loss term weighs and how hard it pulls, at several moments; the slider turns β. */
export function termGradients(rows: readonly TermGradientRow[], options: { beta: number; maxBeta?: number }): Figure {
  const { beta, maxBeta = 40 } = options;
  const measures = ["loss", "pull on W: length of the gradient"];
  const values = rows.flatMap(({ term, moment, byBeta, loss, gradient }) => [
    { term, moment, byBeta, measure: measures[0], one: loss },
    { term, moment, byBeta, measure: measures[1], one: gradient },
  ]);
  const grows = [...new Set(rows.filter(({ byBeta }) => byBeta).map(({ term }) => term))];
  const moments = [...new Set(rows.map(({ moment }) => moment))];
  const color = {
    field: "moment",
    type: "nominal",
    sort: moments,
    scale: { domain: moments, range: [COLORS.untrained, COLORS.trained] },
    legend: { title: null, orient: "top" },
  };
  return figure(
    {
      name: "term-gradients",
      title: "What each term weighs, and how hard it pulls",
      subtitle: [
        "One batch. Left the weighted terms, right the gradient of each term alone. The slider turns β, the weight of",
        `${grows.length > 0 ? `the term ${grows.join(", ")}` : "no term here"}; the other terms do not depend on it.`,
      ],
      text: rows
        .map(
          ({ term, moment, loss, gradient }) => `${term} ${moment}: loss ${short(loss)}, gradient ${short(gradient)}`,
        )
        .join("; "),
    },
    {
      data: { values },
      params: [{ name: "beta", value: beta, bind: { input: "range", min: 0, max: maxBeta, step: 0.25, name: "β " } }],
      transform: [{ calculate: "datum.byBeta ? datum.one * beta : datum.one", as: "value" }],
      facet: { field: "measure", type: "nominal", sort: measures, header: { title: null, labelFontSize: 12 } },
      spacing: 40,
      spec: {
        width: 260,
        height: 200,
        mark: { type: "bar" },
        encoding: {
          x: {
            field: "term",
            type: "nominal",
            sort: [...new Set(rows.map(({ term }) => term))],
            axis: { title: null, labelAngle: 0 },
          },
          xOffset: { field: "moment", type: "nominal", sort: moments },
          y: { field: "value", type: "quantitative", axis: { title: null, tickCount: 5 } },
          color,
          tooltip: [{ field: "term" }, { field: "moment" }, { field: "value", format: ".4f" }],
        },
      },
      resolve: { scale: { y: "independent" } },
    },
  );
}
