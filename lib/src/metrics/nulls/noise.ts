import { type NullDefinition, type NullInput, noiseNull, type ScoreNull } from "./null";

/** The trained autoencoder on Gaussian noise of the factors' overall standard deviation: what any cloud of points gives. */
export const noise: NullDefinition = { question: "noise", compute };

async function compute(input: NullInput): Promise<ScoreNull> {
  const scale = standardDeviation(input.items);
  const what = `factors replaced by N(0, ${scale.toPrecision(3)}²)`;
  return noiseNull(input, { name: "noise", stream: "noise", what }, (random, rows) =>
    Float32Array.from({ length: rows * input.d }, () => scale * random.normal()),
  );
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
