import { seededRandom } from "../../lib/src/base/random";
import { initAdam, type Parameters } from "../../lib/src/sae/adam";
import { MSAE_DEFAULTS, type MsaeConfig } from "../../lib/src/sae/msae";
import type { Checkpoint, TrainingRows } from "../../lib/src/sae/train";

/** A training that has not begun. */
export const stateOf = (parameters: Parameters): Pick<Checkpoint, "parameters" | "adam"> => ({
  parameters,
  adam: initAdam(parameters),
});

export const small: MsaeConfig = {
  ...MSAE_DEFAULTS,
  // Nothing is a multiple of four or of eight: every edge is met.
  ...{ k: 7, prefixes: [2, 3, 7], batch: 9, epochs: 4, lr: 5e-3, betaEnd: 3, betaWarmup: 1 },
};
export const D = 5;

/** Normal rows of both sides. */
export function random(n: number, d: number, seed = 8): TrainingRows {
  const draw = seededRandom(seed, "fused-test");
  const side = (): Float32Array => Float32Array.from({ length: n * d }, () => draw.normal());
  return { users: side(), items: side(), d };
}
