/*
 * What an id is: text that is taken as it stands. Nothing is trimmed, folded or normalised, so ids that differ in any character are
 * two ids, be it a space at the end or how an accent is written. Refused as a bad row are an id that is blank, and one with a byte-order
 * mark in it: that is left where files were joined that each had one, and the same id without it would be another.
 */

/** The white space of JavaScript's `trim`, for the database's. */
const SPACES =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const MARK = "\ufeff";

/** Why a text is no id, or undefined. */
export function idFault(id: string): string | undefined {
  if (id.trim() === "") return "empty id";
  return id.includes(MARK) ? "byte-order mark in an id" : undefined;
}

/**
 * The same in SQL, of a column: true for NULL and for a text that is no id.
 *
 * @param marks whether the texts may have byte-order marks: to look for them in every row takes time
 */
export function noIdSql(column: string, marks: boolean): string {
  // Texts between these begin with a printable ASCII character, and are not blank.
  const odd = `(${column} < '!' OR ${column} >= '\u007f')`;
  const marked = marks ? ` OR contains(${column}, '${MARK}')` : "";
  return `(${column} IS NULL OR (${odd} AND trim(${column}, '${SPACES}') = '')${marked})`;
}
