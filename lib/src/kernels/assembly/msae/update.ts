// Gradients of the parameters, and Adam.
import { plus, sums } from "../common/vectors";
import * as p from "./plan";

/** Adam's constants, set once. */
export let beta1: f32 = 0;
export let beta2: f32 = 0;
export let rest1: f32 = 0;
export let rest2: f32 = 0;
export let epsilon: f32 = 0;

export function setAdam(share1: f64, share2: f64, small: f64): void {
  beta1 = <f32>share1;
  beta2 = <f32>share2;
  rest1 = <f32>(1 - share1);
  rest2 = <f32>(1 - share2);
  epsilon = <f32>small;
}

/** Gradients of one block of latents, W_j's Σ z_j · gradient + g_j · x, and a step of Adam, none where `rate` is 0. */
export function latents(block: i32, rate: f64, correct2: f64): void {
  const first = block * p.blockLatents;
  const last = min(p.k, first + p.blockLatents);
  const begin = p.W + <usize>first * p.rowBytes;
  const end = p.W + <usize>last * p.rowBytes;
  memory.fill(begin + p.toGradient, 0, end - begin);
  for (let from = 0; from < p.tiles; from += p.groupTiles) {
    const tiles = min(p.tiles - from, p.groupTiles);
    const rows = <usize>from * p.latentBytes;
    for (let prefix = 0; prefix < p.prefixes; prefix++) {
      const ends = p.ends + ((<usize>prefix) << 2);
      const begin = max(first, load<i32>(ends));
      const gradient = p.residuals + <usize>from * p.residualBytes + <usize>prefix * p.featureBytes;
      add(p.latents + rows, gradient, p.residualBytes, begin, min(last, load<i32>(ends, 4)), tiles);
    }
    add(p.latentGradients + rows, p.normed + <usize>from * p.featureBytes, p.featureBytes, first, last, tiles);
  }
  if (rate > 0) move(begin, end, rate, correct2);
}

/** Add Σ over rows of value j times row to the gradient of W_j, for j from `first` to `last`. */
function add(values: usize, rows: usize, step: usize, first: i32, last: i32, tiles: i32): void {
  for (let f = 0; f < p.width; f += 4) {
    let out = p.W + p.toGradient + <usize>first * p.rowBytes + ((<usize>f) << 2);
    let z = values + <usize>first * p.LANES;
    let j = first;
    for (; j + 2 <= last; j += 2) {
      pair(z, rows, step, tiles, out);
      z += 2 * p.LANES;
      out += 2 * p.rowBytes;
    }
    if (j < last) single(z, rows, step, tiles, out);
    rows += 4 * p.LANES;
  }
}

/** Two values times four features, summed over the rows of some tiles. */
function pair(values: usize, rows: usize, step: usize, tiles: i32, out: usize): void {
  const latentBytes = p.latentBytes;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (let part: usize = 0; part < p.LANES; part += 16) {
    let z = values + part;
    const end = z + <usize>tiles * latentBytes;
    let r = rows + part;
    for (; z < end; z += latentBytes) {
      const za = v128.load(z);
      const zb = v128.load(z, 64);
      const r0 = v128.load(r);
      const r1 = v128.load(r, 64);
      const r2 = v128.load(r, 128);
      const r3 = v128.load(r, 192);
      a0 = plus(a0, za, r0);
      a1 = plus(a1, za, r1);
      a2 = plus(a2, za, r2);
      a3 = plus(a3, za, r3);
      b0 = plus(b0, zb, r0);
      b1 = plus(b1, zb, r1);
      b2 = plus(b2, zb, r2);
      b3 = plus(b3, zb, r3);
      r += step;
    }
  }
  v128.store(out, f32x4.add(v128.load(out), sums(a0, a1, a2, a3)));
  const next = out + p.rowBytes;
  v128.store(next, f32x4.add(v128.load(next), sums(b0, b1, b2, b3)));
}

/** {@link pair} for one value. */
function single(values: usize, rows: usize, step: usize, tiles: i32, out: usize): void {
  const latentBytes = p.latentBytes;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let part: usize = 0; part < p.LANES; part += 16) {
    let z = values + part;
    const end = z + <usize>tiles * latentBytes;
    let r = rows + part;
    for (; z < end; z += latentBytes) {
      const value = v128.load(z);
      a0 = plus(a0, value, v128.load(r));
      a1 = plus(a1, value, v128.load(r, 64));
      a2 = plus(a2, value, v128.load(r, 128));
      a3 = plus(a3, value, v128.load(r, 192));
      r += step;
    }
  }
  v128.store(out, f32x4.add(v128.load(out), sums(a0, a1, a2, a3)));
}

/** Gradients of both biases, from the sums of every chunk, and a step of Adam, none where `rate` is 0. */
export function biases(rate: f64, correct2: f64): void {
  for (let f: usize = 0; f < p.rowBytes; f += 4) {
    let total: f64 = 0;
    for (let chunk = 0; chunk < p.chunks; chunk++)
      total += <f64>load<f32>(p.decodedSums + <usize>chunk * p.rowBytes + f);
    store<f32>(p.bPre + f + p.toGradient, <f32>total);
  }
  for (let j = 0; j < p.k; j++) {
    let total: f64 = 0;
    for (let chunk = 0; chunk < p.chunks; chunk++)
      total += <f64>load<f32>(p.gradientSums + <usize>(chunk * p.k + j) * 4);
    store<f32>(p.bLat + ((<usize>j) << 2) + p.toGradient, <f32>total);
  }
  if (rate > 0) move(p.bPre, p.parametersEnd, rate, correct2);
}

/** A step of Adam on the parameters from one place to another. */
function move(from: usize, to: usize, rate: f64, correct2: f64): void {
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const r1 = f32x4.splat(rest1);
  const r2 = f32x4.splat(rest2);
  const step = f32x4.splat(<f32>rate);
  const c2 = f32x4.splat(<f32>correct2);
  const small = f32x4.splat(epsilon);
  for (let at = from; at < to; at += 16) {
    const g = v128.load(at + p.toGradient);
    const m = f32x4.add(f32x4.mul(b1, v128.load(at + p.toM)), f32x4.mul(r1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(at + p.toV)), f32x4.mul(r2, f32x4.mul(g, g)));
    v128.store(at + p.toM, m);
    v128.store(at + p.toV, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, c2)), small);
    v128.store(at, f32x4.sub(v128.load(at), f32x4.div(f32x4.mul(step, m), root)));
  }
}
