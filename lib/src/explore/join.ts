import { requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { quote } from "../base/quote";
import { seededRandom } from "../base/random";
import type { Join } from "./form";
import type { MeasuredRun } from "./measure";
import { COMPARED } from "./measure";
import { chanceByItems, decoderRows, meanMatch, type Near, nearestByItems, nearestDecoders } from "./nearest";
import { rounded } from "./round";

/** Two runs side by side: each latent of the first with one of the second. */
export interface Joined {
  join: Join;
  matches: (Near | undefined)[];
}

/** Where the latents of a run live: what says whether two runs' directions can be compared. */
export interface Space {
  itemIds: readonly string[];
  /** [items, d] */
  factors: Float32Array;
}

/**
 * Match the latents of two runs. The number of a latent means something only within one autoencoder, its direction only within one
 * set of factors; else what two latents have in common are the items that fire them.
 *
 * @throws InputError where the runs have no item in common
 */
export async function joinRuns(
  a: MeasuredRun & { space: Space },
  b: MeasuredRun & { space: Space },
  onProgress?: OnProgress,
): Promise<Joined> {
  const [ours, theirs] = [a.input.weights, b.input.weights];
  if (ours.k === theirs.k && sameFactors(a.space, b.space) && same(ours.W, theirs.W)) {
    const why = "Both runs have the same autoencoder, so that a number is the same latent.";
    return { join: { by: "index", why, unit: "same" }, matches: Array.from({ length: ours.k }, (_, one) => [one, 1]) };
  }
  if (ours.d === theirs.d && sameFactors(a.space, b.space)) {
    const rows = decoderRows(ours);
    const best = (await nearestDecoders(rows, decoderRows(theirs), ours.d, 1, onProgress)).map(([near]) => near);
    const random = seededRandom(a.input.seed, "explore/directions");
    const noise = Float32Array.from({ length: theirs.k * theirs.d }, () => random.normal());
    const directions = decoderRows({ W: noise, d: theirs.d, k: theirs.k });
    const chance = (await nearestDecoders(rows, directions, ours.d, 1, onProgress)).map(([near]) => near);
    return {
      join: {
        by: "decoder",
        why: "Both autoencoders read the same factors, so that each latent stands beside the one whose decoder points most alike.",
        unit: "cosine",
        chance: rounded(meanMatch(chance)),
      },
      matches: best.map(([latent, value]) => [latent, rounded(value)]),
    };
  }
  const shared = new Set(b.space.itemIds);
  requireInput(
    a.space.itemIds.some((id) => shared.has(id)),
    `The runs ${quote(a.input.name)} and ${quote(b.input.name)} have no item in common, so that no latent of one can stand beside one of the other: give --against a run on the same catalogue.`,
  );
  const [mine, others] = [a, b].map(({ latents, input }) =>
    latents.map(({ strongest }) => strongest.slice(0, COMPARED).map(([row]) => input.items.ids[row])),
  );
  const matches = nearestByItems(mine, others);
  const ids = Array.from(b.input.rows, (row) => b.input.items.ids[row]);
  return {
    join: {
      by: "items",
      why: `The runs have factors of their own, so that numbers and directions say nothing: each latent stands beside the one that shares most of its ${COMPARED} strongest items.`,
      unit: "of the items shared",
      chance: rounded(chanceByItems(mine, others, ids, a.input.seed)),
    },
    matches: matches.map((match) => match && [match[0], rounded(match[1])]),
  };
}

const same = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

const sameFactors = (a: Space, b: Space): boolean =>
  a.itemIds.length === b.itemIds.length &&
  a.itemIds.every((id, index) => id === b.itemIds[index]) &&
  same(a.factors, b.factors);
