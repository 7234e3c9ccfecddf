import { columnsOf } from "../../lib/src/explore/activations";
import type { MeasuredRun, RunInput } from "../../lib/src/explore/measure";
import { measureRun } from "../../lib/src/explore/measure";
import type { Label } from "../../lib/src/records/label";
import { plainWeights, twoSides } from "../stages/tiny";

/** What a page must never run, as an item's title. */
export const HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>";

/** The 40 items of {@link twoSides} with the activations of three latents: one for each side, and one that never fires. */
export function twoSidesInput(more: Partial<RunInput> = {}): RunInput {
  const { itemIds, metadata, left } = twoSides();
  const rows = Int32Array.from(itemIds.keys());
  // Of each side the item at place p fires with 1 − p/100.
  const values = Float32Array.from(
    itemIds.flatMap((_, row) => {
      const value = 1 - (row % 20) / 100;
      return left(row) ? [value, 0, 0] : [0, value, 0];
    }),
  );
  const label = (latent: number, name: string): Label => ({
    ...{ latent, broad: name, refined: `${name} things`, description: "", confidence: "high" },
    ...{ evidence: [], source: "lexical" },
  });
  const nan = Number.NaN;
  return {
    ...{ name: "two-sides", source: "made up", seed: 1, preset: "calibrated", verdict: "noise" },
    weights: plainWeights(
      [
        [1, 0],
        [0, 1],
        [0.6, 0.8],
      ],
      [1, 3],
    ),
    users: 2,
    items: { ...metadata, titles: itemIds.map((id, row) => (row === 0 ? HOSTILE : `Title of ${id}`)) },
    rows,
    columns: columnsOf(values, 3, rows),
    textOf: (id) => {
      const row = itemIds.indexOf(id);
      const title = row === 0 ? HOSTILE : `Title of ${id}`;
      return { id, title, store: "", categories: [left(row) ? "left" : "right"] };
    },
    scores: {
      mean: 0.7,
      perLatent: Float64Array.of(0.8, 0.6, nan),
      perLatentLow: Float64Array.of(0.7, 0.5, nan),
      perLatentHigh: Float64Array.of(0.9, 0.7, nan),
      nulls: {
        noise: { mean: 0.5, perLatent: Float64Array.of(0.4, 0.5, 0.6), draws: [0.5], what: "noise" },
        untrained: { mean: 0.7, perLatent: Float64Array.of(0.7, 0.7, nan), draws: [0.7], what: "untrained" },
        lost: { mean: nan, perLatent: Float64Array.of(nan, nan, nan), draws: [], what: "nothing" },
      },
    },
    alignment: {
      level: 0.05,
      popularity: Float64Array.of(0.1, -0.2, nan),
      matrix: {
        ...{ latents: [0, 1], categories: ["left", "right"] },
        ...{ napA: Float64Array.of(1, -0.3, -0.3, 1), napB: Float64Array.of(1, -0.35, -0.35, 1) },
      },
    },
    labels: [
      {
        labels: [label(0, "Left"), label(1, "Right")],
        failed: [],
        scores: [
          {
            ...{ latent: 0, quantiles: [0.5, nan], intruder: { right: 3, rounds: 4, unanswered: 0 } },
            detection: { auroc: 0.9, low: 0.8, high: 0.95, balancedAccuracy: 0.8, f1: 0.8, unanswered: 0, items: 20 },
          },
        ],
      },
    ],
    seeds: [],
    ...more,
  };
}

export const measuredSides = (more: Partial<RunInput> = {}): Promise<MeasuredRun> => measureRun(twoSidesInput(more));
