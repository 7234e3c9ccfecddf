import { type Rewired, rewire as rewireCsr } from "../data/rewire";
import { splitSummary } from "../data/split";
import { type SplitResult, split } from "./split";
import { defineStage, type Stage } from "./stage";

/** How a run's train interactions were rewired: {@link Rewired} without the matrix. */
export type Mixing = Omit<Rewired, "csr">;

/** The split with its train part rewired; what is held out stays, though on rewired data it says nothing. */
export const rewire: Stage<SplitResult & { mixing: Mixing }> = defineStage({
  name: "rewire",
  phase: "rewiring",
  needs: { split },
  settings: () => ({}),
  async compute({ split: { users, items, train, test } }, { seed, onProgress }) {
    const { csr, ...mixing } = await rewireCsr(train, { seed, onProgress });
    return { users, items, train: csr, test, summary: splitSummary({ train: csr, test }), mixing };
  },
  // Null factors that were fitted elsewhere are of data of their own.
  runs: ({ mf }) => mf.kind !== "given",
});
