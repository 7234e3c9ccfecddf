import { meanScore, monosemanticity } from "../monosemanticity";
import type { NullInput, ScoreNull } from "./null";

/** The autoencoder with its starting weights on the real factors: did training find more than random directions do? */
export function untrained({ items, d, k, encodeUntrained }: NullInput): ScoreNull {
  const perLatent = monosemanticity(encodeUntrained(items), k, items, d);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained weights replaced by the starting weights" };
}
