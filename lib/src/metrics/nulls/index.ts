import { noise } from "./noise";
import { noiseMoments } from "./noise-moments";
import type { NullInput, ScoreNull } from "./null";
import { permuted } from "./permuted";
import { untrained } from "./untrained";

export type { Encode, NullInput, ScoreNull } from "./null";

/** The nulls that need no training, by the name that they have in `card.json`. A new null is a new file and a line here. */
export const scoreNulls: Readonly<Record<string, (input: NullInput) => Promise<ScoreNull>>> = {
  permuted,
  noise,
  noiseMoments,
  untrained,
};
