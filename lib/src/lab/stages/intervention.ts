import type { Dataset } from "../../data/ingest";
import { genderTags } from "../../data/tags";
import { latentsFor } from "../../interventions/choose";
import { drawUsers, type ResponseCurve, responseCurve } from "../../interventions/response";
import { halfOf } from "../../metrics/halves";
import type { Factors } from "../../mf/factors";
import { encodeAll } from "../../sae/encode";
import type { TrainedSae } from "../../sae/train";
import { runStage, type StageContext } from "../stage";
import type { Artifact } from "../store";
import type { AlignmentResult } from "./alignment";
import type { SplitResult } from "./split";

/** What to turn, how far, and for whom; the defaults are the paper's (arXiv 2606.29341, section 5.3) with a control. */
export interface InterventionOptions {
  /** Latents by hand; default: those chosen on half A for the category "Women". */
  latents?: readonly number[];
  /** Doses α; 1 is no intervention. */
  alphas?: readonly number[];
  /** Users whose lists are looked at. */
  users?: number;
  /** Length of a list. */
  k?: number;
  /** Random latent sets of the same number and size; default 200. */
  controls?: number;
}

/** A dose–response curve and how its latents were chosen. */
export interface InterventionResult extends ResponseCurve {
  chosen: "by hand" | "on half A";
}

/** Scale the latents of the gender axis and rank again; shares are of half B's items, since latents are chosen on half A. */
export function interventionStage(
  context: StageContext,
  options: InterventionOptions,
  stages: {
    data: Artifact<Dataset>;
    split: Artifact<SplitResult>;
    factors: Artifact<Factors>;
    sae: Artifact<TrainedSae>;
    alignment: Artifact<AlignmentResult>;
  },
): Promise<Artifact<InterventionResult>> {
  const { data, split, factors, sae, alignment } = stages;
  const settings = {
    latents: options.latents ?? latentsFor(alignment.value, "Women").map(({ latent }) => latent),
    alphas: options.alphas ?? [0, 0.5, 1, 1.5, 2, 4, 8, 16],
    users: options.users ?? 50,
    k: options.k ?? 50,
    controls: options.controls ?? 200,
  };
  const hashes = Object.fromEntries(Object.entries(stages).map(([name, { manifest }]) => [name, manifest.hash]));
  return runStage(context, {
    stage: "intervention",
    phase: "intervention and its controls",
    config: { ...settings, sharesOf: "half B" },
    inputs: hashes,
    compute: async ({ onProgress }) => {
      const { weights } = sae.value;
      const question = {
        ...settings,
        weights,
        factors: factors.value,
        train: split.value.train,
        tags: genderTags(data.value.items),
        counted: Uint8Array.from(factors.value.itemIds, (id) => (halfOf(id) === "B" ? 1 : 0)),
        users: drawUsers(split.value.train, settings.users, context.seed),
        seed: context.seed,
      };
      const alive = liveLatents(await encodeAll(weights, factors.value.items, onProgress), weights.k);
      const curve = await responseCurve(question, alive, onProgress);
      return { ...curve, chosen: options.latents ? ("by hand" as const) : ("on half A" as const) };
    },
  });
}

/** Latents that some item activates. */
function liveLatents(values: Float32Array, k: number): number[] {
  const fires = new Uint8Array(k);
  for (let at = 0; at < values.length; at++) if (values[at] > 0) fires[at % k] = 1;
  return [...fires.keys()].filter((latent) => fires[latent] === 1);
}
