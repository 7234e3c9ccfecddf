import { splitSummary } from "../../lib/src/data/split";
import { halfOf } from "../../lib/src/metrics/half-split";
import type { Factors } from "../../lib/src/records/factors";
import { type Csr, csrFromPairs } from "../../lib/src/records/interactions";
import type { SaeWeights } from "../../lib/src/records/sae-weights";
import type { TrainedSae } from "../../lib/src/sae/train";
import type { SplitResult } from "../../lib/src/stages/split";
import type { StageTools } from "../../lib/src/stages/stage";

/*
 * Factors, autoencoders and splits so small that what a stage makes of them can be followed on paper, and the computation of a stage
 * outside any store.
 */

/** What a stage's computation is given beside its inputs. */
export const toolsOf = <S>(settings: S, more: Partial<StageTools<S>> = {}): StageTools<S> => ({
  ...{ settings, seed: 1, files: {}, spill: "", warn: () => {}, onProgress: () => {} },
  checkpoint: () => ({ read: () => undefined, write: () => {}, remove: () => {} }),
  ...more,
});

/** Factors from rows, users u0, u1, …; items i0, i1, … unless ids are given. */
export function factorsOf(users: readonly number[][], items: readonly number[][], itemIds?: string[]): Factors {
  return {
    d: items[0].length,
    users: Float32Array.from(users.flat()),
    items: Float32Array.from(items.flat()),
    userIds: users.map((_, row) => `u${row}`),
    itemIds: itemIds ?? items.map((_, row) => `i${row}`),
    config: { kind: "given" },
  };
}

/** A matrix from the columns of each row. */
export function csrOf(rows: readonly (readonly number[])[], cols: number): Csr {
  return csrFromPairs(
    rows.length,
    cols,
    rows.flatMap((columns, row) => columns.map(() => row)),
    rows.flat(),
  );
}

/** A split of the users and items of some factors, from the columns of each user's row. */
export function splitOf({ userIds, itemIds }: Factors, train: number[][], test: number[][]): SplitResult {
  const parts = { train: csrOf(train, itemIds.length), test: csrOf(test, itemIds.length) };
  return { users: userIds, items: itemIds, ...parts, summary: splitSummary(parts) };
}

/** A plain autoencoder z = ReLU(W x), rebuilt as zᵀ W, from its rows. */
export function plainWeights(W: readonly number[][], prefixes: number[] = [W.length]): SaeWeights {
  const k = W.length;
  // The start of seed 7 is positive everywhere, so that every latent fires on every item.
  const config = { k, seed: 7, prefixes };
  return { architecture: "plain", d: W[0].length, k, W: Float32Array.from(W.flat()), prefixes, config };
}

/** The same as a finished training of these losses. */
export function trained(weights: SaeWeights, losses: readonly number[] = [1]): TrainedSae {
  const history = losses.map((total, index) => ({
    ...{ epoch: index + 1, steps: 1, total, terms: {}, beta: 0, published: total },
  }));
  return { weights, history, backend: "wasm" as TrainedSae["backend"] };
}

/** The unit vectors of the plane as latents: latent 0 reads x, latent 1 reads y, and what is negative is lost. */
export const axes: readonly number[][] = [
  [1, 0],
  [0, 1],
];

/** Ids of which so many lie in half A, and then so many in half B. */
export function idsInHalves(name: string, each: number): string[] {
  const of = (half: "A" | "B"): string[] => {
    const found: string[] = [];
    for (let number = 0; found.length < each; number++)
      if (halfOf(`${name}${number}`) === half) found.push(`${name}${number}`);
    return found;
  };
  return [...of("A"), ...of("B")];
}

/**
 * 40 items, 20 that point along x ("left") and 20 along y ("right"), of each 10 in half A and 10 in half B. Latent 0 fires on the left
 * ones, latent 1 on the right ones, with an activation of 1.
 */
export function twoSides() {
  const itemIds = [...idsInHalves("left", 10), ...idsInHalves("right", 10)];
  const left = (row: number): boolean => row < 20;
  const items = itemIds.map((_, row) => (left(row) ? [1, 0] : [0, 1]));
  const metadata = {
    ids: itemIds,
    categoryNames: ["left", "right"],
    categories: csrOf(
      itemIds.map((_, row) => [left(row) ? 0 : 1]),
      2,
    ),
  };
  return { itemIds, items, left, metadata };
}
