import { begin } from "../base/progress";
import { type Confidence, type Exhibit, type Label, NO_CONCEPT } from "../records/label";
import { enrichedTerms, type Term } from "./enrichment";
import type { Labelled, Labeller } from "./judge";
import { type Lexicon, wordsOf } from "./lexicon";

/** Settings of the lexical labeller. */
export interface LexicalSettings {
  /** A term counts as enriched below this Benjamini–Hochberg q. */
  q: number;
  /** A label names no term that is on a smaller share of the latent's items. */
  coverage: number;
}

/** Words of a refined label, and patterns of an item that are given as evidence. */
const REFINING_WORDS = 3;
const EVIDENCE = 6;
/** Shares of the latent's items that carry the refined term, from which on the confidence is high, or medium. */
const HIGH = 2 / 3;
const MEDIUM = 0.4;

/**
 * Labels without any model, the same for the same items: a term (category, or word of titles and stores) counts where it is on more of
 * the latent's items than a draw from the background explains. Broad is the most general of the categories that count, the one on most
 * items of the background; refined is the most specific, the one on fewest, or, where that is the same category and there are words, the
 * category with its words. Where no category counts words make the label, and where nothing does it says so.
 *
 * @param lexicon of the items that exhibits are chosen from: half A's
 */
export function lexicalLabeller(lexicon: Lexicon, { q, coverage }: LexicalSettings): Labeller {
  return {
    name: "lexical",
    async label(exhibits, onProgress): Promise<Labelled> {
      await begin(onProgress, "words and categories of the latents");
      const terms = enrichedTerms(exhibits, lexicon);
      const labels = exhibits.map((exhibit, index) => {
        const least = coverage * exhibit.items.length;
        const counting = terms[index].filter((term) => term.q < q && term.items >= least);
        return labelOf(exhibit, counting, lexicon);
      });
      return { labels, failed: [] };
    },
  };
}

function labelOf({ latent, items }: Exhibit, terms: readonly Term[], { items: all }: Lexicon): Label {
  const byWeight = [...terms].sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  const categories = byWeight.filter(({ kind }) => kind === "category");
  const said = new Set(categories.flatMap(({ name }) => wordsOf(name)));
  // A word of a category that counts adds nothing to it.
  const words = byWeight.filter(({ kind, name }) => kind === "word" && !said.has(name)).slice(0, REFINING_WORDS);
  const source = "lexical";
  if (categories.length === 0 && words.length === 0)
    return {
      ...{ latent, broad: NO_CONCEPT, refined: NO_CONCEPT, source, confidence: "low", evidence: [] },
      description: `No category and no word is more frequent among its ${items.length} strongest items than a random draw explains.`,
    };
  const broad = extreme(categories.length > 0 ? categories : words, 1);
  const specific = extreme(categories.length > 0 ? categories : words, -1);
  const joined = words.map(({ name }) => name).join(", ");
  let refined = joined;
  if (broad !== specific && categories.length > 0) {
    const within = items.filter((item) => [broad, specific].every(({ name }) => item.categories.includes(name))).length;
    refined = `${broad.name}${2 * within >= specific.items ? " › " : " and "}${specific.name}`;
  } else if (categories.length > 0) refined = joined ? `${broad.name}: ${joined}` : broad.name;
  return {
    ...{ latent, broad: broad.name, refined, source, confidence: confidenceOf(specific.items / items.length) },
    description: [...new Set([broad, specific])].map((term) => sentence(term, items.length, all)).join(" "),
    evidence: byWeight
      .slice(0, EVIDENCE)
      .map((term) => `${term.name}: ${term.items} of ${items.length}, ${percent(term.background / all)} of all`),
  };
}

/** The term on most items of the background (sign 1), or on fewest (−1); of several the first. */
const extreme = (terms: readonly Term[], sign: 1 | -1): Term =>
  terms.reduce((best, term) => (sign * (term.background - best.background) > 0 ? term : best));

const confidenceOf = (share: number): Confidence => (share >= HIGH ? "high" : share >= MEDIUM ? "medium" : "low");

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** "20 of its 25 strongest items are in Sandals, against 2.1 % of all items." */
function sentence({ kind, name, items, background }: Term, shown: number, all: number): string {
  const have = kind === "category" ? "are in" : "have the word";
  return `${items} of its ${shown} strongest items ${have} ${name}, against ${percent(background / all)} of all items.`;
}
