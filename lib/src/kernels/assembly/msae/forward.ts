// Rows of a chunk: gather, normalise, encode, decode every prefix, and what the losses need of them.
import { plus, sum } from "../common/vectors";
import * as p from "./plan";

/** Added to the deviation before dividing, as in `lib/src/sae/layer-norm.ts`. */
const NORM_EPSILON: f32 = 1e-5;

/** Gather, encode and decode the rows of one chunk of step `step` of the epoch. */
export function forward(chunk: i32, step: i32): void {
  const side = p.sideOf(chunk);
  const first = p.firstTile(chunk);
  const last = p.lastTile(chunk);
  let square: f64 = 0;
  for (let tile = first; tile < last; tile++) {
    const row = (tile - p.tilesBefore(side)) * p.TILE;
    gather(tile, side, row, step * p.rowsOf(side));
    if (p.normalise) normaliseRows(tile);
    encode(tile, p.rowsOf(side) - row);
    square += decode(tile);
  }
  store<f64>(p.squares + ((<usize>chunk) << 3), square);
  sumLatents(p.latents, first, last, p.latentSums + ((<usize>chunk * <usize>p.k) << 2));
}

/** Rows of the tile, the batch's from `row` on, as columns; what lies past the batch is zeros. */
function gather(tile: i32, side: i32, row: i32, from: i32): void {
  const batch = p.rowsOf(side);
  const order = side == 0 ? p.userOrder : p.itemOrder;
  const rows = side == 0 ? p.userRows : p.itemRows;
  const n = side == 0 ? p.users : p.items;
  const out = p.original + <usize>tile * p.featureBytes;
  for (let half = 0; half < 8; half += 4) {
    // The first row stands in for those past the batch, and is masked.
    const a = rowAt(rows, order, n, from, batch, row + half);
    const b = rowAt(rows, order, n, from, batch, row + half + 1);
    const c = rowAt(rows, order, n, from, batch, row + half + 2);
    const e = rowAt(rows, order, n, from, batch, row + half + 3);
    const mask = within(batch - row - half);
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
      const to = out + <usize>f * p.LANES + ((<usize>half) << 2);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 0, 1, 4, 5)));
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abLow, ceLow, 2, 3, 6, 7)), 32);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5)), 64);
      v128.store(to, v128.and(mask, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7)), 96);
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

function normaliseRows(tile: i32): void {
  const at = <usize>tile * p.featureBytes;
  for (let half: usize = 0; half < 32; half += 16) {
    const from = p.original + at + half;
    const end = from + <usize>p.d * p.LANES;
    let total = f32x4.splat(0);
    for (let x = from; x < end; x += p.LANES) total = f32x4.add(total, v128.load(x));
    const mean = f32x4.div(total, f32x4.splat(<f32>p.d));
    let square = f32x4.splat(0);
    const toCentred = p.centred - p.original;
    for (let x = from; x < end; x += p.LANES) {
      const c = f32x4.sub(v128.load(x), mean);
      v128.store(x + toCentred, c);
      square = plus(square, c, c);
    }
    const std = f32x4.sqrt(f32x4.div(square, f32x4.splat(<f32>max(1, p.d - 1))));
    const scale = f32x4.add(std, f32x4.splat(NORM_EPSILON));
    const toNormed = p.normed - p.original;
    let bias = p.bPre;
    for (let x = from; x < end; x += p.LANES) {
      v128.store(x + toNormed, f32x4.sub(f32x4.div(v128.load(x + toCentred), scale), v128.load32_splat(bias)));
      bias += 4;
    }
    v128.store(p.deviation + <usize>tile * p.LANES + half, std);
  }
}

