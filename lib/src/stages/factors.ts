import { dirname, join } from "node:path";
import { FACTOR_FILES, joinFactors, readFactorsFolder, requireFactorFiles } from "../formats/factors-folder";
import { fitBceSgd } from "../mf/bce-sgd";
import { fitIals } from "../mf/ials";
import type { Factors } from "../records/factors";
import type { Interactions } from "../records/interactions";
import type { LabConfig } from "./config";
import { ialsConfig } from "./ials-config";
import { type SplitResult, split } from "./split";
import { defineStage, optional, type Stage } from "./stage";
import { tune } from "./tune";

const PHASES = { ials: "iALS", "bce-sgd": "BCE SGD", given: "reading factors" } as const;

/** The factorization, fitted on the train split only, or factors that were fitted elsewhere. */
export const factors: Stage<Factors> = defineStage({
  name: "factors",
  phase: ({ kind }: LabConfig["mf"]) => PHASES[kind],
  needs: { split, tune: optional(tune) },
  // Where a folder lies says nothing about what is in it.
  settings: ({ mf }) => (mf.kind === "given" ? { ...mf, folder: "" } : mf),
  files({ mf }): Record<string, string> {
    if (mf.kind !== "given") return {};
    requireFactorFiles(mf.folder);
    return Object.fromEntries(FACTOR_FILES.map((name) => [name, join(mf.folder, name)]));
  },
  async compute({ split, tune }, { settings, seed, files, warn, onProgress }) {
    if (settings.kind === "given")
      return givenFactors(dirname(files[FACTOR_FILES[0]]), settings.maxMissing, split, warn);
    const train: Interactions = { users: split.users, items: split.items, csr: split.train };
    if (settings.kind === "bce-sgd") return fitBceSgd(train, { ...settings, seed }, onProgress);
    const { kind: _kind, ...mf } = settings;
    const fitted = await fitIals(train, ialsConfig(mf, seed, tune), onProgress);
    if (!fitted.fit.converged && settings.tolerance > 0)
      warn(
        `iALS was stopped at the cap of ${settings.iterations} sweeps before it had converged: raise mf.iterations.`,
      );
    return { ...fitted, config: { ...fitted.config, tuned: tune !== undefined } };
  },
  shapes: ({ userIds, itemIds, d }) => ({ users: [userIds.length, d], items: [itemIds.length, d] }),
});

/** Factors of a folder, brought to the split's rows by id. Whether they saw held-out positives only their maker knows. */
function givenFactors(
  folder: string,
  maxMissing: number | undefined,
  { users, items }: SplitResult,
  warn: (message: string) => void,
): Factors {
  const { factors, missing } = joinFactors(readFactorsFolder(folder), users, items, maxMissing);
  for (const [what, count] of Object.entries(missing))
    if (count > 0) warn(`${count} ${what} of the data have no row in the factors: they count as zero.`);
  return { ...factors, config: { kind: "given", d: factors.d, missing } };
}
