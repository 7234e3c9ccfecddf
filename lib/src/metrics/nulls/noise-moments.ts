import { begin } from "../../base/progress";
import { type NullDefinition, type NullInput, noiseNull, type ScoreNull } from "./null";

/** The trained autoencoder on Gaussian noise with the factors' mean and full covariance: what the cloud's shape alone gives. */
export const noiseMoments: NullDefinition = { question: "covariance", compute };

async function compute(input: NullInput): Promise<ScoreNull> {
  const { items, d } = input;
  const { mean, covariance } = moments(items, d);
  const root = choleskyRoot(covariance, d);
  await begin(input.onProgress, "null noiseMoments");
  const what = "factors replaced by Gaussian noise with their mean and covariance";
  return noiseNull(input, { name: "noiseMoments", stream: "noise-moments", what }, (random, rows) => {
    const cloud = new Float32Array(rows * d);
    const normals = new Float64Array(d);
    for (let row = 0; row < rows; row++) {
      for (let f = 0; f < d; f++) normals[f] = random.normal();
      for (let f = 0; f < d; f++) {
        let value = mean[f];
        for (let g = 0; g <= f; g++) value += root[f * d + g] * normals[g];
        cloud[row * d + f] = value;
      }
    }
    return cloud;
  });
}

/** Mean [d] and covariance [d, d] of rows [n, d]. */
export function moments(rows: Float32Array, d: number): { mean: Float64Array; covariance: Float64Array } {
  const n = rows.length / d;
  const mean = new Float64Array(d);
  for (let index = 0; index < rows.length; index++) mean[index % d] += rows[index] / n;
  const covariance = new Float64Array(d * d);
  for (let row = 0; row < n; row++)
    for (let f = 0; f < d; f++) {
      const left = rows[row * d + f] - mean[f];
      for (let g = 0; g < d; g++) covariance[f * d + g] += (left * (rows[row * d + g] - mean[g])) / n;
    }
  return { mean, covariance };
}

/** Lower triangular root L with L·Lᵀ = covariance; a direction without variance gets a column of zeros. */
export function choleskyRoot(covariance: Float64Array, d: number): Float64Array {
  const root = new Float64Array(d * d);
  let largest = 0;
  for (let f = 0; f < d; f++) largest = Math.max(largest, covariance[f * d + f]);
  for (let j = 0; j < d; j++) {
    let rest = covariance[j * d + j];
    for (let g = 0; g < j; g++) rest -= root[j * d + g] ** 2;
    if (rest <= 1e-12 * largest) continue;
    root[j * d + j] = Math.sqrt(rest);
    for (let i = j + 1; i < d; i++) {
      let sum = covariance[i * d + j];
      for (let g = 0; g < j; g++) sum -= root[i * d + g] * root[j * d + g];
      root[i * d + j] = sum / root[j * d + j];
    }
  }
  return root;
}
