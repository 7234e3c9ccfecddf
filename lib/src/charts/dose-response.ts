import { COLORS, type Figure, figure, kebab, WIDTH } from "./figure";

/** Effects at one dose. */
export interface DoseRow {
  alpha: number;
  change: number;
  low: number;
  high: number;
  controlLow?: number;
  controlMedian?: number;
  controlHigh?: number;
}

/** Change of a tag's share by dose, with its interval over users, beside the band of random latent sets of the same size. */
export function doseResponse(
  rows: readonly DoseRow[],
  options: {
    tag: string;
    latents: readonly number[];
    /** How the latents were chosen, in words. */
    choice: string;
    k: number;
    users: number;
    controls: number;
    p?: number;
  },
): Figure {
  const { tag, latents, choice, k, users, controls, p } = options;
  const x = {
    field: "alpha",
    type: "quantitative",
    scale: { type: "symlog", constant: 1 },
    axis: { title: "dose α (1 = no intervention)", values: rows.map(({ alpha }) => alpha), format: "~g" },
  };
  const y = { type: "quantitative", axis: { title: `change of the share of ${tag}`, format: "+.2f" } };
  const last = rows[rows.length - 1];
  const control = rows.every(({ controlLow }) => controlLow !== undefined);
  return figure(
    {
      name: `dose-response-${kebab(tag)}`,
      title: `Scaling ${latents.length === 1 ? "one latent" : `${latents.length} latents`}: change of the share of ${tag} in the top ${k}`,
      subtitle: [
        `Mean over ${users} users against their lists at α = 1, with the 95 % interval over users.`,
        `Latents ${latents.join(", ")}, ${choice}.`,
        ...(control
          ? [
              `Grey: middle 95 % of ${controls} random sets of as many latents, dosed to move the items as far.`,
              ...(p === undefined
                ? []
                : [`One p for the curve, each dose in its own standard deviations: ${p.toFixed(3)}.`]),
            ]
          : ["No control was run."]),
      ],
      text: `At α = ${last.alpha} the share of ${tag} changes by ${last.change.toFixed(3)}${control ? `; random sets by ${last.controlLow?.toFixed(3)} to ${last.controlHigh?.toFixed(3)}` : ""}.`,
    },
    {
      data: { values: rows },
      width: WIDTH,
      height: 260,
      layer: [
        ...(control
          ? [
              {
                mark: { type: "area", color: "#bbbbbb", opacity: 0.45 },
                encoding: { x, y: { ...y, field: "controlLow" }, y2: { field: "controlHigh" } },
              },
              {
                mark: { type: "line", color: "#888888", strokeDash: [4, 3] },
                encoding: { x, y: { ...y, field: "controlMedian" } },
              },
            ]
          : []),
        {
          mark: { type: "rule", color: COLORS.trained },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
        },
        {
          mark: { type: "line", color: COLORS.trained, point: { size: 55, color: COLORS.trained } },
          encoding: {
            x,
            y: { ...y, field: "change" },
            tooltip: [
              { field: "alpha", title: "α" },
              { field: "change", format: "+.3f" },
              { field: "low", format: "+.3f" },
              { field: "high", format: "+.3f" },
            ],
          },
        },
      ],
    },
  );
}
