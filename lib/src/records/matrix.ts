/** The named rows of a matrix [n, width], copied. */
export function gatherRows(matrix: Float32Array, width: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    out.set(matrix.subarray(row * width, (row + 1) * width), at * width);
  });
  return out;
}

/** Rows of numbers, row-major. */
export type Matrix = Float32Array | Float64Array;
