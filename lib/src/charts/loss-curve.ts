import { type Figure, figure, SERIES_COLORS, short, WIDTH } from "./figure";

/** One epoch's mean loss per step: the weighted terms and their sum. */
export interface LossRow {
  epoch: number;
  total: number;
  mse: number;
  l1: number;
  kl: number;
  inner: number;
  beta: number;
}

/** Another curve to lay beside the total, for instance the published one. */
export interface LossOverlay {
  name: string;
  points: readonly { epoch: number; total: number }[];
}

const TERMS = ["total", "mse", "l1", "kl", "inner"] as const;

/** The loss by epoch, split into its terms; a click on the legend keeps one series. */
export function lossCurve(history: readonly LossRow[], overlays: readonly LossOverlay[] = []): Figure {
  const values = [
    ...history.flatMap((row) =>
      TERMS.map((term) => ({ epoch: row.epoch, term: term as string, loss: row[term], beta: row.beta })),
    ),
    ...overlays.flatMap(({ name, points }) =>
      points.map(({ epoch, total }) => ({ epoch, term: name, loss: total, beta: null })),
    ),
  ];
  const names = [...TERMS, ...overlays.map(({ name }) => name)] as string[];
  const [first, last] = [history[0], history[history.length - 1]];
  return figure(
    {
      name: "loss",
      title: "The loss and its four terms, by epoch",
      subtitle:
        "Mean per step, each term with its weight. Click a name in the legend to see it alone; β in the tooltip.",
      text: `Loss ${short(first.total)} in epoch 1, ${short(last.total)} in epoch ${last.epoch}.`,
    },
    {
      data: { values },
      width: WIDTH - 60,
      height: 260,
      params: [{ name: "term", select: { type: "point", fields: ["term"] }, bind: "legend" }],
      mark: { type: "line", point: values.length < 200, clip: true },
      encoding: {
        x: { field: "epoch", type: "quantitative", axis: { title: "epoch", tickMinStep: 1 } },
        y: { field: "loss", type: "quantitative", axis: { title: "mean loss per step" } },
        color: {
          field: "term",
          type: "nominal",
          sort: null,
          scale: { domain: names, range: ["#222222", ...SERIES_COLORS].slice(0, names.length) },
          legend: { title: "term" },
        },
        opacity: { condition: { param: "term", value: 1 }, value: 0.08 },
        tooltip: [
          { field: "term" },
          { field: "epoch" },
          { field: "loss", format: ".4f" },
          { field: "beta", format: ".2f", title: "β" },
        ],
      },
    },
  );
}
