/** A text file that was read through once: it exists, is whole, and is text. */
export interface TextFile {
  path: string;
  gzip: boolean;
  /** Lines that are not blank, the header included. */
  lines: number;
  /** The first line that is not blank, without byte-order mark and line end. */
  firstLine: string;
  /** Number of that line, from 1. */
  firstLineNumber: number;
  /** Whether the file starts with a byte-order mark. */
  byteOrderMark: boolean;
  /** Whether a byte-order mark may stand behind the start, written out or as an escape of JSON; false is sure. */
  innerMarks: boolean;
  /** Length of the longest line in bytes. */
  longestLine: number;
  /** The first lines of text, for guessing what the columns hold. */
  head: string[];
}
