import { benjaminiHochberg } from "../metrics/fdr";
import { upperTail } from "../metrics/hypergeometric";
import type { Exhibit, ItemText } from "../records/label";
import { type Lexicon, ownWords } from "./lexicon";

/** A category, or a word of titles and stores, on some of the items that a latent is shown by. */
export interface Term {
  kind: "category" | "word";
  name: string;
  /** Items of the exhibit that have it. */
  items: number;
  /** Items of the background that have it. */
  background: number;
  /** Chance of so many or more, were the exhibit's items drawn at random from the background. */
  p: number;
  /** Benjamini–Hochberg over all latents and all terms of the kind, those on no item of an exhibit included. */
  q: number;
  /** Class-based TF-IDF: how much it is this latent's and no other's. */
  weight: number;
}

const KINDS = ["category", "word"] as const;
type Kind = Term["kind"];

const termsOf = (kind: Kind, item: ItemText): readonly string[] =>
  kind === "category" ? [...new Set(item.categories)] : ownWords(item);

/**
 * Every term of every exhibit, with the chance of meeting it so often and its class-based TF-IDF (arXiv 2203.05794): a latent's items
 * are one class, tf is the term's share of the class' terms, and idf is log(1 + A / f), A the mean number of terms of a class and f the
 * term's number over all classes.
 *
 * @returns terms by exhibit, in the order given
 */
export function enrichedTerms(exhibits: readonly Exhibit[], lexicon: Lexicon): Term[][] {
  const byKind = KINDS.map((kind) => termsOfKind(kind, exhibits, lexicon));
  return exhibits.map((_, index) => byKind.flatMap((terms) => terms[index]));
}

function termsOfKind(kind: Kind, exhibits: readonly Exhibit[], lexicon: Lexicon): Term[][] {
  const known = kind === "category" ? lexicon.categories : lexicon.words;
  const classes = exhibits.map(({ items }) => {
    const counts = new Map<string, number>();
    for (const item of items) for (const term of termsOf(kind, item)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return counts;
  });
  const sizes = classes.map((counts) => sum(counts.values()));
  const mean = sum(sizes) / Math.max(1, classes.length);
  const total = new Map<string, number>();
  for (const counts of classes) for (const [term, count] of counts) total.set(term, (total.get(term) ?? 0) + count);
  const found = classes.map((counts, index) =>
    Array.from(counts, ([name, items]): Term => {
      const background = Math.max(items, known.get(name) ?? 0);
      const shown = exhibits[index].items.length;
      const p = upperTail(items, Math.max(lexicon.items, shown), background, shown);
      const weight = (items / sizes[index]) * Math.log(1 + mean / (total.get(name) as number));
      return { kind, name, items, background, p, q: 1, weight };
    }),
  );
  const flat = found.flat();
  const q = benjaminiHochberg(
    Float64Array.from(flat, ({ p }) => p),
    exhibits.length * known.size,
  );
  for (const [index, term] of flat.entries()) term.q = q[index];
  return found;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
