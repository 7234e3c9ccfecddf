import { COLORS, type Figure, figure, short, WIDTH } from "./figure";

/** One sweep of a fit. */
export interface SweepRow {
  sweep: number;
  objective: number;
  /** By how much it lowered the objective, of all that has been lowered since factors of zero. */
  share: number;
}

/** How much each sweep of a fit still changed, down to the tolerance at which it counts as converged. */
export function convergence(rows: readonly SweepRow[], tolerance: number, converged: boolean): Figure {
  const last = rows[rows.length - 1];
  const end = converged
    ? `converged after ${last.sweep} sweeps`
    : `STOPPED AT THE CAP of ${last.sweep} sweeps, not converged`;
  // A sweep that changed nothing, or by less than rounding, has no place on a logarithmic axis.
  const values = rows.filter(({ share }) => share > 0);
  const y = { type: "quantitative", scale: { type: "log" } };
  return figure(
    {
      name: "convergence",
      title: `How far has the fit come? It ${converged ? "has" : "was"} ${end}`,
      subtitle: [
        "Share of the whole descent of the objective that a sweep still made, on a logarithmic axis.",
        tolerance > 0
          ? `Dashed: the tolerance of ${short(tolerance)} below which it counts as converged.`
          : "With a tolerance of 0 all sweeps are made.",
      ],
      text: `The fit ${end}: the last sweep lowered the objective by ${short(last.share)} of all that it was lowered.`,
    },
    {
      width: WIDTH - 60,
      height: 220,
      layer: [
        {
          data: { values },
          mark: { type: "line", point: { color: COLORS.ours }, color: COLORS.ours },
          encoding: {
            x: { field: "sweep", type: "quantitative", axis: { title: "sweep", tickMinStep: 1 } },
            y: { field: "share", ...y, axis: { title: "share of the descent", format: ".0e" } },
            tooltip: [
              { field: "sweep" },
              { field: "share", format: ".2e", title: "share of the descent" },
              { field: "objective", format: ".7~g" },
            ],
          },
        },
        ...(tolerance > 0
          ? [
              {
                data: { values: [{ tolerance }] },
                mark: { type: "rule", strokeDash: [6, 4], color: "#555" },
                encoding: { y: { field: "tolerance", ...y } },
              },
            ]
          : []),
      ],
    },
  );
}
