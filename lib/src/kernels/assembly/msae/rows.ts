// Rows of a batch: gathered as columns, and normalised.
import { plus } from "../common/vectors";
import * as p from "./plan";
import { LANES } from "./plan";

/** Added to the deviation before dividing, as in `lib/src/sae/layer-norm.ts`. */
const NORM_EPSILON: f32 = 1e-5;

/** Below it a row's deviation is rounding. */
const SMALLEST_DEVIATION: f32 = 1e-30;

/** Rows of a tile, the batch's from `row` on, as columns at `out`; what lies past the batch is zeros. */
export function gather(out: usize, side: i32, row: i32, from: i32): void {
  const batch = p.rowsOf(side);
  const order = side == 0 ? p.userOrder : p.itemOrder;
  const rows = side == 0 ? p.userRows : p.itemRows;
  const n = side == 0 ? p.users : p.items;
  for (let part = 0; part < p.TILE; part += 4) {
    // The first row stands in for those past the batch, and is masked.
    const a = rowAt(rows, order, n, from, batch, row + part);
    const b = rowAt(rows, order, n, from, batch, row + part + 1);
    const c = rowAt(rows, order, n, from, batch, row + part + 2);
    const e = rowAt(rows, order, n, from, batch, row + part + 3);
    const mask = within(batch - row - part);
    for (let f = 0; f < p.width; f += 4) {
      const at = (<usize>f) << 2;
      const ra = v128.load(a + at);
      const rb = v128.load(b + at);
      const rc = v128.load(c + at);
      const re = v128.load(e + at);
      const abLow = v128.shuffle<f32>(ra, rb, 0, 4, 1, 5);
      const abHigh = v128.shuffle<f32>(ra, rb, 2, 6, 3, 7);
      const ceLow = v128.shuffle<f32>(rc, re, 0, 4, 1, 5);
      const ceHigh = v128.shuffle<f32>(rc, re, 2, 6, 3, 7);
      const to = out + <usize>f * LANES + ((<usize>part) << 2);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 0, 1, 4, 5)));
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 2, 3, 6, 7)), LANES);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5)), 2 * LANES);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7)), 3 * LANES);
    }
  }
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, order: usize, n: i32, from: i32, batch: i32, row: i32): usize {
  const place = row < batch ? (from + row) % n : from % n;
  return rows + <usize>load<i32>(order + ((<usize>place) << 2)) * p.rowBytes;
}

/** A mask of the first `count` lanes; all four, or none, where it is beyond them. */
// @ts-ignore: decorator
@inline
export function within(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Layer norm of a tile's rows, {@link gather}ed at `rows`, half of them at a time; their deviations go to `deviations`. */
export function normaliseRows(rows: usize, deviations: usize): void {
  const d = f32x4.splat(<f32>p.d);
  const one = f32x4.splat(1);
  const toNormed = p.normed - p.original;
  const toTarget = p.target - p.original;
  for (let half: usize = 0; half < p.TILE_BYTES; half += 32) {
    const from = rows + half;
    const end = from + <usize>p.d * LANES;
    let m0 = f32x4.splat(0);
    let m1 = m0;
    for (let x = from; x < end; x += LANES) {
      m0 = f32x4.add(m0, v128.load(x));
      m1 = f32x4.add(m1, v128.load(x, 16));
    }
    m0 = f32x4.div(m0, d);
    m1 = f32x4.div(m1, d);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (let x = from; x < end; x += LANES) {
      const c0 = f32x4.sub(v128.load(x), m0);
      const c1 = f32x4.sub(v128.load(x, 16), m1);
      s0 = plus(s0, c0, c0);
      s1 = plus(s1, c1, c1);
    }
    s0 = deviationOf(s0);
    s1 = deviationOf(s1);
    v128.store(deviations + half, s0);
    v128.store(deviations + half, s1, 16);
    const e0 = f32x4.div(one, f32x4.add(s0, f32x4.splat(NORM_EPSILON)));
    const e1 = f32x4.div(one, f32x4.add(s1, f32x4.splat(NORM_EPSILON)));
    const t0 = inverse(s0);
    const t1 = inverse(s1);
    let bias = p.bPre;
    for (let x = from; x < end; x += LANES) {
      const b = v128.load32_splat(bias);
      const c0 = f32x4.sub(v128.load(x), m0);
      const c1 = f32x4.sub(v128.load(x, 16), m1);
      v128.store(x + toNormed, f32x4.sub(f32x4.mul(c0, e0), b));
      v128.store(x + toNormed, f32x4.sub(f32x4.mul(c1, e1), b), 16);
      v128.store(x + toTarget, f32x4.mul(c0, t0));
      v128.store(x + toTarget, f32x4.mul(c1, t1), 16);
      bias += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function deviationOf(squares: v128): v128 {
  return f32x4.sqrt(f32x4.div(squares, f32x4.splat(<f32>max(1, p.d - 1))));
}

/** One over a deviation; 0 where a row's values are all the same, which its mean alone rebuilds. */
// @ts-ignore: decorator
@inline
function inverse(deviation: v128): v128 {
  const some = f32x4.gt(deviation, f32x4.splat(SMALLEST_DEVIATION));
  return v128.and(f32x4.div(f32x4.splat(1), deviation), some);
}
