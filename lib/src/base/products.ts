/** Directions whose sums grow side by side: one alone would wait for itself at every step. */
const LANES = 4;

/** What {@link products} does besides. */
export interface ProductOptions {
  /** [d] taken from every row first */
  center?: ArrayLike<number>;
  /** [k] what each sum starts from */
  start?: ArrayLike<number>;
  /** Negative products become 0. */
  rectify?: boolean;
}

/**
 * start + ⟨row − center, direction⟩ for all rows and directions, summed in double precision coordinate by coordinate.
 *
 * @param rows [n, d] @param directions [k, d]
 * @returns [n, k]
 */
export function products(
  rows: Float32Array,
  directions: Float32Array,
  d: number,
  { center, start, rectify = false }: ProductOptions = {},
): Float32Array {
  const [n, k] = [rows.length / d, directions.length / d];
  const packed = sideBySide(directions, d);
  const starts = new Float64Array(Math.ceil(k / LANES) * LANES);
  if (start) starts.set(start);
  const out = new Float32Array(n * k);
  const x = new Float64Array(d);
  const sums = new Float64Array(LANES);
  for (let row = 0; row < n; row++) {
    for (let f = 0; f < d; f++) x[f] = rows[row * d + f] - (center ? center[f] : 0);
    for (let first = 0, offset = 0; first < k; first += LANES) {
      let [s0, s1, s2, s3] = [starts[first], starts[first + 1], starts[first + 2], starts[first + 3]];
      for (let f = 0; f < d; f++, offset += LANES) {
        const value = x[f];
        s0 += packed[offset] * value;
        s1 += packed[offset + 1] * value;
        s2 += packed[offset + 2] * value;
        s3 += packed[offset + 3] * value;
      }
      sums[0] = s0;
      sums[1] = s1;
      sums[2] = s2;
      sums[3] = s3;
      for (let lane = 0, to = row * k + first; lane < LANES && first + lane < k; lane++, to++)
        if (!rectify || sums[lane] > 0) out[to] = sums[lane];
    }
  }
  return out;
}

/** [k/4, d, 4] directions in fours, coordinate by coordinate; zeros beyond the last. */
function sideBySide(directions: Float32Array, d: number): Float64Array {
  const k = directions.length / d;
  const packed = new Float64Array(Math.ceil(k / LANES) * LANES * d);
  for (let one = 0; one < k; one++) {
    const to = Math.floor(one / LANES) * LANES * d + (one % LANES);
    for (let f = 0; f < d; f++) packed[to + f * LANES] = directions[one * d + f];
  }
  return packed;
}
