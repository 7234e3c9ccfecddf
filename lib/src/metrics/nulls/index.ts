import { noise } from "./noise";
import { noiseMoments } from "./noise-moments";
import { noiseTrained } from "./noise-trained";
import type { NullDefinition, NullInput, ScoreNull } from "./null";
import { permuted } from "./permuted";
import { rewired } from "./rewired";
import { untrained } from "./untrained";

export type { Encode, NullDefinition, NullInput, NullQuestion, ScoreNull } from "./null";

/** Every null of the score by the name that it has in `card.json`, in the order of tables. A new null is a new file and a line here. */
export const scoreNulls: Readonly<Record<string, NullDefinition>> = {
  permuted,
  noise,
  noiseMoments,
  untrained,
  noiseTrained,
  rewired,
};

/** Compute every null that needs no training of its own, one after the other. @param only names; default: all of those */
export async function computeNulls(
  input: NullInput,
  only: readonly string[] = Object.keys(scoreNulls),
): Promise<Record<string, ScoreNull>> {
  const wanted = only.flatMap((name) => {
    const { compute } = scoreNulls[name];
    return compute ? [{ name, compute }] : [];
  });
  const nulls: Record<string, ScoreNull> = {};
  for (const [done, { name, compute }] of wanted.entries()) {
    nulls[name] = await compute(input);
    await input.onProgress?.({ phase: "nulls of the score", done: done + 1, total: wanted.length, unit: "nulls" });
  }
  return nulls;
}