/** z = ReLU(W x + b_lat): four latents of eight rows at a time; only the first `rows` are rows of the batch. */
function encode(tile: i32, rows: i32): void {
  const x = p.normed + <usize>tile * p.featureBytes;
  const z = p.latents + <usize>tile * p.latentBytes;
  const stride = p.rowBytes;
  const features = (<usize>p.d) << 2;
  const zero = f32x4.splat(0);
  const low = within(rows);
  const high = within(rows - 4);
  let j = 0;
  let w = p.W;
  let b = p.bLat;
  let out = z;
  for (; j + 4 <= p.k; j += 4) {
    let a0 = v128.load32_splat(b);
    let a1 = v128.load32_splat(b, 4);
    let a2 = v128.load32_splat(b, 8);
    let a3 = v128.load32_splat(b, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    const w1 = w + stride;
    const w2 = w1 + stride;
    const w3 = w2 + stride;
    let from = x;
    for (let f: usize = 0; f < features; f += 4) {
      const xa = v128.load(from);
      const xb = v128.load(from, 16);
      from += 32;
      const s0 = v128.load32_splat(w + f);
      a0 = plus(a0, s0, xa);
      b0 = plus(b0, s0, xb);
      const s1 = v128.load32_splat(w1 + f);
      a1 = plus(a1, s1, xa);
      b1 = plus(b1, s1, xb);
      const s2 = v128.load32_splat(w2 + f);
      a2 = plus(a2, s2, xa);
      b2 = plus(b2, s2, xb);
      const s3 = v128.load32_splat(w3 + f);
      a3 = plus(a3, s3, xa);
      b3 = plus(b3, s3, xb);
    }
    v128.store(out, v128.and(low, f32x4.max(a0, zero)));
    v128.store(out, v128.and(high, f32x4.max(b0, zero)), 16);
    v128.store(out, v128.and(low, f32x4.max(a1, zero)), 32);
    v128.store(out, v128.and(high, f32x4.max(b1, zero)), 48);
    v128.store(out, v128.and(low, f32x4.max(a2, zero)), 64);
    v128.store(out, v128.and(high, f32x4.max(b2, zero)), 80);
    v128.store(out, v128.and(low, f32x4.max(a3, zero)), 96);
    v128.store(out, v128.and(high, f32x4.max(b3, zero)), 112);
    out += 128;
    w = w3 + stride;
    b += 16;
  }
  for (; j < p.k; j++) {
    let a = v128.load32_splat(b);
    let c = a;
    let from = x;
    for (let f: usize = 0; f < features; f += 4) {
      const s = v128.load32_splat(w + f);
      a = plus(a, s, v128.load(from));
      c = plus(c, s, v128.load(from, 16));
      from += 32;
    }
    v128.store(out, v128.and(low, f32x4.max(a, zero)));
    v128.store(out, v128.and(high, f32x4.max(c, zero)), 16);
    out += 32;
    w += stride;
    b += 4;
  }
}

/**
 * Every prefix's residual by one running sum over the latents: four features of eight rows at a time. Returns the sum of
 * the squares of all of them.
 */
function decode(tile: i32): f64 {
  const z = p.latents + <usize>tile * p.latentBytes;
  const stride = p.rowBytes;
  const stdA = v128.load(p.deviation + <usize>tile * p.LANES);
  const stdB = v128.load(p.deviation + <usize>tile * p.LANES, 16);
  let square = f32x4.splat(0);
  for (let f = 0; f < p.width; f += 4) {
    const bias = p.bPre + ((<usize>f) << 2);
    let a0 = v128.load32_splat(bias);
    let a1 = v128.load32_splat(bias, 4);
    let a2 = v128.load32_splat(bias, 8);
    let a3 = v128.load32_splat(bias, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    const c = p.centred + <usize>tile * p.featureBytes + <usize>f * p.LANES;
    let out = p.residuals + <usize>tile * p.residualBytes + <usize>f * p.LANES;
    let w = p.W + ((<usize>f) << 2);
    let from = z;
    for (let prefix = 0; prefix < p.prefixes; prefix++) {
      const end = z + <usize>load<i32>(p.ends + ((<usize>prefix) << 2), 4) * p.LANES;
      for (; from < end; from += 32) {
        const za = v128.load(from);
        const zb = v128.load(from, 16);
        const s0 = v128.load32_splat(w);
        a0 = plus(a0, s0, za);
        b0 = plus(b0, s0, zb);
        const s1 = v128.load32_splat(w, 4);
        a1 = plus(a1, s1, za);
        b1 = plus(b1, s1, zb);
        const s2 = v128.load32_splat(w, 8);
        a2 = plus(a2, s2, za);
        b2 = plus(b2, s2, zb);
        const s3 = v128.load32_splat(w, 12);
        a3 = plus(a3, s3, za);
        b3 = plus(b3, s3, zb);
        w += stride;
      }
      let r = f32x4.sub(f32x4.mul(a0, stdA), v128.load(c));
      v128.store(out, r);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(b0, stdB), v128.load(c, 16));
      v128.store(out, r, 16);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(a1, stdA), v128.load(c, 32));
      v128.store(out, r, 32);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(b1, stdB), v128.load(c, 48));
      v128.store(out, r, 48);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(a2, stdA), v128.load(c, 64));
      v128.store(out, r, 64);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(b2, stdB), v128.load(c, 80));
      v128.store(out, r, 80);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(a3, stdA), v128.load(c, 96));
      v128.store(out, r, 96);
      square = plus(square, r, r);
      r = f32x4.sub(f32x4.mul(b3, stdB), v128.load(c, 112));
      v128.store(out, r, 112);
      square = plus(square, r, r);
      out += p.featureBytes;
    }
  }
  return <f64>sum(square);
}

/** Sum over the rows of some tiles of [tile][k][8], to [k] at `out`. */
export function sumLatents(values: usize, first: i32, last: i32, out: usize): void {
  const begin = values + <usize>first * p.latentBytes;
  const end = values + <usize>last * p.latentBytes;
  for (let j = 0; j < p.k; j++) {
    let total = f32x4.splat(0);
    for (let at = begin + <usize>j * p.LANES; at < end; at += p.latentBytes)
      total = f32x4.add(total, f32x4.add(v128.load(at), v128.load(at, 16)));
    store<f32>(out + ((<usize>j) << 2), sum(total));
  }
}
