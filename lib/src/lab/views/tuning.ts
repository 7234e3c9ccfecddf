import { requireData } from "../../base/errors";
import { convergence } from "../../charts/convergence";
import type { Figure } from "../../charts/figure";
import { tuningCurve } from "../../charts/tuning-curve";
import type { TunedIals } from "../../mf/tune-ials";
import type { Factors } from "../../records/factors";

/** How much each sweep of a fit by iALS still changed, and whether it converged. @throws MissingData for factors without a history */
export function convergenceFigure({ fit, config }: Factors): Figure {
  requireData(
    fit !== undefined,
    "These factors have no history of sweeps: they were not fitted by iALS, but elsewhere or in another way.",
  );
  const { objective, objectiveOfZeros, converged } = fit;
  const rows = objective.map((after, index) => ({
    sweep: index + 1,
    objective: after,
    share: ((index === 0 ? objectiveOfZeros : objective[index - 1]) - after) / (objectiveOfZeros - after),
  }));
  return convergence(rows, Number(config.tolerance ?? 0), converged);
}

/** The candidates of the tuning by penalty, a panel a rung. */
export function tuningFigure({ curve, chosen, validation }: TunedIals): Figure {
  const isChosen = ({ alpha, share, sweeps }: TunedIals["chosen"]): boolean =>
    alpha === chosen.alpha && share === chosen.share && sweeps === chosen.sweeps;
  const rows = curve.map((point) => ({ ...point, chosen: isChosen(point) }));
  return tuningCurve(rows, validation.popularity);
}

/** The candidates with their NDCG@10 after each rung, those that got furthest first; popularity last. */
export function tuningTable({ candidates, rungs, curve, chosen, validation }: TunedIals): Record<string, unknown>[] {
  const rows = candidates.map(({ alpha, reg, share }) => {
    const reached = curve.filter((point) => point.alpha === alpha && point.share === share);
    const ndcgAfter = (sweeps: number): number | undefined =>
      reached.find((point) => point.sweeps === sweeps)?.ndcgAt10;
    return {
      row: {
        ...{ alpha, reg, "penalty / noise level": share },
        ...Object.fromEntries(rungs.map(({ sweeps }) => [`NDCG@10, ${sweeps} sweeps`, ndcgAfter(sweeps)])),
        chosen: alpha === chosen.alpha && share === chosen.share ? "chosen" : "",
      },
      rung: reached.length,
      last: reached[reached.length - 1]?.ndcgAt10 ?? Number.NaN,
    };
  });
  rows.sort((a, b) => b.rung - a.rung || b.last - a.last);
  const last = rungs[rungs.length - 1].sweeps;
  return [...rows.map(({ row }) => row), { chosen: "popularity", [`NDCG@10, ${last} sweeps`]: validation.popularity }];
}
