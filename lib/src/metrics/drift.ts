import { requireInput } from "../base/errors";

/** How far a matrix has moved from its start. */
export interface Drift {
  /** Mean over rows of the cosine with the row's own start: 1 = where it began; unrelated rows have 0 ± 1/√d. */
  cosine: number;
  /** Frobenius norm divided by that of the start: 1 = no longer, no shorter. */
  normRatio: number;
}

/**
 * How far the rows of a matrix [n, d] have moved from where they started. Rows that are exactly zero have no direction
 * and are left out of the cosine; it is NaN when none is left.
 *
 * @throws InputError when the shapes do not agree
 */
export function drift(start: Float32Array, now: Float32Array, d: number): Drift {
  requireInput(
    start.length === now.length && Number.isInteger(start.length / d),
    `The start has ${start.length} values and the matrix ${now.length}, at width ${d}: both must be whole rows of the same matrix.`,
  );
  let [cosines, rows, startSquare, nowSquare] = [0, 0, 0, 0];
  for (let row = 0; row < start.length; row += d) {
    let [dot, a, b] = [0, 0, 0];
    for (let index = row; index < row + d; index++) {
      dot += start[index] * now[index];
      a += start[index] ** 2;
      b += now[index] ** 2;
    }
    startSquare += a;
    nowSquare += b;
    if (a === 0 || b === 0) continue;
    cosines += dot / Math.sqrt(a * b);
    rows++;
  }
  return { cosine: rows === 0 ? Number.NaN : cosines / rows, normRatio: Math.sqrt(nowSquare / startSquare) };
}
