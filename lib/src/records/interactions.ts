/** A binary sparse matrix by rows: row r holds the columns `indices[indptr[r] … indptr[r+1])`, ascending. */
export interface Csr {
  rows: number;
  cols: number;
  /** [rows + 1] */
  indptr: Int32Array;
  /** [nonzeros], strictly ascending within a row */
  indices: Int32Array;
}

/** The columns of one row. */
export const rowOf = ({ indptr, indices }: Csr, row: number): Int32Array =>
  indices.subarray(indptr[row], indptr[row + 1]);

/** Who took what. Ids travel with the matrix: row u of `csr` is `users[u]`, column i is `items[i]`. */
export interface Interactions {
  users: string[];
  items: string[];
  csr: Csr;
  /** [nonzeros] when, in the order of `csr.indices`; absent where the source has no times. */
  times?: Float64Array;
}

/**
 * Build a {@link Csr} from coordinate pairs; a pair that repeats is kept once.
 *
 * @param rowOf row of each pair @param colOf column of each pair
 */
export function csrFromPairs(rows: number, cols: number, rowOf: ArrayLike<number>, colOf: ArrayLike<number>): Csr {
  const n = rowOf.length;
  // Two stable counting sorts, by column and then by row, leave each row ascending.
  const byCol = countingSort(n, cols, colOf, undefined).order;
  const sorted = countingSort(n, rows, rowOf, byCol);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(n);
  let out = 0;
  for (let r = 0; r < rows; r++) {
    indptr[r] = out;
    let last = -1;
    for (let p = sorted.starts[r]; p < sorted.starts[r + 1]; p++) {
      const c = colOf[sorted.order[p]];
      if (c !== last) indices[out++] = c;
      last = c;
    }
  }
  indptr[rows] = out;
  return { rows, cols, indptr, indices: indices.slice(0, out) };
}

function countingSort(
  n: number,
  buckets: number,
  keyOf: ArrayLike<number>,
  order: Int32Array | undefined,
): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(buckets + 1);
  for (let p = 0; p < n; p++) starts[keyOf[p] + 1]++;
  for (let b = 0; b < buckets; b++) starts[b + 1] += starts[b];
  const next = starts.slice(0, buckets);
  const result = new Int32Array(n);
  for (let p = 0; p < n; p++) {
    const pair = order ? order[p] : p;
    result[next[keyOf[pair]]++] = pair;
  }
  return { order: result, starts };
}

/** The transpose: columns become rows, ascending within each. */
export function transposeCsr(csr: Csr): Csr {
  const rowOf = new Int32Array(csr.indices.length);
  for (let r = 0; r < csr.rows; r++) rowOf.fill(r, csr.indptr[r], csr.indptr[r + 1]);
  return csrFromPairs(csr.cols, csr.rows, csr.indices, rowOf);
}

/** [rows] entries of each row: interactions per user. */
export function rowCounts({ rows, indptr }: Csr): Int32Array {
  const counts = new Int32Array(rows);
  for (let row = 0; row < rows; row++) counts[row] = indptr[row + 1] - indptr[row];
  return counts;
}

/** [cols] entries of each column: interactions per item. */
export function columnCounts({ cols, indices }: Csr): Int32Array {
  const counts = new Int32Array(cols);
  for (let entry = 0; entry < indices.length; entry++) counts[indices[entry]]++;
  return counts;
}

/** Distinct interactions, with the time of each where it is known. */
export interface TimedCsr extends Csr {
  /** [nonzeros] in the order of `indices` */
  times?: Float64Array;
}
