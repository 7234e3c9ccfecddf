import { drawUsers } from "../data/sample-users";
import { latentsForSide } from "../interventions/choose";
import { type ResponseCurve, responseCurve } from "../interventions/response";
import { halfOf } from "../metrics/half-split";
import { type Axis, requireSides, tagsOf } from "../records/axis";
import { encodeAll } from "../sae/encode";
import { axis } from "./axis";
import { type AxisAlignmentResult, axisAlignment } from "./axis-alignment";
import { factors } from "./factors";
import { sae } from "./sae";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** What to turn, how far, and for whom; the defaults are the paper's (arXiv 2606.29341, section 5.3) with a control. */
export interface InterventionOptions {
  /** Side of the axis whose latents, chosen on half A, are turned; default: the first. */
  side?: string;
  /** Latents by hand, in place of a side's. */
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

/** How the latents of an intervention were chosen. */
export interface LatentChoice {
  latents: readonly number[];
  chosen: "by hand" | "on half A";
  /** Of latents that were chosen on half A: the side that they pick out. */
  side?: string;
}

/** A dose–response curve, its axis, and how its latents were chosen. */
export interface InterventionResult extends ResponseCurve, Omit<LatentChoice, "latents"> {
  axis: Pick<Axis, "name" | "sides">;
}

/** Latents scaled and the lists ranked again; shares are of half B's items, since latents are chosen on half A. */
export const intervention: Stage<InterventionResult, InterventionOptions> = defineStage({
  name: "intervention",
  phase: "intervention and its controls",
  needs: { split, factors, sae, axis, axisAlignment },
  settings: (_config, { axis, axisAlignment }, options: InterventionOptions = {}) => ({
    ...chooseLatents(axis, axisAlignment, options),
    alphas: options.alphas ?? [0, 0.5, 1, 1.5, 2, 4, 8, 16],
    users: options.users ?? 50,
    k: options.k ?? 50,
    controls: options.controls ?? 200,
    sharesOf: "half B",
  }),
  async compute({ split, factors, sae, axis }, { settings, seed, onProgress }): Promise<InterventionResult> {
    const { weights } = sae;
    const { chosen, side, sharesOf: _half, ...asked } = settings;
    const { name, sides } = axis;
    const question = {
      ...asked,
      weights,
      factors,
      train: split.train,
      axis: { sides, tags: tagsOf(axis, factors.itemIds) },
      counted: Uint8Array.from(factors.itemIds, (id) => (halfOf(id) === "B" ? 1 : 0)),
      users: drawUsers(split.train, settings.users, seed),
      seed,
    };
    const alive = liveLatents(await encodeAll(weights, factors.items, onProgress), weights.k);
    const curve = await responseCurve(question, alive, onProgress);
    return { ...curve, axis: { name, sides }, chosen, ...(side === undefined ? {} : { side }) };
  },
});

/**
 * The latents of a side, chosen on half A, or those that were named. Named latents that are just those of a side are that side's: the
 * answer depends on the latents and the alignment alone, never on what was asked before.
 *
 * @throws MissingData where the data has no axis, or the side has too few items
 */
export function chooseLatents(
  axis: Axis,
  alignment: AxisAlignmentResult,
  { side, latents }: Pick<InterventionOptions, "side" | "latents">,
): LatentChoice {
  requireSides(axis);
  const of = (name: string): number[] => latentsForSide(axis, alignment, name).map(({ latent }) => latent);
  if (latents === undefined) {
    const own = side ?? axis.sides[0];
    return { latents: of(own), chosen: "on half A", side: own };
  }
  const tested = axis.sides.filter((name) => alignment.matrix.categories.includes(name));
  const candidates = side === undefined ? tested : tested.filter((name) => name === side);
  const same = candidates.find((name) => {
    const own = of(name);
    return (
      own.length === latents.length && new Set(latents).size === own.length && own.every((j) => latents.includes(j))
    );
  });
  return same === undefined ? { latents, chosen: "by hand" } : { latents: of(same), chosen: "on half A", side: same };
}

/** Latents that some item activates. */
function liveLatents(values: Float32Array, k: number): number[] {
  const fires = new Uint8Array(k);
  for (let index = 0; index < values.length; index++) if (values[index] > 0) fires[index % k] = 1;
  return [...fires.keys()].filter((latent) => fires[latent] === 1);
}
