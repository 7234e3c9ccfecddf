import type { ItemRow, LatentDetail, ListColumns } from "../form";
import { number, percent } from "./dom";

/** Orders of the list, by the name that the choice has. */
export const ORDERS: Readonly<
  Record<string, { words: string; by: (columns: ListColumns) => (latent: number) => number }>
> = {
  number: { words: "number", by: () => (latent) => -latent },
  place: { words: "score inside its null band", by: (columns) => of(columns.place, columns.score) },
  score: { words: "score", by: (columns) => of(columns.score) },
  detection: { words: "detection AUROC of the label", by: (columns) => of(columns.detection) },
  nap: { words: "nAP of the best category", by: (columns) => of(columns.nap) },
  active: { words: "activity: share of items that fire it", by: (columns) => of(columns.active) },
  prefix: { words: "prefix, the shortest first", by: (columns) => (latent) => -columns.prefix[latent] },
  match: { words: "match in the other run", by: (columns) => of(columns.match ?? []) },
};

/** Higher first; of equal ones the second column says. */
const of =
  (values: readonly (number | null)[], then?: readonly (number | null)[]) =>
  (latent: number): number =>
    (values[latent] ?? Number.NEGATIVE_INFINITY) + 1e-6 * (then?.[latent] ?? 0);

/** Latents in an order: the highest first, ties by number. */
export function ordered(columns: ListColumns, order: string, latents: readonly number[]): number[] {
  const by = (ORDERS[order] ?? ORDERS.number).by(columns);
  return [...latents].sort((a, b) => by(b) - by(a) || a - b);
}

/** The value that an order goes by, for a row of the list. */
export function valueIn(columns: ListColumns, order: string, latent: number): string {
  if (order === "active") return percent(columns.active[latent]);
  if (order === "prefix" || order === "number") return "";
  const values: Record<string, readonly (number | null)[] | undefined> = { ...columns } as never;
  const value = values[order]?.[latent];
  return value === null || value === undefined ? "–" : order === "place" ? percent(value) : number(value);
}

/** Lower-case words; the plural's s is left off, so that "shoe" finds "shoes" and the other way round. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => (word.length > 3 ? word.replace(/(?<!s)s$/, "") : word));

/** Whether a text has every word of a question, each as the beginning of a word. */
export function matcher(question: string): (text: string) => boolean {
  const wanted = wordsOf(question);
  const exact = question.trim().toLowerCase();
  return (text) => {
    if (text.toLowerCase().includes(exact)) return true;
    if (wanted.length === 0) return false;
    const words = wordsOf(text);
    return wanted.every((one) => words.some((word) => word.startsWith(one)));
  };
}

/** Latents that a question finds, with what was found: by number, label and categories at once. */
export function findLatents(columns: ListColumns, question: string): Map<number, string> {
  const found = new Map<number, string>();
  const matches = matcher(question);
  const names = columns.names.map(matches);
  const latent = /^#?(\d+)$/.exec(question.trim());
  columns.label.forEach((label, index) => {
    if (latent && Number(latent[1]) === index) found.set(index, "");
    else if (matches(label)) found.set(index, "");
    else {
      const name = columns.categories[index].find((place) => names[place]);
      if (name !== undefined) found.set(index, `category ${columns.names[name]}`);
    }
  });
  return found;
}

/** Latents that one of their items finds. */
export function findByItems(
  details: readonly LatentDetail[],
  items: readonly ItemRow[],
  question: string,
): Map<number, string> {
  const matches = matcher(question);
  const hits = new Set<number>();
  items.forEach(([id, title, categories], place) => {
    if (id.toLowerCase() === question.trim().toLowerCase() || matches(title) || matches(categories)) hits.add(place);
  });
  const found = new Map<number, string>();
  details.forEach(({ strongest, fifths }, latent) => {
    const [item] = [strongest, ...fifths].flat().find(([place]) => hits.has(place)) ?? [];
    if (item !== undefined) found.set(latent, `item ${items[item][1] || items[item][0]}`);
  });
  return found;
}
