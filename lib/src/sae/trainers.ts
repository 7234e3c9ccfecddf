import { type MsaeConfig, msae } from "./msae";
import { type PlainSaeConfig, plainSae } from "./plain";
import { type TrainedSae, type TrainingRows, type TrainOptions, trainSae } from "./train";

/** Train a Matryoshka sparse autoencoder on rows of users and items, outside any store: see {@link trainSae}. */
export const trainMsae = (rows: TrainingRows, config: MsaeConfig, options: TrainOptions = {}): Promise<TrainedSae> =>
  trainSae(msae, rows, config, options);

/** Train a plain sparse autoencoder, the paper's baseline, outside any store: see {@link trainSae}. */
export const trainPlainSae = (
  rows: TrainingRows,
  config: PlainSaeConfig,
  options: TrainOptions = {},
): Promise<TrainedSae> => trainSae(plainSae, rows, config, options);
