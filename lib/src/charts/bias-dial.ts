import { type Figure, figure, short, WIDTH } from "./figure";

/** One place of one user's list, at one weight of the item biases. */
export interface DialedRow {
  weight: number;
  user: string;
  rank: number;
  item: string;
  /** On how many of the lists shown the item stands, 1 to their number. */
  lists: number;
  score: number;
}

/**
 * Some users' lists side by side; the slider turns the item biases from none to full.
 *
 * @param overlaps mean overlap of many users' lists by weight
 */
export function biasDial(
  rows: readonly DialedRow[],
  overlaps: readonly { weight: number; overlap: number }[],
  many: number,
): Figure {
  const weights = overlaps.map(({ weight }) => weight);
  const users = [...new Set(rows.map(({ user }) => user))];
  const stepOf = (weight: number): number => weights.indexOf(weight);
  const x = { field: "user", type: "nominal", sort: users };
  const y = { field: "rank", type: "ordinal", axis: { title: "rank" } };
  return figure(
    {
      name: "bias-dial",
      title: "Whose list is it? The item biases, turned from none to full",
      subtitle: [
        `Move the slider: step 0 to ${weights.length - 1} stands for ${weights.map(short).join(", ")} times the item biases; 1 is the model.`,
        `Dark: on every list shown. Above the lists: how much of a list two of ${many} users share on average.`,
      ],
      text: overlaps
        .map(
          ({ weight, overlap }) => `item biases × ${short(weight)}: two users share ${short(overlap)} of their lists`,
        )
        .join("; "),
    },
    {
      params: [
        {
          name: "dial",
          value: weights.length - 1,
          bind: { input: "range", min: 0, max: weights.length - 1, step: 1, name: "item biases, step " },
        },
      ],
      width: WIDTH + 40,
      height: { step: 22 },
      layer: [
        {
          data: { values: rows.map((row) => ({ ...row, step: stepOf(row.weight) })) },
          transform: [{ filter: "datum.step == dial" }],
          encoding: { x: { ...x, axis: { title: "user", labelAngle: 0, orient: "bottom" } }, y },
          layer: [
            {
              mark: { type: "rect", stroke: "white", strokeWidth: 2 },
              encoding: {
                color: {
                  field: "lists",
                  type: "quantitative",
                  scale: { domain: [0, users.length], range: ["#ffffff", "#6baed6"], interpolate: "rgb" },
                  legend: null,
                },
                tooltip: [
                  { field: "user" },
                  { field: "rank" },
                  { field: "item" },
                  { field: "lists", title: "on so many of these lists" },
                  { field: "score", format: ".3f" },
                ],
              },
            },
            {
              mark: { type: "text", fontSize: 10.5, limit: Math.floor((WIDTH + 30) / users.length), color: "#111" },
              encoding: { text: { field: "item" } },
            },
          ],
        },
        {
          data: {
            values: overlaps.map(({ weight, overlap }) => ({
              step: stepOf(weight),
              label: `item biases × ${short(weight)}: two users share ${Math.round(100 * overlap)} % of their lists`,
            })),
          },
          transform: [{ filter: "datum.step == dial" }],
          mark: { type: "text", align: "left", baseline: "bottom", dy: -6, fontSize: 12, fontWeight: "bold" },
          encoding: { x: { value: 0 }, y: { value: 0 }, text: { field: "label" } },
        },
      ],
    },
  );
}
