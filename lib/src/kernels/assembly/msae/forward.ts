// Rows of a chunk: gather, normalise, encode, decode every prefix, and what the losses need of them.
import { plus, sum } from "../common/vectors";
import { beta } from "./batch-sums";
import * as p from "./plan";
import { LANES } from "./plan";
import { gather, normaliseRows, within } from "./rows";

/** Gather, encode and decode the rows of one chunk of step `step` of the epoch. */
export function forward(chunk: i32, step: i32): void {
  const side = p.sideOf(chunk);
  const span = p.spanOf(chunk);
  const features = <usize>chunk * p.featureStride;
  const latents = p.latents + <usize>chunk * p.latentStride;
  const residuals = p.residuals + <usize>chunk * p.residualStride;
  let row = p.firstRow(chunk);
  for (let at: usize = 0; at < span; at += p.TILE_BYTES) {
    const rows = p.original + features + at;
    const deviations = p.deviation + <usize>chunk * LANES + at;
    gather(rows, side, row, step * p.rowsOf(side));
    if (p.normalise) normaliseRows(rows, deviations);
    encode(p.normed + features + at, latents + at);
    if (p.rowsOf(side) - row < p.TILE) clear(latents + at, p.rowsOf(side) - row);
    decode(latents + at, p.target + features + at, residuals + at);
    if (beta > 0) miss(residuals + at + p.residualBytes - p.featureBytes, deviations, p.missed + features + at);
    row += p.TILE;
  }
  sumRows(latents, p.k, span, p.latentSums + <usize>chunk * p.latentLine);
}

/** z = ReLU(W x + b_lat): two latents of sixteen rows at a time. */
function encode(x: usize, out: usize): void {
  const stride = p.rowBytes;
  const end = x + <usize>p.d * LANES;
  const zero = f32x4.splat(0);
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
    for (let from = x; from < end; from += LANES) {
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
    v128.store(out, f32x4.pmax(b0, zero), LANES);
    v128.store(out, f32x4.pmax(b1, zero), LANES + 16);
    v128.store(out, f32x4.pmax(b2, zero), LANES + 32);
    v128.store(out, f32x4.pmax(b3, zero), LANES + 48);
    out += 2 * LANES;
    row += 2 * stride;
    b += 8;
  }
  if (j == p.k) return;
  let a0 = v128.load32_splat(b);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let from = x; from < end; from += LANES) {
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
function clear(latents: usize, rows: i32): void {
  for (let part = 0; part < p.TILE; part += 4) {
    const mask = within(rows - part);
    const from = latents + ((<usize>part) << 2);
    for (let at = from; at < from + p.latentBytes; at += LANES) v128.store(at, v128.and(mask, v128.load(at)));
  }
}

/**
 * What every prefix misses, in deviations of the row: decoded less target, by one running sum over the latents, two features of
 * sixteen rows at a time.
 */
function decode(z: usize, target: usize, begin: usize): void {
  const stride = p.rowBytes;
  const step = p.featureBytes;
  const last = p.ends + ((<usize>p.prefixes) << 2);
  for (let f: usize = 0; f < stride; f += 8) {
    let a0 = v128.load32_splat(p.bPre + f);
    let b0 = v128.load32_splat(p.bPre + f, 4);
    let a1 = f32x4.sub(a0, v128.load(target, 16));
    let a2 = f32x4.sub(a0, v128.load(target, 32));
    let a3 = f32x4.sub(a0, v128.load(target, 48));
    a0 = f32x4.sub(a0, v128.load(target));
    let b1 = f32x4.sub(b0, v128.load(target, LANES + 16));
    let b2 = f32x4.sub(b0, v128.load(target, LANES + 32));
    let b3 = f32x4.sub(b0, v128.load(target, LANES + 48));
    b0 = f32x4.sub(b0, v128.load(target, LANES));
    let w = p.decoder + f;
    let from = z;
    let out = begin;
    for (let at = p.ends + 4; at <= last; at += 4) {
      const end = z + <usize>load<i32>(at) * LANES;
      for (; from < end; from += LANES) {
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
      v128.store(out, b0, LANES);
      v128.store(out, b1, LANES + 16);
      v128.store(out, b2, LANES + 32);
      v128.store(out, b3, LANES + 48);
      out += step;
    }
    begin += 2 * LANES;
    target += 2 * LANES;
  }
}

/** What the last prefix misses of the rows as given: its residuals by deviation. */
function miss(residuals: usize, deviations: usize, out: usize): void {
  const d0 = v128.load(deviations);
  const d1 = v128.load(deviations, 16);
  const d2 = v128.load(deviations, 32);
  const d3 = v128.load(deviations, 48);
  for (const end = residuals + p.featureBytes; residuals < end; residuals += LANES) {
    v128.store(out, f32x4.mul(d0, v128.load(residuals)));
    v128.store(out, f32x4.mul(d1, v128.load(residuals, 16)), 16);
    v128.store(out, f32x4.mul(d2, v128.load(residuals, 32)), 32);
    v128.store(out, f32x4.mul(d3, v128.load(residuals, 48)), 48);
    out += LANES;
  }
}

/** Sums over the rows of a chunk of [count][rows], to [count] at `out`. */
export function sumRows(values: usize, count: i32, span: usize, out: usize): void {
  for (let j = 0; j < count; j++) {
    let a = f32x4.splat(0);
    let b = a;
    for (let at = values; at < values + span; at += 64) {
      a = f32x4.add(a, f32x4.add(v128.load(at), v128.load(at, 16)));
      b = f32x4.add(b, f32x4.add(v128.load(at, 32), v128.load(at, 48)));
    }
    store<f32>(out, sum(f32x4.add(a, b)));
    values += LANES;
    out += 4;
  }
}
