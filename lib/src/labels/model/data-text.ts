import type { ItemText } from "../../records/label";

/** Characters of a title that a model is shown. */
const TITLE = 200;

/** Characters of any other text: a store, a category, a label that is in use. */
const NAME = 80;

/** Categories of an item that a model is shown. */
const CATEGORIES = 12;

/**
 * What no reader sees and a model does: control and direction characters, tags, separators, halves of surrogate pairs, private
 * characters and the variation selectors of the supplement. Not the joiners U+200C and U+200D, of which words are made.
 */
const UNSEEN = /(?![\u200c\u200d])(?:[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|[\u{e0100}-\u{e01ef}])/gu;

/** Text of a catalogue or of a model's reply as data: on one line, without unseen characters, cut where it is long. */
export function dataText(text: string, most: number = TITLE): string {
  const line = text
    .replace(/[^\S\ufeff]+/gu, " ")
    .replace(UNSEEN, "")
    .replace(/ {2,}/g, " ")
    .trim();
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A name as data. */
export const dataName = (text: string): string => dataText(text, NAME);

/** An item as a model sees it: title and category path; store and categories where it has no title. */
export function dataItem({ title, store, categories }: ItemText): Record<string, string> {
  const names = categories.slice(0, CATEGORIES).map(dataName);
  const path = names.filter((name) => name !== "").join(" > ");
  const name = dataText(title);
  const maker = dataName(store);
  return {
    ...(name === "" ? (maker === "" ? {} : { store: maker }) : { title: name }),
    ...(path === "" ? {} : { category_path: path }),
  };
}
