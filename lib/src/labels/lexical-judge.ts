import { begin } from "../base/progress";
import { type ItemText, type Label, NO_CONCEPT } from "../records/label";
import type { Judge } from "./judge";
import { type Lexicon, ownWords, wordsOf } from "./lexicon";

/** Weights of a text's terms; categories have a mark before their names, so that no word is taken for one. */
type Terms = Map<string, number>;

const CATEGORY = "\u0000";

/**
 * A judge without any model: how well an item fits is the cosine of its TF-IDF with the label's, over words of titles and stores and over
 * categories. A label has a category where it has all of its words, wherever they stand. It sees texts alone, and the lexicon's counts.
 *
 * The intruder among items is the one whose mean cosine with the others is least, the first of several; items without any term have none.
 */
export function lexicalJudge(lexicon: Lexicon): Judge {
  const idf = (count: number): number => Math.log((1 + lexicon.items) / (1 + count));
  const named = Array.from(lexicon.categories.keys(), (name) => ({ name, words: wordsOf(name) })).filter(
    ({ words }) => words.length > 0,
  );
  const terms = (words: readonly string[], categories: readonly string[]): Terms => {
    const weights: Terms = new Map();
    for (const word of words) weights.set(word, idf(lexicon.words.get(word) ?? 0));
    for (const name of categories) weights.set(CATEGORY + name, idf(lexicon.categories.get(name) ?? 0));
    return weights;
  };
  const ofItem = (item: ItemText): Terms => terms(ownWords(item), item.categories);
  const ofLabel = ({ broad, refined, description, evidence }: Label): Terms => {
    // Who found nothing claims nothing.
    if (broad === NO_CONCEPT && refined === NO_CONCEPT) return new Map();
    const words = new Set(wordsOf([broad, refined, description, ...evidence].join(" ")));
    const categories = named.filter(({ words: own }) => own.every((word) => words.has(word)));
    // What no item has can fit none.
    const known = [...words].filter((word) => lexicon.words.has(word));
    return terms(
      known,
      categories.map(({ name }) => name),
    );
  };
  return {
    name: "lexical",
    async detect(questions, onProgress) {
      const answers: number[][] = [];
      for (const [index, { label, items }] of questions.entries()) {
        const asked = ofLabel(label);
        answers.push(items.map((item) => cosine(asked, ofItem(item))));
        await onProgress?.({ phase: "judging labels", done: index + 1, total: questions.length, unit: "labels" });
      }
      return answers;
    },
    async intruders(lists, onProgress) {
      await begin(onProgress, "looking for intruders");
      return lists.map((items) => {
        const own = items.map(ofItem);
        if (own.every(({ size }) => size === 0)) return undefined;
        const likeness = own.map((one, index) =>
          own.reduce((sum, other, to) => sum + (to === index ? 0 : cosine(one, other)), 0),
        );
        return likeness.indexOf(Math.min(...likeness));
      });
    },
  };
}

/** Cosine of two texts' weights; 0 where one has none. */
function cosine(a: Terms, b: Terms): number {
  let product = 0;
  for (const [term, weight] of a) product += weight * (b.get(term) ?? 0);
  return product === 0 ? 0 : product / Math.sqrt(squared(a) * squared(b));
}

function squared(terms: Terms): number {
  let sum = 0;
  for (const weight of terms.values()) sum += weight * weight;
  return sum;
}
