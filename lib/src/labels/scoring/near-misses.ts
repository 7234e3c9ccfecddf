import type { Random } from "../../base/random";
import type { ItemText } from "../../records/label";

/** Draws from a list before it is gone through whole. */
const TRIES = 60;

/**
 * Finds items of a sibling category: an item that has all of another's categories but its most specific one. Where no such item is left,
 * the most specific is left aside and the one above it tried, up to the most general.
 *
 * @param texts of the items to choose from, categories from general to specific
 */
export function siblings(
  texts: readonly ItemText[],
): (of: ItemText, allowed: (place: number) => boolean, random: Random) => number | undefined {
  const carriers = new Map<string, number[]>();
  texts.forEach(({ categories }, place) => {
    for (const name of new Set(categories)) {
      const own = carriers.get(name);
      if (own === undefined) carriers.set(name, [place]);
      else own.push(place);
    }
  });
  return ({ categories }, allowed, random) => {
    for (let level = categories.length - 1; level > 0; level--) {
      const [above, left] = [categories.slice(0, level), categories[level]];
      const list = carriers.get(categories[level - 1]) ?? [];
      const fits = (place: number): boolean =>
        allowed(place) &&
        !texts[place].categories.includes(left) &&
        above.every((name) => texts[place].categories.includes(name));
      for (let tries = 0; tries < TRIES && list.length > 0; tries++) {
        const place = list[random.integer(list.length)];
        if (fits(place)) return place;
      }
      const all = list.filter(fits);
      if (all.length > 0) return all[random.integer(all.length)];
    }
    return undefined;
  };
}
