import { untrainedWeights } from "../../sae/encode";
import { meanScore, monosemanticityAll } from "../monosemanticity";
import type { NullDefinition, NullInput, ScoreNull } from "./null";

/** The autoencoder with its starting weights on the real factors: did training find more than random directions do? */
export const untrained: NullDefinition = { question: "training", weights: untrainedWeights, compute };

async function compute({ items, d, k, encodeUntrained, onProgress }: NullInput): Promise<ScoreNull> {
  const perLatent = await monosemanticityAll(await encodeUntrained(items), k, items, d, onProgress);
  const mean = meanScore(perLatent);
  return { mean, perLatent, draws: [mean], what: "trained weights replaced by the starting weights" };
}
