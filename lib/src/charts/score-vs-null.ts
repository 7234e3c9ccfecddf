import { pearson } from "../metrics/popularity";
import { COLORS, type Figure, figure, finiteRows, short } from "./figure";

/** Each latent's score against its null: on the line, the null explains it; above, there is something left. */
export function scoreVsNull(input: {
  perLatent: ArrayLike<number>;
  null: ArrayLike<number>;
  name: string;
  of?: string;
}): Figure {
  const { name, of = "trained" } = input;
  const all = Array.from(input.perLatent, (score, latent) => ({ latent, score, null: input.null[latent] }));
  const { rows, dropped } = finiteRows(all, (row) => row.score + row.null);
  const r = pearson(
    rows.map((row) => row.null),
    rows.map((row) => row.score),
  );
  const ends = rows.flatMap((row) => [row.score, row.null]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0.01, ...ends) * 1.05];
  const scale = { domain: [low, high], nice: false };
  return figure(
    {
      name: `score-against-${name}`,
      title: `Score of each latent against its null "${name}"`,
      subtitle: [
        `Correlation r = ${short(r)} over ${rows.length} latents; on the dashed line the null explains the whole score.`,
        ...(dropped > 0 ? [`${dropped} latents without a score are left out.`] : []),
      ],
      text: `Correlation of the ${of} scores with the null ${name}: ${short(r)}.`,
    },
    {
      width: 380,
      height: 340,
      layer: [
        {
          data: { values: [{ score: low }, { score: high }] },
          mark: { type: "line", color: "#999", strokeDash: [5, 4] },
          encoding: {
            x: { field: "score", type: "quantitative", scale },
            y: { field: "score", type: "quantitative", scale },
          },
        },
        {
          data: { values: rows },
          mark: { type: "point", filled: true, size: 50, color: COLORS.trained },
          encoding: {
            x: { field: "null", type: "quantitative", axis: { title: `score of the null "${name}"` } },
            y: { field: "score", type: "quantitative", axis: { title: `score, ${of}` } },
            tooltip: [{ field: "latent" }, { field: "score", format: ".3f" }, { field: "null", format: ".3f" }],
          },
        },
      ],
    },
  );
}
