import { IALS_DEFAULTS, type IalsConfig } from "../mf/ials";
import type { TunedIals } from "../mf/tune-ials";
import type { LabConfig } from "./config";

/**
 * The settings of a fit: what is set by hand, else what was chosen, else the defaults. A setting that is there and undefined is not set.
 * In a file of its own, since a stage's file is no part of another stage's key.
 */
export function ialsConfig(
  { tune: _tune, ...mf }: Omit<Extract<LabConfig["mf"], { kind: "ials" }>, "kind">,
  seed: number,
  tuned: TunedIals | undefined,
): IalsConfig {
  const chosen = tuned?.chosen ?? IALS_DEFAULTS;
  return { ...mf, alpha: mf.alpha ?? chosen.alpha, reg: mf.reg ?? chosen.reg, seed };
}
