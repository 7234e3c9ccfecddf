import { type Label, NO_CONCEPT } from "../records/label";
import { wordsOf } from "./lexicon";

/** How alike two sets of labels of the same latents are. */
export interface LabelAgreement {
  /** Latents that both have a label of. */
  latents: number;
  /** Share of these with the same broad label, and with the same refined one; upper and lower case alike. */
  sameBroad: number;
  sameRefined: number;
  /** Mean share of words in common (Jaccard) of broad and refined label. */
  words: number;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
const wordsOfLabel = ({ broad, refined }: Label): Set<string> => new Set(wordsOf(`${broad} ${refined}`));

/** Compare labels of the same latents by two labellers, latent by latent. @returns undefined where they have no latent in common */
export function labelAgreement(one: readonly Label[], other: readonly Label[]): LabelAgreement | undefined {
  const others = new Map(other.map((label) => [label.latent, label]));
  const pairs = one.flatMap((label): [Label, Label][] => {
    const found = others.get(label.latent);
    return found ? [[label, found]] : [];
  });
  if (pairs.length === 0) return undefined;
  const share = (of: (a: Label, b: Label) => number): number =>
    pairs.reduce((sum, [a, b]) => sum + of(a, b), 0) / pairs.length;
  return {
    latents: pairs.length,
    sameBroad: share((a, b) => Number(same(a.broad, b.broad))),
    sameRefined: share((a, b) => Number(same(a.refined, b.refined))),
    words: share((a, b) => jaccard(wordsOfLabel(a), wordsOfLabel(b))),
  };
}

/** How many of the themes of two sets of labels are in both (Jaccard of the distinct refined labels); of different latents, such as those of other seeds. */
export function sharedThemes(one: readonly Label[], other: readonly Label[]): number {
  return jaccard(themes(one), themes(other));
}

/** Distinct labels of those that name a concept, as a share of these; 1 = no two latents have the same. */
export function distinctShare(labels: readonly Label[], of: "broad" | "refined"): number {
  const named = labels.filter(({ refined }) => refined !== NO_CONCEPT);
  return new Set(named.map((label) => label[of].trim().toLowerCase())).size / Math.max(1, named.length);
}

const themes = (labels: readonly Label[]): Set<string> =>
  new Set(labels.flatMap(({ refined }) => (refined === NO_CONCEPT ? [] : [refined.trim().toLowerCase()])));

/** Members in common to members of either; 1 for two empty sets. */
function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const common = [...a].filter((member) => b.has(member)).length;
  const either = a.size + b.size - common;
  return either === 0 ? 1 : common / either;
}
