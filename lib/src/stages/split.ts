import { sampleUsers } from "../data/sample-users";
import { holdOut, type SplitSummary, splitInteractions, splitSummary } from "../data/split";
import type { Csr } from "../records/interactions";
import { data } from "./data";
import { heldOut } from "./held-out";
import { defineStage, optional, type Stage } from "./stage";

/** Train and held-out positives over the same users and items. */
export interface SplitResult {
  users: string[];
  items: string[];
  train: Csr;
  test: Csr;
  summary: SplitSummary;
}

/** Draw users if there are more than asked for, then hold positives out (section 4.1 of the paper: at random), or those of a file. */
export const split: Stage<SplitResult> = defineStage({
  name: "split",
  phase: "splitting",
  needs: { data, heldOut: optional(heldOut) },
  // Of an own split the users alone are drawn.
  settings: ({ split: { heldOut, ...drawing } }) => (heldOut === undefined ? drawing : { maxUsers: drawing.maxUsers }),
  compute({ data, heldOut }, { settings, seed, warn }): SplitResult {
    const drawn = sampleUsers(data.interactions, settings.maxUsers, seed);
    const { users, items } = drawn;
    if ("kind" in settings) {
      const parts = splitInteractions(drawn, { ...settings, seed });
      return { users, items, ...parts, summary: splitSummary(parts) };
    }
    if (heldOut === undefined) throw new Error("A split by a file has no file.");
    const { unknown, undrawn, ...parts } = holdOut(drawn, heldOut.interactions, data.interactions.users);
    const left = (count: number, why: string): void => {
      if (count > 0) warn(`${count.toLocaleString("en")} held-out interactions are left out: ${why}.`);
    };
    left(unknown, "the data has not their user or item, or it was pruned");
    left(undrawn, "their users were not drawn (split.maxUsers)");
    return { users, items, ...parts, summary: splitSummary(parts) };
  },
});
