import type { OnProgress } from "../../base/progress";
import { seededRandom } from "../../base/random";
import type { PlantedConfig } from "./config";
import type { Taste } from "./taste";

/** Interactions looked at for one that is missing. */
const CANDIDATES = 24;
/** Random looks before all interactions are gone through in order, so that the search ends. */
const RANDOM_LOOKS = 240;

/**
 * Give items that came out with too few interactions theirs: among some random users the one that likes the item best
 * trades an interaction with a well-covered item for it. Totals, and counts a user, stay as they are.
 *
 * @param userOf user of each interaction, ascending @param itemOf changed in place @param userCounts [users]
 */
export async function coverItems(
  userOf: Int32Array,
  itemOf: Int32Array,
  userCounts: Int32Array,
  taste: Taste,
  config: PlantedConfig,
  onProgress?: OnProgress,
): Promise<void> {
  const least = Math.max(1, Math.min(config.minItemInteractions, Math.floor(itemOf.length / config.items / 2)));
  const random = seededRandom(config.seed, "planted/cover");
  const starts = startsOf(userCounts);
  const counts = new Int32Array(config.items);
  for (const item of itemOf) counts[item]++;

  const holds = (user: number, item: number): boolean => itemOf.subarray(starts[user], starts[user + 1]).includes(item);

  /** An interaction of a user without the item, whose own item can spare it: one exists, since items average above `least`. */
  const bestPlace = (item: number): number => {
    let best = -1;
    let bestWeight = Number.NEGATIVE_INFINITY;
    for (let look = 0; look < CANDIDATES || best < 0; look++) {
      const place = look < RANDOM_LOOKS ? random.integer(itemOf.length) : look - RANDOM_LOOKS;
      if (counts[itemOf[place]] <= least || holds(userOf[place], item)) continue;
      const { paths, styleSets } = taste.of(userOf[place]);
      const weight = paths[taste.pathOf[item]] * styleSets[taste.styleSetOf[item]];
      if (weight <= bestWeight) continue;
      best = place;
      bestWeight = weight;
    }
    return best;
  };

  let reported = Date.now();
  for (let item = 0; item < config.items; item++) {
    if (Date.now() - reported >= 100) {
      await onProgress?.({ phase: "covering items", done: item, total: config.items, unit: "items" });
      reported = Date.now();
    }
    while (counts[item] < least) {
      const place = bestPlace(item);
      counts[itemOf[place]]--;
      counts[item]++;
      itemOf[place] = item;
    }
  }
}

function startsOf(counts: Int32Array): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, n) => {
    starts[n + 1] = starts[n] + count;
  });
  return starts;
}
