import { dateOf } from "./dates";

/** What a column of the ratings may stand for. */
export type Role = "user" | "item" | "rating" | "time";

/** Names under which public data sets know each role, without capitals and punctuation; earlier ones are preferred. */
const NAMES: Readonly<Record<Role | "title" | "store" | "mainCategory" | "categories", readonly string[]>> = {
  user: [
    "userid",
    "reviewerid",
    "customerid",
    "visitorid",
    "uid",
    "user",
    "customer",
    "memberid",
    "accountid",
    "profilename",
    "username",
  ],
  item: [
    "parentasin",
    "itemid",
    "asin",
    "movieid",
    "productid",
    "articleid",
    "isbn",
    "bookid",
    "sku",
    "trackid",
    "songid",
    "gameid",
    "item",
    "product",
    "iid",
  ],
  rating: ["rating", "ratings", "stars", "score", "overall", "bookrating", "reviewscore", "ratingvalue"],
  time: [
    "timestamp",
    "time",
    "unixreviewtime",
    "date",
    "datetime",
    "ts",
    "reviewtime",
    "createdat",
    "tdat",
    "reviewdate",
  ],
  title: ["title", "name", "productname", "prodname", "itemname", "booktitle", "movietitle"],
  store: ["store", "brand", "brandname", "author", "vendor", "seller", "publisher"],
  mainCategory: ["maincategory"],
  categories: ["categories", "category", "genres", "genre", "tags", "classes", "producttypename", "department"],
};

/** The column that most likely has this role; undefined where none does. */
export function sniffColumn(role: keyof typeof NAMES, columns: readonly string[]): string | undefined {
  const plain = columns.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  for (const name of NAMES[role]) {
    const index = plain.indexOf(name);
    if (index >= 0) return columns[index];
  }
  return undefined;
}

/** Whether at least half of the values that are not empty are numbers, or also dates if those will do. */
export function mostlyNumbers(values: readonly string[], orDates = false): boolean {
  const filled = values.filter((value) => value.trim() !== "");
  const good = filled.filter((value) => numberOf(value) !== undefined || (orDates && dateOf(value) !== undefined));
  return 2 * good.length >= filled.length;
}

/** A finite number, or undefined. */
export function numberOf(text: string): number | undefined {
  const value = Number(text);
  // Blank text would be 0.
  return Number.isFinite(value) && (value !== 0 || text.trim() !== "") ? value : undefined;
}

const SEPARATORS = ["|", " > ", " › ", ">", ";", " / ", ","];

/** What separates the names in these texts: the first of the usual separators that occurs in a tenth of them, else "|". */
export function sniffSeparator(values: readonly string[]): string {
  const filled = values.filter((value) => value.trim() !== "");
  for (const separator of SEPARATORS)
    if (filled.filter((value) => value.includes(separator)).length * 10 > filled.length) return separator;
  return "|";
}
