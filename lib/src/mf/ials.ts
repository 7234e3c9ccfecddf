import { z } from "zod";
import { requireInput } from "../base/errors";
import { begin, type OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { described, positive, requireSettings, type SettingText, seedSetting, whole } from "../base/settings";
import { openIals, UnsolvedRow } from "../kernels/ials";
import type { Factors } from "../records/factors";
import type { Interactions } from "../records/interactions";

/** Settings of {@link fitIals}, by name: {@link ialsSettings} describes each. */
export type IalsShape = {
  d: z.ZodInt;
  alpha: z.ZodNumber;
  reg: z.ZodNumber;
  iterations: z.ZodInt;
  initScale: z.ZodNumber;
  seed: z.ZodInt;
};

/** Settings of {@link fitIals}. */
export type IalsConfig = z.infer<z.ZodObject<IalsShape>>;

/** The calibrated settings: on the clothing-sized set they beat popularity four times over. */
export const IALS_DEFAULTS: IalsConfig = { d: 20, alpha: 40, reg: 1, iterations: 15, initScale: 0.01, seed: 42 };

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
    of("iterations", "Sweeps over users and then items.", "count", "implicit's default"),
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

/**
 * Fit implicit-feedback factors by alternating least squares, each row solved exactly (Hu, Koren and Volinsky
 * 2008, "Collaborative Filtering for Implicit Feedback Datasets", section 4), in single precision on the kernel; its
 * readable twin is `ials-reference.ts`. The same bytes on any number of threads. A user or item without an interaction comes
 * out as zeros.
 *
 * @param train the train split
 * @param onProgress is told the objective, as `loss`, at the end of each iteration
 * @param threads default: `MSAE_THREADS`, else as many as the machine has; one where the work is too little to share
 * @throws InputError when a setting is out of range or the split is empty
 * @throws Error when a row has no solution that is a number: with iteration, half-sweep and what to change
 */
export async function fitIals(
  train: Interactions,
  config: IalsConfig,
  onProgress?: OnProgress,
  threads?: number,
): Promise<Factors> {
  requireSettings("mf", ialsSettings, config);
  const { d, alpha, reg, iterations, initScale, seed } = config;
  const { csr } = train;
  requireInput(csr.indices.length > 0, "The train split has no interaction: give more data.");
  const random = seededRandom(seed, "ials/init");
  const start = Float32Array.from({ length: csr.cols * d }, () => initScale * random.normal());
  await begin(onProgress, "iALS");
  const solver = openIals(csr, config, threads);
  try {
    await begin(onProgress, "iALS");
    solver.setItems(start);
    const rows = csr.rows + csr.cols;
    for (let iteration = 0; iteration < iterations; iteration++) {
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
        throw new Error(`In iteration ${iteration + 1}, ${half}: ${error.message}`);
      };
      await solver.solveUsers((row) => report(row)).catch(within("users"));
      const { explained, norm } = await solver.solveItems((row) => report(csr.rows + row)).catch(within("items"));
      // With every item at its optimum x = A⁻¹b, the part of the objective that depends on it is −bᵀx.
      await report(rows, (1 + alpha) * csr.indices.length + reg * norm - explained);
    }
    return {
      d,
      users: solver.users(),
      items: solver.items(),
      userIds: train.users,
      itemIds: train.items,
      config: { kind: "ials", ...config },
    };
  } finally {
    await solver.close();
  }
}
