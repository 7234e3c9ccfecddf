/** Widths of characters in em, those of DejaVu Sans rounded up; any other character is as wide as a digit. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  (
    [
      ["'ijlIJ ,.·/:;\\|", 0.34],
      ["f-()[]tr!²", 0.42],
      ['"*_`–szc?', 0.54],
      ["ABCHKNRUVXZ", 0.74],
      ["w#+<=>^~−×≥≤MOQDG&", 0.84],
      ["%m@W…", 1],
    ] as const
  ).flatMap(([characters, width]) => [...characters].map((character) => [character, width] as const)),
);

const OTHER = 0.64;

/** Bold letters are wider by this. */
const BOLD = 1.12;

/** The text of a picture, as Vega describes it. */
export interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
  /** Most pixels; a longer text is cut. */
  limit?: number;
}

/**
 * Pixels that a line of text takes. Without a canvas Vega takes every character for .8 em, and a picture with a long title gets a
 * blank third beside it.
 */
export function textWidth({ fontSize = 11, fontWeight, limit = 0 }: TextItem, line: unknown): number {
  let em = 0;
  for (const character of line === null || line === undefined ? "" : String(line).trim())
    em += WIDTHS.get(character) ?? OTHER;
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const width = Math.ceil(em * fontSize * (bold ? BOLD : 1));
  return limit > 0 ? Math.min(width, limit) : width;
}
