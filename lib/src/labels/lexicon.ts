import type { ItemText } from "../records/label";

/** Words that say nothing of an item: the commonest of English, and those by which labels speak of items. */
const SAY_NOTHING: ReadonlySet<string> = new Set(
  (
    "a all also an and are as at be but by for from has have in into is it its no not of on one or so than that the their them these " +
    "they this to was were which with without item items latent strongest against word words most many much more some such"
  ).split(" "),
);

/**
 * The distinct words of a text, in order of appearance: lower case, without possessive endings, an English plural as its singular.
 * Numbers and words of {@link SAY_NOTHING} are none.
 */
export function wordsOf(text: string): string[] {
  const found = new Set<string>();
  for (const [token] of text.normalize("NFKC").matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*/gu)) {
    const word = singular(token.toLowerCase().replace(/['’]s?$/u, ""));
    if (/\p{L}/u.test(word) && !SAY_NOTHING.has(word)) found.add(word);
  }
  return [...found];
}

/** "shoes" → "shoe", "dresses" → "dress"; "dress", "gas" and short words stay. */
function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /(ss|us|is|as)$/.test(word)) return word;
  return /(ss|sh|ch|x)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

/** The words of an item that are not those of its categories: of its title and its store. */
export const ownWords = ({ title, store }: ItemText): string[] => wordsOf(`${title} ${store}`);

/** How many of some items carry each category and each word of a title or store. */
export interface Lexicon {
  items: number;
  categories: ReadonlyMap<string, number>;
  words: ReadonlyMap<string, number>;
}

/** Count the categories and words of items: the background that a latent's own are held against. */
export function lexiconOf(background: Iterable<ItemText>): Lexicon {
  const [categories, words] = [new Map<string, number>(), new Map<string, number>()];
  let items = 0;
  for (const text of background) {
    items++;
    for (const name of new Set(text.categories)) categories.set(name, (categories.get(name) ?? 0) + 1);
    for (const word of ownWords(text)) words.set(word, (words.get(word) ?? 0) + 1);
  }
  return { items, categories, words };
}
