import type { Random } from "../../base/random";
import type { ItemText } from "../../records/label";

/** Share of the high items that a category has to be on to be what they have in common. */
const COMMON = 0.3;
/** Draws from a list before it is gone through whole. */
const TRIES = 60;

/** Finds near-misses among some items. */
export interface NearMisses {
  /**
   * Places of items of a sibling category, at most one for each high item and none twice. What the high items have in common is the rarest of
   * the categories that are on three in ten of them. The near-miss of a high item that has it does not, and has all of that item's categories
   * that are more general; of a high item that has it not, the same holds for its own most specific category. Where no such item is left, all
   * but the last of them are asked for, and so on. So near-misses are in the same general categories as the high items, as often.
   *
   * @param high items whose siblings are wanted @param allowed which places may be taken
   */
  find(high: readonly ItemText[], allowed: (place: number) => boolean, random: Random): number[];
}

/** @param texts of the items to choose from, categories from general to specific */
export function nearMisses(texts: readonly ItemText[]): NearMisses {
  const carriers = new Map<string, number[]>();
  texts.forEach(({ categories }, place) => {
    for (const name of new Set(categories)) {
      const own = carriers.get(name);
      if (own === undefined) carriers.set(name, [place]);
      else own.push(place);
    }
  });
  const all = Array.from(texts.keys());
  const size = (name: string): number => carriers.get(name)?.length ?? 0;
  return {
    find(high, allowed, random) {
      const common = commonCategory(high, size);
      const found = new Set<number>();
      for (const { categories } of high) {
        if (common === undefined || categories.length === 0) continue;
        const left = categories.includes(common) ? common : categories[categories.length - 1];
        for (let level = categories.indexOf(left); level >= 0; level--) {
          const above = categories.slice(0, level);
          const fits = (place: number): boolean =>
            allowed(place) &&
            !found.has(place) &&
            !texts[place].categories.includes(left) &&
            above.every((name) => texts[place].categories.includes(name));
          const place = oneOf(level > 0 ? (carriers.get(categories[level - 1]) ?? []) : all, fits, random);
          if (place === undefined) continue;
          found.add(place);
          break;
        }
      }
      return [...found];
    },
  };
}

/** The rarest category that is on enough of the items; of several the first by name. */
function commonCategory(high: readonly ItemText[], size: (name: string) => number): string | undefined {
  const counts = new Map<string, number>();
  for (const { categories } of high)
    for (const name of new Set(categories)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= COMMON * high.length)
    .map(([name]) => name)
    .sort((a, b) => size(a) - size(b) || (a < b ? -1 : 1))[0];
}

function oneOf(places: readonly number[], fits: (place: number) => boolean, random: Random): number | undefined {
  for (let tries = 0; tries < TRIES && places.length > 0; tries++) {
    const place = places[random.integer(places.length)];
    if (fits(place)) return place;
  }
  const left = places.filter(fits);
  return left.length > 0 ? left[random.integer(left.length)] : undefined;
}
