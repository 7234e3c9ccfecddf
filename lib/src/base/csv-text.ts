/** What a spreadsheet takes for a formula, also behind blanks, in its wide form, or behind a tab or a line end. */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n])/u;

/** A number as a text: it says nothing else in a spreadsheet, sign and all. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * One field of comma-separated values (RFC 4180), its text unchanged: for files that programs read back. Quoted where a reader could
 * cut or trim it: separators of any dialect, quotes, line ends, blanks at an end.
 */
export function csvField(text: string): string {
  return /[",\n\r;|\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One field of comma-separated values for people, who open it in a spreadsheet. A text that would be taken for a formula gets a
 * single quote before it, as OWASP advises ("CSV Injection"); numbers stay numbers, also negative ones that come as text. Lists are joined
 * by "; ", and what is missing is empty.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  const text = Array.isArray(value) ? value.join("; ") : String(value);
  return csvField(FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);
}

/** Rows of {@link csvCell}s as one text, each line ended by `end`. */
export function csvLines(rows: Iterable<readonly unknown[]>, end = "\r\n"): string {
  let text = "";
  for (const row of rows) text += row.map(csvCell).join(",") + end;
  return text;
}
