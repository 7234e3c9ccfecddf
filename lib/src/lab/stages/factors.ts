import type { Dataset } from "../../data/ingest";
import type { Interactions } from "../../data/interactions";
import { requireInput } from "../../errors";
import { fitBceSgd } from "../../mf/bce-sgd";
import type { Factors } from "../../mf/factors";
import { fitIals } from "../../mf/ials";
import type { LabConfig } from "../config";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { SplitResult } from "./split";

/** Fit the factorization on the train split only. */
export function factorsStage(
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
