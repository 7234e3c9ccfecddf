import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { median } from "../base/quantiles";
import type { EngineName } from "./backend";
import { trainFused } from "./fused";
import { type MsaeConfig, msae } from "./msae";
import { type EpochLoss, type TrainedSae, type TrainingRows, trainSae } from "./train";

/** One form's training. */
export interface EngineRun {
  engine: EngineName;
  history: EpochLoss[];
  /** Median over the epochs after the first, in which an engine gets under way. */
  millisecondsPerStep: number;
}

/** The same training in both forms. */
export interface EngineComparison {
  /** The readable form: tfjs, gradients by automatic differentiation. */
  tfjs: EngineRun;
  /** The kernel. */
  fused: EngineRun;
  /** How many times faster the kernel is. */
  timesFaster: number;
  /** Largest difference of an epoch's mean loss, relative to tfjs's; single precision keeps about 1e-6. */
  lossDifference: number;
  /** Largest difference of a weight, relative to the largest weight. */
  weightDifference: number;
}

/**
 * Train the same autoencoder twice, in tfjs and on the fused kernel, from the same start over the same batches: the same losses,
 * and how many times faster. Keep it short with few `epochs`: tfjs takes some 20 ms a step.
 *
 * @throws InputError for fewer than two epochs: the first only gets under way
 */
export async function compareEngines(
  rows: TrainingRows,
  config: MsaeConfig,
  onProgress?: OnProgress,
): Promise<EngineComparison> {
  requireInput(config.epochs >= 2, `There is ${config.epochs} epoch to compare engines over: give two or more.`);
  const timed = async (
    half: number,
    train: typeof trainFused<MsaeConfig>,
  ): Promise<EngineRun & { trained: TrainedSae }> => {
    const ends: number[] = [];
    const trained = await train(msae, rows, config, {
      onProgress: (progress) =>
        onProgress?.({ ...progress, done: half * progress.total + progress.done, total: 2 * progress.total }),
      onCheckpoint: () => void ends.push(performance.now()),
    });
    const { steps } = trained.history[0];
    const perStep = ends.slice(1).map((end, index) => (end - ends[index]) / steps);
    const millisecondsPerStep = median(perStep);
    return { engine: trained.backend, history: trained.history, millisecondsPerStep, trained };
  };
  const { trained: readable, ...tfjs } = await timed(0, trainSae);
  const { trained: kernel, ...fused } = await timed(1, trainFused);
  const [known, found] = [readable, kernel].map(({ weights: { W, decoder } }) => [...W, ...(decoder ?? [])]);
  const largest = known.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return {
    tfjs,
    fused,
    timesFaster: tfjs.millisecondsPerStep / fused.millisecondsPerStep,
    lossDifference: tfjs.history.reduce(
      (most, { total }, index) => Math.max(most, Math.abs(fused.history[index].total / total - 1)),
      0,
    ),
    weightDifference: known.reduce(
      (most, weight, index) => Math.max(most, Math.abs(found[index] - weight) / largest),
      0,
    ),
  };
}
