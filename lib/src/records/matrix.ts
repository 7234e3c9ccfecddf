/** The named rows of a matrix [n, width], copied. */
export function gatherRows(matrix: Float32Array, width: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    out.set(matrix.subarray(row * width, (row + 1) * width), index * width);
  });
  return out;
}

/** Rows of numbers, row-major. */
export type Matrix = Float32Array | Float64Array;

/** The inverse of {@link gatherRows}: a matrix [n, width] with these rows in their places and zeros elsewhere. */
export function scatterRows(gathered: Float32Array, width: number, rows: Int32Array, n: number): Float32Array {
  const out = new Float32Array(n * width);
  rows.forEach((row, index) => {
    out.set(gathered.subarray(index * width, (index + 1) * width), row * width);
  });
  return out;
}
