// Rows of a chunk: gather, normalise, encode, decode every prefix, and what the losses need of them.
import { plus, sum } from "../common/vectors";
import { beta } from "./between";
import * as p from "./plan";

/** Added to the deviation before dividing, as in `lib/src/sae/layer-norm.ts`. */
const NORM_EPSILON: f32 = 1e-5;

/** Below it a row's deviation is rounding. */
const SMALLEST_DEVIATION: f32 = 1e-30;

/** Gather, encode and decode the rows of one chunk of step `step` of the epoch. */
export function forward(chunk: i32, step: i32): void {
  const side = p.sideOf(chunk);
  const first = p.firstTile(chunk);
  const last = p.lastTile(chunk);
  for (let tile = first; tile < last; tile++) {
    const row = (tile - p.tilesBefore(side)) * p.TILE;
    gather(tile, side, row, step * p.rowsOf(side));
    if (p.normalise) normaliseRows(tile);
    encode(tile);
    if (p.rowsOf(side) - row < p.TILE) clear(tile, p.rowsOf(side) - row);
    decode(tile);
    if (beta > 0) miss(tile);
  }
  sumLatents(p.latents, first, last, p.latentSums + ((<usize>chunk * <usize>p.k) << 2));
}

/** Rows of the tile, the batch's from `row` on, as columns; what lies past the batch is zeros. */
function gather(tile: i32, side: i32, row: i32, from: i32): void {
  const batch = p.rowsOf(side);
  const order = side == 0 ? p.userOrder : p.itemOrder;
  const rows = side == 0 ? p.userRows : p.itemRows;
  const n = side == 0 ? p.users : p.items;
  const out = p.original + <usize>tile * p.featureBytes;
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
      const to = out + <usize>f * p.LANES + ((<usize>part) << 2);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 0, 1, 4, 5)));
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 2, 3, 6, 7)), 64);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5)), 128);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7)), 192);
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
function within(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Layer norm of a tile's rows, half of them at a time. */
function normaliseRows(tile: i32): void {
  const d = f32x4.splat(<f32>p.d);
  const one = f32x4.splat(1);
  const toNormed = p.normed - p.original;
  const toTarget = p.target - p.original;
  for (let half: usize = 0; half < p.LANES; half += 32) {
    const from = p.original + <usize>tile * p.featureBytes + half;
    const end = from + <usize>p.d * p.LANES;
    let m0 = f32x4.splat(0);
    let m1 = m0;
    for (let x = from; x < end; x += p.LANES) {
      m0 = f32x4.add(m0, v128.load(x));
      m1 = f32x4.add(m1, v128.load(x, 16));
    }
    m0 = f32x4.div(m0, d);
    m1 = f32x4.div(m1, d);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (let x = from; x < end; x += p.LANES) {
      const c0 = f32x4.sub(v128.load(x), m0);
      const c1 = f32x4.sub(v128.load(x, 16), m1);
      s0 = plus(s0, c0, c0);
      s1 = plus(s1, c1, c1);
    }
    s0 = deviationOf(s0);
    s1 = deviationOf(s1);
    const deviation = p.deviation + <usize>tile * p.LANES + half;
    v128.store(deviation, s0);
    v128.store(deviation, s1, 16);
    const e0 = f32x4.div(one, f32x4.add(s0, f32x4.splat(NORM_EPSILON)));
    const e1 = f32x4.div(one, f32x4.add(s1, f32x4.splat(NORM_EPSILON)));
    const t0 = inverse(s0);
    const t1 = inverse(s1);
    let bias = p.bPre;
    for (let x = from; x < end; x += p.LANES) {
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

/** z = ReLU(W x + b_lat): two latents of sixteen rows at a time. */
function encode(tile: i32): void {
  const stride = p.rowBytes;
  const x = p.normed + <usize>tile * p.featureBytes;
  const end = x + <usize>p.d * p.LANES;
  const zero = f32x4.splat(0);
  let out = p.latents + <usize>tile * p.latentBytes;
  let row = p.W;
  let b = p.bLat;
  let j = 0;
  for (; j + 2 <= p.k; j += 2) {
    let a0 = v128.load32_splat(b);
    let b0 = v128.load32_splat(b, 4);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    let w = row;
    let next = row + stride;
    for (let from = x; from < end; from += p.LANES) {
      const x0 = v128.load(from);
      const x1 = v128.load(from, 16);
      const x2 = v128.load(from, 32);
      const x3 = v128.load(from, 48);
      const s = v128.load32_splat(w);
      const t = v128.load32_splat(next);
      a0 = plus(a0, s, x0);
      a1 = plus(a1, s, x1);
      a2 = plus(a2, s, x2);
      a3 = plus(a3, s, x3);
      b0 = plus(b0, t, x0);
      b1 = plus(b1, t, x1);
      b2 = plus(b2, t, x2);
      b3 = plus(b3, t, x3);
      w += 4;
      next += 4;
    }
    // pmax keeps what is no number, and is one instruction where max is eight.
    v128.store(out, f32x4.pmax(a0, zero));
    v128.store(out, f32x4.pmax(a1, zero), 16);
    v128.store(out, f32x4.pmax(a2, zero), 32);
    v128.store(out, f32x4.pmax(a3, zero), 48);
    v128.store(out, f32x4.pmax(b0, zero), 64);
    v128.store(out, f32x4.pmax(b1, zero), 80);
    v128.store(out, f32x4.pmax(b2, zero), 96);
    v128.store(out, f32x4.pmax(b3, zero), 112);
    out += 128;
    row += 2 * stride;
    b += 8;
  }
  if (j == p.k) return;
  let a0 = v128.load32_splat(b);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let from = x; from < end; from += p.LANES) {
    const s = v128.load32_splat(row);
    a0 = plus(a0, s, v128.load(from));
    a1 = plus(a1, s, v128.load(from, 16));
    a2 = plus(a2, s, v128.load(from, 32));
    a3 = plus(a3, s, v128.load(from, 48));
    row += 4;
  }
  v128.store(out, f32x4.pmax(a0, zero));
  v128.store(out, f32x4.pmax(a1, zero), 16);
  v128.store(out, f32x4.pmax(a2, zero), 32);
  v128.store(out, f32x4.pmax(a3, zero), 48);
}

/** Latents of the rows past the batch, of which `rows` are in the tile, are 0. */
function clear(tile: i32, rows: i32): void {
  const begin = p.latents + <usize>tile * p.latentBytes;
  for (let part = 0; part < p.TILE; part += 4) {
    const mask = within(rows - part);
    const from = begin + ((<usize>part) << 2);
    for (let at = from; at < from + p.latentBytes; at += p.LANES) v128.store(at, v128.and(mask, v128.load(at)));
  }
}

/**
 * What every prefix misses, in deviations of the row: decoded less target, by one running sum over the latents, two features of
 * sixteen rows at a time.
 */
function decode(tile: i32): void {
  const z = p.latents + <usize>tile * p.latentBytes;
  const stride = p.rowBytes;
  const step = p.featureBytes;
  const last = p.ends + ((<usize>p.prefixes) << 2);
  let target = p.target + <usize>tile * p.featureBytes;
  let begin = p.residuals + <usize>tile * p.residualBytes;
  for (let f: usize = 0; f < stride; f += 8) {
    let a0 = v128.load32_splat(p.bPre + f);
    let b0 = v128.load32_splat(p.bPre + f, 4);
    let a1 = f32x4.sub(a0, v128.load(target, 16));
    let a2 = f32x4.sub(a0, v128.load(target, 32));
    let a3 = f32x4.sub(a0, v128.load(target, 48));
    a0 = f32x4.sub(a0, v128.load(target));
    let b1 = f32x4.sub(b0, v128.load(target, 80));
    let b2 = f32x4.sub(b0, v128.load(target, 96));
    let b3 = f32x4.sub(b0, v128.load(target, 112));
    b0 = f32x4.sub(b0, v128.load(target, 64));
    let w = p.W + f;
    let from = z;
    let out = begin;
    for (let at = p.ends + 4; at <= last; at += 4) {
      const end = z + <usize>load<i32>(at) * p.LANES;
      for (; from < end; from += p.LANES) {
        const z0 = v128.load(from);
        const z1 = v128.load(from, 16);
        const z2 = v128.load(from, 32);
        const z3 = v128.load(from, 48);
        const s = v128.load32_splat(w);
        const t = v128.load32_splat(w, 4);
        a0 = plus(a0, s, z0);
        a1 = plus(a1, s, z1);
        a2 = plus(a2, s, z2);
        a3 = plus(a3, s, z3);
        b0 = plus(b0, t, z0);
        b1 = plus(b1, t, z1);
        b2 = plus(b2, t, z2);
        b3 = plus(b3, t, z3);
        w += stride;
      }
      v128.store(out, a0);
      v128.store(out, a1, 16);
      v128.store(out, a2, 32);
      v128.store(out, a3, 48);
      v128.store(out, b0, 64);
      v128.store(out, b1, 80);
      v128.store(out, b2, 96);
      v128.store(out, b3, 112);
      out += step;
    }
    begin += 128;
    target += 128;
  }
}

/** What the last prefix misses of the rows as given. */
function miss(tile: i32): void {
  const d0 = v128.load(p.deviation + <usize>tile * p.LANES);
  const d1 = v128.load(p.deviation + <usize>tile * p.LANES, 16);
  const d2 = v128.load(p.deviation + <usize>tile * p.LANES, 32);
  const d3 = v128.load(p.deviation + <usize>tile * p.LANES, 48);
  let out = p.missed + <usize>tile * p.featureBytes;
  const end = p.residuals + <usize>(tile + 1) * p.residualBytes;
  for (let at = end - p.featureBytes; at < end; at += p.LANES) {
    v128.store(out, f32x4.mul(d0, v128.load(at)));
    v128.store(out, f32x4.mul(d1, v128.load(at, 16)), 16);
    v128.store(out, f32x4.mul(d2, v128.load(at, 32)), 32);
    v128.store(out, f32x4.mul(d3, v128.load(at, 48)), 48);
    out += p.LANES;
  }
}

/** Sum over the rows of some tiles of [tile][k][16], to [k] at `out`. */
export function sumLatents(values: usize, first: i32, last: i32, out: usize): void {
  const begin = values + <usize>first * p.latentBytes;
  const end = values + <usize>last * p.latentBytes;
  for (let j = 0; j < p.k; j++) {
    let low = f32x4.splat(0);
    let high = low;
    for (let at = begin + <usize>j * p.LANES; at < end; at += p.latentBytes) {
      low = f32x4.add(low, f32x4.add(v128.load(at), v128.load(at, 16)));
      high = f32x4.add(high, f32x4.add(v128.load(at, 32), v128.load(at, 48)));
    }
    store<f32>(out + ((<usize>j) << 2), sum(f32x4.add(low, high)));
  }
}
