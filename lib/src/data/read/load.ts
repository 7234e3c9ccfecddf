import type { Rejects } from "./rejects";
import type { TextFile } from "./text-file";

/** Which rows of a table are unusable: the same rule for the database and for one row at a time. */
export interface RowRule {
  /** Columns that the database may read as numbers at once; all others are text. */
  numbers?: readonly string[];
  /** SQL over the selected columns, true for an unusable row. */
  sql: string;
  /** Why a row is unusable, or undefined; the values are in the order of `select`. */
  reason: (values: readonly string[]) => string | undefined;
  /** The values of a usable row in a form that the database reads for certain; default as they are. */
  plain?: (values: readonly string[]) => readonly string[];
}

/** A file that is loaded into a new table of the database. */
export interface Load {
  file: TextFile;
  /** What the file is, for messages. */
  role: string;
  /** Name of the table. */
  table: string;
  rule: RowRule;
  /** Is told of the rows that are not loaded. */
  rejects: Rejects;
}
