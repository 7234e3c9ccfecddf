import { BCE_SGD_DEFAULTS } from "../mf/bce-sgd";
import { IALS_RUN_DEFAULTS } from "../mf/ials";

/** Where factors come from. */
export type MfKind = "ials" | "bce-sgd" | "given";

/** What a preset says of one factorization; of factors that were fitted elsewhere, nothing. */
export function mfPreset(kind: MfKind): Record<string, unknown> {
  if (kind === "given") return { kind };
  const { seed: _seed, ...settings } = kind === "ials" ? IALS_RUN_DEFAULTS : BCE_SGD_DEFAULTS;
  return { kind, ...settings };
}

/** The factorization of a preset. */
export const mfKind = (preset: "paper" | "calibrated"): "ials" | "bce-sgd" => (preset === "paper" ? "bce-sgd" : "ials");
