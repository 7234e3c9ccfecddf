import { type Figure, figure, SERIES_COLORS, short, WIDTH } from "./figure";

/** One epoch's mean loss per step: the weighted terms and their sum. */
export interface LossRow {
  epoch: number;
  total: number;
  terms: Readonly<Record<string, number>>;
  beta: number;
}

/** Another curve to lay beside the total, for instance the published one. */
export interface LossOverlay {
  name: string;
  points: readonly { epoch: number; total: number }[];
}

/** The loss by epoch, split into its terms; a click on the legend keeps one series. */
export function lossCurve(history: readonly LossRow[], overlays: readonly LossOverlay[] = []): Figure {
  const terms = Object.keys(history[0].terms);
  const values = [
    ...history.flatMap(({ epoch, total, beta, ...row }) =>
      ["total", ...terms].map((term) => ({ epoch, term, loss: term === "total" ? total : row.terms[term], beta })),
    ),
    ...overlays.flatMap(({ name, points }) =>
      points.map(({ epoch, total }) => ({ epoch, term: name, loss: total, beta: null })),
    ),
  ];
  const names = ["total", ...terms, ...overlays.map(({ name }) => name)];
  const [first, last] = [history[0], history[history.length - 1]];
  return figure(
    {
      name: "loss",
      title: `The loss and its ${inWords(terms.length)}, by epoch`,
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

const NUMBERS = ["no terms", "term", "two terms", "three terms", "four terms", "five terms", "six terms"];
const inWords = (terms: number): string => NUMBERS[terms] ?? `${terms} terms`;
