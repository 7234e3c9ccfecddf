import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import type { Cells } from "./cells";
import type { PlantedConfig } from "./config";
import type { Taste } from "./taste";

/** Users whose tastes stand for everybody's, and rounds of correction. */
const SAMPLE = 20_000;
const ROUNDS = 6;

/**
 * A factor for each cell with which users' tastes bring it, on average, the share of interactions that its popularity says:
 * counts an item then follow the popularity curve whatever the item's concepts, as in a shop whose stock follows demand.
 *
 * @returns [cells] > 0
 */
export async function balanceCells(
  cells: Cells,
  taste: Taste,
  config: PlantedConfig,
  onProgress?: OnProgress,
): Promise<Float64Array> {
  const { paths, styleSets, popularity } = cells;
  const count = paths.length;
  const factors = new Float64Array(count).fill(1);
  const users = seededRandom(config.seed, "planted/balance")
    .shuffle(Int32Array.from({ length: config.users }, (_, user) => user))
    .subarray(0, SAMPLE);
  const total = popularity.reduce((sum, value) => sum + value, 0);
  const pull = new Float64Array(count);
  const weight = new Float64Array(count);
  const expected = new Float64Array(count);
  let reported = Date.now();
  for (let round = 0; round < ROUNDS; round++) {
    expected.fill(0);
    for (let c = 0; c < count; c++) pull[c] = popularity[c] * factors[c];
    for (const [n, user] of users.entries()) {
      const { paths: byPath, styleSets: byStyles } = taste.of(user);
      let sum = 0;
      for (let c = 0; c < count; c++) {
        weight[c] = byPath[paths[c]] * byStyles[styleSets[c]] * pull[c];
        sum += weight[c];
      }
      for (let c = 0; c < count; c++) expected[c] += weight[c] / sum;
      if (Date.now() - reported < 100) continue;
      const done = round * users.length + n + 1;
      await onProgress?.({ phase: "balancing demand", done, total: ROUNDS * users.length, unit: "users" });
      reported = Date.now();
    }
    for (let c = 0; c < count; c++) factors[c] *= (popularity[c] / total) * (users.length / expected[c]);
  }
  return factors;
}
