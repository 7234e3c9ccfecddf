import { seededRandom } from "../../random";
import { monosemanticity } from "../monosemanticity";
import { NULL_DRAWS, type NullInput, overDraws, type ScoreNull } from "./null";

/** Each latent's activations shuffled over the items, latents apart: is it in this latent rather than in any set of items? */
export function permuted({ items, d, k, latents, seed }: NullInput): ScoreNull {
  const n = items.length / d;
  const draws = Array.from({ length: NULL_DRAWS }, (_, draw) => {
    const random = seededRandom(seed, `null/permuted/${draw}`);
    const shuffled = new Float32Array(latents.length);
    for (let latent = 0; latent < k; latent++) {
      const column = random.shuffle(Float32Array.from({ length: n }, (_, row) => latents[row * k + latent]));
      for (let row = 0; row < n; row++) shuffled[row * k + latent] = column[row];
    }
    return monosemanticity(shuffled, k, items, d);
  });
  return overDraws(draws, "activations shuffled over the items");
}
