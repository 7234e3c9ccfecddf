import { colorScale, type Figure, figure, finiteRows, short } from "./figure";

/** One candidate after one rung. */
export interface TuningRow {
  alpha: number;
  reg: number;
  /** The penalty in units of the data's noise level. */
  share: number;
  sweeps: number;
  ndcgAt10: number;
  chosen: boolean;
}

/** Ranking on validation data by penalty and confidence, a panel a rung: fewer candidates from panel to panel, each fitted for longer. */
export function tuningCurve(candidates: readonly TuningRow[], popularity: number): Figure {
  const { rows, dropped } = finiteRows(candidates, ({ ndcgAt10 }) => ndcgAt10);
  const alphas = [...new Set(candidates.map(({ alpha }) => String(alpha)))];
  const rungs = [...new Set(candidates.map(({ sweeps }) => sweeps))];
  const panel = (sweeps: number): string => `after ${sweeps} sweep${sweeps === 1 ? "" : "s"}`;
  const values = rows.map((row) => ({ ...row, alpha: String(row.alpha), rung: panel(row.sweeps) }));
  const best = rows.find(({ chosen }) => chosen);
  const found = best ? `alpha ${short(best.alpha)}, reg ${short(best.reg)}` : "nothing";
  return figure(
    {
      name: "tuning",
      title: `Which settings rank best on validation data? Chosen: ${found}`,
      subtitle: [
        "NDCG@10 on positives held out of the train split; the test split has no part in it. The best third of each panel goes on.",
        `Penalty in units of the data's noise level, logarithmic. Popularity on the same users: ${popularity.toFixed(4)}.`,
        ...(dropped > 0 ? [`${dropped} fits left the numbers and are not shown.`] : []),
      ],
      text: `Chosen: ${found}, NDCG@10 ${best ? short(best.ndcgAt10) : "–"} on validation data, popularity ${short(popularity)}.`,
    },
    {
      data: { values },
      columns: 3,
      facet: { field: "rung", type: "nominal", sort: rungs.map(panel), header: { title: null, labelFontSize: 12 } },
      spec: {
        width: 160,
        height: 200,
        layer: [
          { mark: { type: "line", opacity: 0.6 } },
          { mark: { type: "point", filled: true, size: 45 } },
          {
            transform: [{ filter: "datum.chosen" }],
            mark: { type: "point", shape: "circle", size: 220, filled: false, color: "#000", strokeWidth: 2 },
            encoding: { color: { value: "#000" } },
          },
        ],
        encoding: {
          x: {
            field: "share",
            type: "quantitative",
            scale: { type: "log" },
            axis: { title: "penalty / noise level", tickCount: 4 },
          },
          y: { field: "ndcgAt10", type: "quantitative", scale: { zero: false }, axis: { title: "NDCG@10" } },
          color: {
            field: "alpha",
            type: "nominal",
            sort: alphas,
            scale: colorScale(alphas),
            legend: { title: "alpha" },
          },
          tooltip: [
            { field: "alpha" },
            { field: "reg", format: ".3~g" },
            { field: "share", format: ".2~f", title: "penalty / noise level" },
            { field: "sweeps" },
            { field: "ndcgAt10", format: ".4f", title: "NDCG@10" },
          ],
        },
      },
    },
  );
}
