import { join } from "node:path";
import type { Dataset } from "../../data/ingest";
import type { Interactions } from "../../data/interactions";
import { requireInput } from "../../errors";
import { FACTOR_FILES, joinFactors, readFactorsFolder, requireFactorFiles } from "../../formats/factors-folder";
import { fitBceSgd } from "../../mf/bce-sgd";
import type { Factors } from "../../mf/factors";
import { fitIals } from "../../mf/ials";
import type { LabConfig } from "../config";
import { sha256File } from "../hash";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { SplitResult } from "./split";

/** Fit the factorization on the train split only, or take factors that were fitted elsewhere. */
export async function factorsStage(
  context: StageContext,
  config: LabConfig,
  data: Artifact<Dataset>,
  split: Artifact<SplitResult>,
): Promise<Artifact<Factors>> {
  const { users, items, train } = split.value;
  requireInput(
    items.length >= config.sae.k,
    `${data.value.source} leaves ${items.length} items after pruning, fewer than the ${config.sae.k} latents: give more data, prune less, or ask for fewer latents with --k.`,
  );
  const interactions: Interactions = { users, items, csr: train };
  const mf = config.mf;
  if (mf.kind === "given") return givenFactors(context, mf.folder, split);
  return runStage(context, {
    stage: "factors",
    phase: mf.kind === "ials" ? "iALS" : "BCE SGD",
    config: mf,
    inputs: { split: split.manifest.hash },
    compute: ({ onProgress }) =>
      mf.kind === "ials"
        ? fitIals(interactions, { ...mf, seed: context.seed }, onProgress)
        : fitBceSgd(interactions, { ...mf, seed: context.seed }, onProgress),
    shapes: (factors) => ({
      users: [factors.userIds.length, factors.d],
      items: [factors.itemIds.length, factors.d],
    }),
  });
}

/** Factors of a folder, brought to the split's rows by id. Whether they saw held-out positives only their maker knows. */
async function givenFactors(
  context: StageContext,
  folder: string,
  split: Artifact<SplitResult>,
): Promise<Artifact<Factors>> {
  requireFactorFiles(folder);
  const inputs: Record<string, string> = { split: split.manifest.hash };
  for (const name of FACTOR_FILES) inputs[name] = await sha256File(join(folder, name)).catch(() => "unreadable");
  return runStage(context, {
    stage: "factors",
    phase: "reading factors",
    config: { kind: "given" },
    inputs,
    compute: async () => {
      const { users, items } = split.value;
      const { factors, missing } = joinFactors(readFactorsFolder(folder), users, items);
      for (const [what, count] of Object.entries(missing))
        if (count > 0) context.warn(`${count} ${what} of the data have no row in the factors: they count as zero.`);
      return { ...factors, config: { kind: "given", d: factors.d, missing } };
    },
    shapes: (factors) => ({
      users: [factors.userIds.length, factors.d],
      items: [factors.itemIds.length, factors.d],
    }),
  });
}
