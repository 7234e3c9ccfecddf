import { COLORS, colorScale, type Figure, figure, short } from "./figure";

/** One epoch of a fit at one learning rate; epoch 0 is the random start. */
export interface RateRow {
  rate: number;
  epoch: number;
  auc: number;
  aucOfBiases: number;
  aucOfFactors: number;
  /** Mean cosine of the rows with their start. */
  usersCosine: number;
  itemsCosine: number;
}

const AUC = { "whole model": "auc", "biases alone": "aucOfBiases", "factors alone": "aucOfFactors" } as const;
const COSINE = { "user factors": "usersCosine", "item factors": "itemsCosine" } as const;

/**
 * What is learned, and how far factors have moved from their start, by epoch; the slider chooses the learning rate among
 * those that were fitted.
 *
 * @param popularity AUC of popularity over the same pairs
 */
export function learningRates(rows: readonly RateRow[], popularity: number): Figure {
  const rates = [...new Set(rows.map(({ rate }) => rate))];
  const last = rates.map((rate) => rows.filter((row) => row.rate === rate).slice(-1)[0]);
  const lines = (series: Readonly<Record<string, keyof RateRow>>): Record<string, unknown>[] =>
    rows.flatMap((row) =>
      Object.entries(series).map(([name, field]) => ({
        step: rates.indexOf(row.rate),
        rate: row.rate,
        epoch: row.epoch,
        series: name,
        value: row[field],
      })),
    );
  return figure(
    {
      name: "learning-rates",
      title: "What ten epochs teach, and how far the factors get, by learning rate",
      subtitle: [
        `Move the slider: step 0 to ${rates.length - 1} stands for a rate of ${rates.join(", ")}. Step 0 is the paper's.`,
        `Left: AUC over held-out pairs, .5 = luck, dashed: popularity, ${short(popularity)}. Right: cosine with the random start, 1 = not moved.`,
      ],
      text: last
        .map(
          ({ rate, auc, aucOfFactors, itemsCosine }) =>
            `rate ${rate}: AUC ${short(auc)}, of the factors alone ${short(aucOfFactors)}, cosine of the items with their start ${short(itemsCosine)}`,
        )
        .join("; "),
    },
    {
      params: [
        {
          name: "rate",
          value: 0,
          bind: { input: "range", min: 0, max: rates.length - 1, step: 1, name: "learning rate, step " },
        },
      ],
      spacing: 50,
      hconcat: [
        {
          width: 270,
          height: 220,
          layer: [
            panel(lines(AUC), Object.keys(AUC), { title: "AUC", domain: [0.45, 0.9], format: ".4f" }),
            {
              data: { values: [{ name: "popularity", auc: popularity }] },
              mark: { type: "rule", strokeDash: [4, 3], color: COLORS.popularity },
              encoding: {
                y: { field: "auc", type: "quantitative" },
                tooltip: [{ field: "name" }, { field: "auc", format: ".4f" }],
              },
            },
            {
              data: { values: last.map(({ rate }, step) => ({ step, label: `rate ${rate}` })) },
              transform: [{ filter: "datum.step == rate" }],
              mark: { type: "text", align: "left", baseline: "top", dx: 6, dy: 4, fontSize: 13, fontWeight: "bold" },
              encoding: { x: { value: 0 }, y: { value: 0 }, text: { field: "label" } },
            },
          ],
        },
        {
          width: 270,
          height: 220,
          ...panel(lines(COSINE), Object.keys(COSINE), {
            title: "cosine with the start",
            domain: [0, 1],
            format: ".4f",
          }),
        },
      ],
      resolve: { scale: { color: "independent" } },
    },
  );
}

function panel(
  values: readonly Record<string, unknown>[],
  names: string[],
  { title, domain, format }: { title: string; domain: [number, number]; format: string },
): Record<string, unknown> {
  return {
    data: { values },
    transform: [{ filter: "datum.step == rate" }],
    mark: { type: "line", point: { size: 35 } },
    encoding: {
      x: { field: "epoch", type: "quantitative", axis: { title: "epoch (0 = random start)", format: "d" } },
      y: { field: "value", type: "quantitative", scale: { domain, clamp: true }, axis: { title } },
      color: {
        field: "series",
        type: "nominal",
        sort: names,
        scale: colorScale(names),
        legend: { title: null, orient: "bottom" },
      },
      tooltip: [
        { field: "series" },
        { field: "rate", title: "learning rate" },
        { field: "epoch" },
        { field: "value", format },
      ],
    },
  };
}
