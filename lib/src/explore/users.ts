import type { OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";
import { topLists } from "../metrics/top-k";
import type { Factors } from "../records/factors";
import { rowOf } from "../records/interactions";
import type { SplitResult } from "../stages/split";
import { activeItems, allLatents, type Columns, eachColumn } from "./activations";
import { rounded } from "./round";

/** A user with rows of items, not yet places in a page's table. */
export interface MeasuredUser {
  id: string;
  history: number[];
  taken: number;
  latents: [latent: number, fires: number, chance: number][];
  list: [item: number, heldOut: 0 | 1][];
}

/** Users that are measured; a page may hold fewer. */
export const MOST_USERS = 200;
const HISTORY = 40;
const LIST = 20;
const LATENTS = 12;

/**
 * Some users with a history, drawn without replacement: what they took, which latents their items fire more often than items do on
 * average (in standard deviations of a binomial count), and what they are recommended.
 *
 * @param rows items that count @param columns activations over these
 */
export async function measureUsers(
  {
    factors,
    split,
    rows,
    columns,
    k,
  }: { factors: Factors; split: SplitResult; rows: Int32Array; columns: Columns; k: number },
  count: number,
  seed: number,
  onProgress?: OnProgress,
): Promise<MeasuredUser[]> {
  const { train, test } = split;
  const known = Array.from(factors.userIds.keys()).filter((user) => train.indptr[user + 1] > train.indptr[user]);
  const users = Int32Array.from(seededRandom(seed, "explore/users").shuffle(known).slice(0, count)).sort();
  const length = Math.min(LIST, factors.itemIds.length);
  const lists = await topLists(factors, users, length, train, { onProgress });
  const place = new Int32Array(factors.itemIds.length).fill(-1);
  rows.forEach((row, index) => {
    place[row] = index;
  });
  const found: [latent: number, fires: number, chance: number, spreads: number][][] = Array.from(users, () => []);
  for (const [latent, column] of eachColumn(columns, allLatents(k))) {
    const share = activeItems(column) / rows.length;
    users.forEach((user, index) => {
      const history = rowOf(train, user);
      const fires = history.reduce((sum, row) => sum + (place[row] >= 0 && column[place[row]] > 0 ? 1 : 0), 0);
      const chance = share * history.length;
      const spread = Math.sqrt(chance * (1 - share));
      if (fires > chance && spread > 0) found[index].push([latent, fires, rounded(chance), (fires - chance) / spread]);
    });
    await onProgress?.({ phase: "users of the page", done: latent + 1, total: k, unit: "latents" });
  }
  return Array.from(users, (user, index) => {
    const history = rowOf(train, user);
    const heldOut = new Set(rowOf(test, user));
    return {
      id: factors.userIds[user],
      history: Array.from(history.subarray(0, HISTORY)),
      taken: history.length,
      latents: found[index]
        .sort((a, b) => b[3] - a[3] || a[0] - b[0])
        .slice(0, LATENTS)
        .map(([latent, fires, chance]) => [latent, fires, chance]),
      list: Array.from(lists.items.subarray(index * length, (index + 1) * length))
        .filter((item) => item >= 0)
        .map((item) => [item, heldOut.has(item) ? 1 : 0]),
    };
  });
}
