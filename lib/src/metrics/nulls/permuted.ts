import { type Random, seededRandom } from "../../base/random";
import { stretchedActivations, unitRows, valuesByLatent } from "../../records/activations";
import { pairMean, squareNorm } from "../monosemanticity";
import { eachDraw, type NullDefinition, type NullInput, overDraws, type ScoreNull } from "./null";

/**
 * Each latent's activations shuffled over the items, latents apart: is it in this latent rather than in any set of items?
 * Only where those above its lowest come to lie is drawn; the others weigh nothing.
 */
export const permuted: NullDefinition = { question: "latent", compute };

async function compute({ items, d, k, latents, seed, onProgress }: NullInput): Promise<ScoreNull> {
  const rows = Int32Array.from({ length: items.length / d }, (_, row) => row);
  const activations = stretchedActivations(latents, k, rows);
  const columns = valuesByLatent(activations, k);
  const unit = unitRows(items, d, rows);
  const draws = await eachDraw("permuted", { onProgress }, async (draw) => {
    const random = seededRandom(seed, `null/permuted/${draw}`);
    const scores = new Float64Array(k).fill(Number.NaN);
    for (const [latent, values] of columns.entries()) {
      if (activations.varies[latent] === 1) scores[latent] = shuffledScore(values, unit, d, random);
      await onProgress?.({ phase: "null permuted, one draw", done: latent + 1, total: k, unit: "latents" });
    }
    return scores;
  });
  return overDraws(draws, "activations shuffled over the items");
}

/**
 * The score with the values, shuffled, on as many rows drawn without replacement: every set of rows is as likely (Knuth's
 * selection sampling), and rows are met in the order in which they lie in memory. `values` stays shuffled.
 */
function shuffledScore(values: Float64Array, unit: Float64Array, d: number, random: Random): number {
  random.shuffle(values);
  const n = unit.length / d;
  const direction = new Float64Array(d);
  let [sum, squares, left] = [0, 0, values.length];
  for (let row = 0; row < n && left > 0; row++) {
    if (random.uniform() * (n - row) >= left) continue;
    const weight = values[--left];
    sum += weight;
    squares += weight * weight;
    for (let f = 0, from = row * d; f < d; f++) direction[f] += weight * unit[from + f];
  }
  return pairMean(squareNorm(direction), squares, sum);
}
