import { z } from "zod";
import { requireInput } from "../base/errors";
import { begin, type OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import {
  described,
  notNegative,
  positive,
  refusal,
  requireSettings,
  type SettingText,
  seedSetting,
  whole,
} from "../base/settings";
import { openIals, UnsolvedRow } from "../kernels/ials";
import type { Factors } from "../records/factors";
import type { Interactions } from "../records/interactions";

/** Settings of {@link fitIals}, by name: {@link ialsSettings} describes each. */
export type IalsShape = {
  d: z.ZodInt;
  alpha: z.ZodNumber;
  reg: z.ZodNumber;
  iterations: z.ZodInt;
  tolerance: z.ZodNumber;
  initScale: z.ZodNumber;
  seed: z.ZodInt;
};

/** Settings of {@link fitIals}. */
export type IalsConfig = z.infer<z.ZodObject<IalsShape>>;

/**
 * Defaults where nothing is tuned. alpha and reg depend on the data by factors of a hundred: `tuneIals` chooses them. The
 * tolerance takes some 15 to 90 sweeps; beyond it NDCG@10 moves by less than its own noise.
 */
export const IALS_DEFAULTS: IalsConfig = {
  ...{ d: 20, alpha: 40, reg: 1, iterations: 100, tolerance: 5e-5 },
  ...{ initScale: 0.01, seed: 42 },
};

/**
 * How a fit went. The objective L = Σ c (x − s)² + reg (‖P‖² + ‖Q‖²) over all pairs costs nothing to know: with the items at their
 * optimum x = A⁻¹b its part in them is −Σ bᵀx, and what the users add is reg ‖P‖². A fit has converged when
 * (L before the sweep − L after it) / (L of zeros − L after it) is below the tolerance. Measured by L itself, most of which no
 * factors of this width can explain (84 % and more on sparse data), the same tolerance would stop at a different point on
 * every data set; measured by what the fit has gained, it does not. Exact sweeps never raise L, so a rise by rounding is the end. A greater rise is not: such a fit goes on.
 */
export interface IalsFit {
  /** The objective after each sweep. */
  objective: number[];
  /** Of factors of zero: (1 + alpha) for each interaction. */
  objectiveOfZeros: number;
  /** False where `iterations` ended the fit before it had converged. */
  converged: boolean;
}

/** A fit that has left the numbers. */
export class UnsolvedFit extends Error {}

/** Factors with how their fit went. */
export type IalsFactors = Factors & { fit: IalsFit };

/** What single precision tells of a sum. */
const RESOLUTION = 1e-6;

/**
 * Whether the last sweep lowered the objective by less than this share of all that it has been lowered since zeros. A rise that is more
 * than rounding, or an objective that is no number, is no convergence.
 */
export function hasConverged({ objective, objectiveOfZeros }: Omit<IalsFit, "converged">, tolerance: number): boolean {
  const [before, after] = objective.slice(-2);
  if (tolerance === 0 || objective.length < 2) return false;
  // A penalty may leave nothing: then what is gained is below what single precision can tell of the whole.
  const gained = Math.max(objectiveOfZeros - after, RESOLUTION * objectiveOfZeros);
  return before - after < tolerance * gained && after - before <= RESOLUTION * objectiveOfZeros;
}

const of = (key: keyof IalsConfig, meaning: string, unit: string, source: string): SettingText => ({
  ...{ meaning, unit, source, default: IALS_DEFAULTS[key] },
});

/** Each setting of iALS. */
export const ialsSettings: z.ZodObject<IalsShape> = z.object({
  d: described(
    whole(1, "the width of the factorization is a whole number from 1."),
    of("d", "Width of the factorization: numbers in a factor.", "count", "arXiv 2606.29341, section 4.1"),
  ),
  alpha: described(
    positive(),
    of(
      ...(["alpha", "Confidence of an interaction is 1 + alpha; of a gap, 1.", "factor"] as const),
      "Hu, Koren and Volinsky 2008, section 4",
    ),
  ),
  reg: described(
    positive(),
    of("reg", "L2 penalty on both factor matrices.", "factor", "ours, by ranking on the clothing-sized set"),
  ),
  iterations: described(
    whole(1, "the number of sweeps is a whole number from 1."),
    of(
      "iterations",
      "Sweeps over users and then items at most: the fit ends earlier where it has converged.",
      "count",
      "ours, by ranking on the clothing-sized set",
    ),
  ),
  tolerance: described(
    notNegative("give a number from 0, below 1.").lt(1, refusal("give a number from 0, below 1.")),
    of(
      "tolerance",
      "The fit has converged when a sweep lowers the objective by less than this share of all that it has been lowered since factors of zero; 0 never ends it early.",
      "share",
      "ours, by ranking on the clothing-sized set",
    ),
  ),
  initScale: described(
    positive("from a start of zeros nothing is learned."),
    of(
      "initScale",
      "Standard deviation of the items' normal start. Any small one does: users are solved first, exactly.",
      "factor",
      "the scale of implicit's start",
    ),
  ),
  seed: seedSetting("Seed of the items' start."),
});

/** Settings of iALS in a run, by name: alpha and reg are absent where they are tuned. */
export type IalsRunShape = Omit<IalsShape, "alpha" | "reg"> & {
  alpha: z.ZodOptional<z.ZodNumber>;
  reg: z.ZodOptional<z.ZodNumber>;
  tune: z.ZodBoolean;
};

const absent = (name: "alpha" | "reg"): string =>
  `Set by hand, it is held; absent, it is chosen by the tuning, or ${IALS_DEFAULTS[name]} where mf.tune is false.`;

/** Each setting of iALS in a run: what `tune` chooses need not be set. */
export const ialsRunSettings: z.ZodObject<IalsRunShape> = z.object({
  ...ialsSettings.shape,
  tune: described(z.boolean(), {
    meaning:
      "Choose mf.alpha and mf.reg on a validation part of the train split, as far as they are not set by hand. False keeps what is set.",
    ...{ unit: "yes or no", default: true, source: "ours" },
  }),
  alpha: described(positive(), {
    meaning: `Confidence of an interaction is 1 + alpha; of a gap, 1. ${absent("alpha")}`,
    ...{ unit: "factor", default: undefined, source: "Hu, Koren and Volinsky 2008, section 4" },
  }).optional(),
  reg: described(positive(), {
    meaning: `L2 penalty on both factor matrices. ${absent("reg")}`,
    ...{ unit: "factor", default: undefined, source: "ours, by ranking on the clothing-sized set" },
  }).optional(),
});

/** What a run sets of iALS where nothing is said. */
export const IALS_RUN_DEFAULTS: z.infer<z.ZodObject<IalsRunShape>> = (() => {
  const { alpha: _alpha, reg: _reg, ...settings } = IALS_DEFAULTS;
  return { tune: true, ...settings };
})();

/**
 * Fit implicit-feedback factors by alternating least squares, each row solved exactly (Hu, Koren and Volinsky
 * 2008, "Collaborative Filtering for Implicit Feedback Datasets", section 4), in single precision on the kernel; its
 * readable twin is `ials-reference.ts`. Sweeps go on until the fit has converged (see {@link IalsFit}), `iterations` at most. The
 * same bytes on any number of threads. A user or item without an interaction comes out as zeros.
 *
 * @param train the train split
 * @param onProgress is told the objective, as `loss`, at the end of each iteration
 * @param threads default: `MSAE_THREADS`, else as many as the machine has; one where the work is too little to share
 * @param start [items, d] items to go on from, of an earlier fit; default: drawn from the seed
 * @throws InputError when a setting is out of range or the split is empty
 * @throws UnsolvedFit when a row has no solution that is a number: with iteration, half-sweep and what to change
 */
export async function fitIals(
  train: Interactions,
  config: IalsConfig,
  onProgress?: OnProgress,
  threads?: number,
  start?: Float32Array,
): Promise<IalsFactors> {
  requireSettings("mf", ialsSettings, config);
  const { d, alpha, reg, iterations, tolerance } = config;
  const { csr } = train;
  requireInput(csr.indices.length > 0, "The train split has no interaction: give more data.");
  await begin(onProgress, "iALS");
  const solver = openIals(csr, config, threads);
  try {
    await begin(onProgress, "iALS");
    solver.setItems(start ?? drawnItems(csr.cols, config));
    const fit: IalsFit = { objective: [], objectiveOfZeros: (1 + alpha) * csr.indices.length, converged: false };
    const rows = csr.rows + csr.cols;
    for (let iteration = 0; iteration < iterations && !fit.converged; iteration++) {
      const report = (row: number, loss?: number): void | Promise<void> =>
        onProgress?.({
          phase: "iALS",
          done: iteration * rows + row,
          total: iterations * rows,
          unit: "rows",
          ...(loss === undefined ? {} : { metrics: { loss } }),
        });
      const within = (half: string) => (error: unknown) => {
        if (!(error instanceof UnsolvedRow)) throw error;
        throw new UnsolvedFit(`In iteration ${iteration + 1}, ${half}: ${error.message}`);
      };
      await solver.solveUsers((row) => report(row)).catch(within("users"));
      const { explained, norm } = await solver.solveItems((row) => report(csr.rows + row)).catch(within("items"));
      // With every item at its optimum x = A⁻¹b, the part of the objective that depends on it is −bᵀx.
      fit.objective.push(fit.objectiveOfZeros + reg * norm - explained);
      fit.converged = hasConverged(fit, tolerance);
      await report(rows, fit.objective[iteration]);
    }
    await onProgress?.({ phase: "iALS", done: iterations * rows, total: iterations * rows, unit: "rows" });
    return {
      d,
      users: solver.users(),
      items: solver.items(),
      userIds: train.users,
      itemIds: train.items,
      config: { kind: "ials", ...config },
      fit,
    };
  } finally {
    await solver.close();
  }
}

/** The items' start, [items, d]. */
export function drawnItems(
  items: number,
  { d, initScale, seed }: Pick<IalsConfig, "d" | "initScale" | "seed">,
): Float32Array {
  const random = seededRandom(seed, "ials/init");
  return Float32Array.from({ length: items * d }, () => initScale * random.normal());
}
