import { seededRandom } from "../../base/random";
import {
  eachDraw,
  MAX_NOISE_ROWS,
  type NullDefinition,
  type NullInput,
  overDraws,
  type ScoreNull,
  scoreOfRows,
} from "./null";

/** The trained autoencoder on Gaussian noise of the factors' overall standard deviation: what any cloud of points gives. */
export const noise: NullDefinition = { question: "noise", compute };

async function compute(input: NullInput): Promise<ScoreNull> {
  const { items, d, seed } = input;
  const scale = standardDeviation(items);
  const rows = Math.min(items.length / d, MAX_NOISE_ROWS);
  const draws = await eachDraw("noise", input, (draw) => {
    const random = seededRandom(seed, `null/noise/${draw}`);
    const cloud = Float32Array.from({ length: rows * d }, () => scale * random.normal());
    return scoreOfRows(cloud, input);
  });
  return overDraws(draws, `factors replaced by N(0, ${scale.toPrecision(3)}²)`);
}

/** Standard deviation of all entries about their common mean. */
export function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let square = 0;
  for (const value of values) square += (value - mean) ** 2;
  return Math.sqrt(square / values.length);
}
