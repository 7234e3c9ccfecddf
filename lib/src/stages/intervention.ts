import { genderTags } from "../data/tags";
import { latentsFor } from "../interventions/choose";
import { drawUsers, type ResponseCurve, responseCurve } from "../interventions/response";
import { halfOf } from "../metrics/half-split";
import { encodeAll } from "../sae/encode";
import { alignment } from "./alignment";
import { data } from "./data";
import { factors } from "./factors";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

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

/** The latents of the gender axis scaled and the lists ranked again; shares are of half B's items, since latents are chosen on half A. */
export const intervention: Stage<InterventionResult, InterventionOptions> = defineStage({
  name: "intervention",
  phase: "intervention and its controls",
  needs: { data, split, factors, sae, alignment },
  settings: (_config, { alignment }, asked: InterventionOptions = {}) => {
    const chosen = latentsFor(alignment, "Women").map(({ latent }) => latent);
    const latents = asked.latents ?? chosen;
    const same = latents.length === chosen.length && latents.every((latent, at) => latent === chosen[at]);
    return {
      latents,
      alphas: asked.alphas ?? [0, 0.5, 1, 1.5, 2, 4, 8, 16],
      users: asked.users ?? 50,
      k: asked.k ?? 50,
      controls: asked.controls ?? 200,
      sharesOf: "half B",
      chosen: same ? ("on half A" as const) : ("by hand" as const),
    };
  },
  async compute({ data, split, factors, sae }, { settings, seed, onProgress }): Promise<InterventionResult> {
    const { weights } = sae;
    const { chosen, sharesOf: _half, ...asked } = settings;
    const question = {
      ...asked,
      weights,
      factors,
      train: split.train,
      tags: genderTags(data.items),
      counted: Uint8Array.from(factors.itemIds, (id) => (halfOf(id) === "B" ? 1 : 0)),
      users: drawUsers(split.train, settings.users, seed),
      seed,
    };
    const alive = liveLatents(await encodeAll(weights, factors.items, onProgress), weights.k);
    return { ...(await responseCurve(question, alive, onProgress)), chosen };
  },
});

/** Latents that some item activates. */
function liveLatents(values: Float32Array, k: number): number[] {
  const fires = new Uint8Array(k);
  for (let at = 0; at < values.length; at++) if (values[at] > 0) fires[at % k] = 1;
  return [...fires.keys()].filter((latent) => fires[latent] === 1);
}
