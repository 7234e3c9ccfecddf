import { requireInput } from "../base/errors";
import type { Items } from "../records/items";

/** Tag of the gender axis (arXiv 2606.29341, section 5.3). */
export type GenderTag = "women" | "men" | "neutral";

/**
 * Tag each item by whole words in its category names: the first tag whose word stands in any of them, else "neutral".
 * "Women" is found in "Women's Shoes", "Men" is not found in "Women" or "Menswear".
 *
 * @param words word by tag, tried in this order, e.g. { women: "Women", men: "Men" }
 * @returns [items], parallel to `items.ids`
 */
export function tagItems<T extends string>(items: Items, words: Readonly<Record<T, string>>): (T | "neutral")[] {
  const tags = Object.keys(words) as T[];
  const holds = tags.map((tag) => items.categoryNames.map((name) => holdsWord(name, words[tag])));
  const { indptr, indices } = items.categories;
  requireInput(
    indptr.length === items.ids.length + 1,
    `The category matrix has ${indptr.length - 1} rows but there are ${items.ids.length} item ids: both must describe the same items.`,
  );
  return items.ids.map((_, row) => {
    const names = indices.subarray(indptr[row], indptr[row + 1]);
    return tags.find((_tag, t) => names.some((column) => holds[t][column])) ?? "neutral";
  });
}

/** "women" if an item's category names hold Women, else "men" if they hold Men, else "neutral", as in the paper. */
export function genderTags(items: Items): GenderTag[] {
  return tagItems(items, { women: "Women", men: "Men" });
}

function holdsWord(text: string, word: string): boolean {
  const letter = /[\p{L}\p{N}]/u;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.slice(0, at).at(-1) ?? " ";
    const after = text.charAt(at + word.length) || " ";
    if (!letter.test(before) && !letter.test(after)) return true;
  }
  return false;
}
