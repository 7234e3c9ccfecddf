/** Rows (or columns) of about one size, and how much of the original they still hold. */
export interface SizeClass {
  /** Interactions of its smallest and of its largest row. */
  least: number;
  most: number;
  /** Rows in it, without those that hold nothing. */
  members: number;
  /** Their interactions. */
  pairs: number;
  /** Share of these that are where they were. */
  shared: number;
  /** The share that an independent draw with the same counts would have. */
  sharedByChance: number;
}

/** Rows by size: the class of each row, and the classes from the smallest sizes up. */
export interface SizeClasses {
  /** [rows] class of each; −1 for a row that holds nothing */
  of: Int8Array;
  classes: Pick<SizeClass, "least" | "most" | "members" | "pairs">[];
}

/** Shares of rows at which classes end: deciles, and the last one cut again, so that a few heavy rows do not hide among the larger ones. */
const CUTS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 0.999, 1];

/** Put rows into classes by their size: deciles of rows, the last one cut at 99 % and 99.9 %. Rows of one size are never parted, so there may be fewer. */
export function sizeClasses(sizes: Int32Array): SizeClasses {
  const filled = sizes.filter((size) => size > 0).sort();
  const ends = [...new Set(CUTS.map((share) => filled[Math.max(0, Math.ceil(share * filled.length) - 1)]))];
  const of = Int8Array.from(sizes, (size) => (size === 0 ? -1 : ends.findIndex((end) => size <= end)));
  const classes = ends.map((most) => ({ least: most, most, members: 0, pairs: 0 }));
  for (let row = 0; row < sizes.length; row++) {
    if (of[row] < 0) continue;
    const own = classes[of[row]];
    own.least = Math.min(own.least, sizes[row]);
    own.members++;
    own.pairs += sizes[row];
  }
  return { of, classes };
}
