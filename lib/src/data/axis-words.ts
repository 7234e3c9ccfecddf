/**
 * Words of category names that say for whom an item is, in any case and as whole words: "Women's Shoes", "LADIES TOPS" and "Womens" are
 * women's, "Menswear" is men's, and neither "Women", "Specimen" nor "Man Made" is. A word with 's or s' counts as the word; forms without
 * the apostrophe are listed. Children's words are not: girls and boys are an axis of their own.
 */
export const AUDIENCE_WORDS: Readonly<Record<"women" | "men", readonly string[]>> = {
  women: [
    ...["women", "womens", "woman", "womans", "womenswear"],
    ...["ladies", "lady", "ladys", "ladieswear", "female", "females"],
  ],
  men: ["men", "mens", "menswear", "gentlemen", "gentlemens", "gents", "male", "males"],
};

/** Whether `text` holds one of the words whole: no letter, mark or digit touches it. Upper and lower case are alike. */
export function holdsWord(text: string, words: readonly string[]): boolean {
  const any = words.map((word) => word.trim().replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|");
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${any})(?![\\p{L}\\p{M}\\p{N}])`, "iu").test(text);
}
