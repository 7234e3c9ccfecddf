import type { Architecture, TrainingConfig } from "./architecture";
import { FUSED } from "./backend";
import { chooseEngine } from "./choose-engine";
import { trainFused } from "./fused";
import { type MsaeConfig, msae } from "./msae";
import { type PlainSaeConfig, plainSae } from "./plain";
import { type TrainedSae, type TrainingRows, type TrainOptions, trainSae } from "./train";

/** Train on the engine that {@link chooseEngine} gives for this shape: the fused kernel, or tfjs by {@link trainSae}. */
export async function trainOnBest<C extends TrainingConfig>(
  architecture: Architecture<C>,
  rows: TrainingRows,
  config: C,
  options: TrainOptions = {},
): Promise<TrainedSae> {
  const { engine } = await chooseEngine(architecture, { k: config.k, d: rows.d });
  return engine === FUSED
    ? trainFused(architecture, rows, config, options)
    : trainSae(architecture, rows, config, options);
}

/** Train a Matryoshka sparse autoencoder on rows of users and items, outside any store: see {@link trainOnBest}. */
export const trainMsae = (rows: TrainingRows, config: MsaeConfig, options: TrainOptions = {}): Promise<TrainedSae> =>
  trainOnBest(msae, rows, config, options);

/** Train a plain sparse autoencoder, the paper's baseline, outside any store: see {@link trainOnBest}. */
export const trainPlainSae = (
  rows: TrainingRows,
  config: PlainSaeConfig,
  options: TrainOptions = {},
): Promise<TrainedSae> => trainOnBest(plainSae, rows, config, options);
