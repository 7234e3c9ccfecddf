import { requireData } from "../base/errors";
import { evaluateLists } from "../metrics/ranking";
import { type TunedIals, type TuneIalsConfig, tuneIals } from "../mf/tune-ials";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/**
 * iALS's alpha and reg chosen on a validation part of the train split, what is set by hand held fixed: see `tuneIals`. The null
 * `rewired` fits its factors with what was chosen on the real data: the degrees, which the penalty is measured by, are the
 * same, and a penalty chosen where there is nothing to find would be whatever luck liked, so that the null would differ from the data in
 * two ways at once. Runs with other seeds choose again, since a part of one seed's train split is another's test split.
 */
export const tune: Stage<TunedIals> = defineStage({
  name: "tune",
  phase: "tuning",
  needs: { split },
  settings({ mf }): Omit<TuneIalsConfig, "seed"> {
    requireData(
      mf.kind === "ials",
      "Nothing was tuned: alpha and reg are settings of iALS, and these factors were fitted in another way.",
    );
    requireData(mf.tune, "Nothing was tuned: mf.tune is false, so what is set was kept.");
    const { kind: _kind, tune: _tune, tolerance: _tolerance, ...settings } = mf;
    return settings;
  },
  compute: ({ split: { users, items, train } }, { settings, seed, onProgress }) =>
    tuneIals(
      { users, items, csr: train },
      { ...settings, seed },
      async (factors, fitted, heldOut, tell, threads) =>
        (await evaluateLists(factors, fitted, heldOut, { onProgress: tell, threads })).ndcgAt10,
      onProgress,
    ),
  runs: ({ mf }) => mf.kind === "ials" && mf.tune && (mf.alpha === undefined || mf.reg === undefined),
});
