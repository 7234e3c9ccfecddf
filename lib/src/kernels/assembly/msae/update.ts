// Gradients of the parameters, and Adam.
import * as p from "./plan";
import { outer } from "./products";

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

/**
 * Add to the gradients of latents `first` to `last` what the rows of a chunk give: the decoder's row j gets Σ z_j · gradient of the
 * decoded row, the encoder's Σ g_j · x. Both are [k, width], the same where the two are tied.
 */
export function gradientsOf(chunk: i32, first: i32, last: i32, encoder: usize, decoder: usize): void {
  const span = p.spanOf(chunk);
  const latents = <usize>chunk * p.latentStride;
  const residuals = p.residuals + <usize>chunk * p.residualStride;
  for (let prefix = 0; prefix < p.prefixes; prefix++) {
    const ends = p.ends + ((<usize>prefix) << 2);
    const begin = max(first, load<i32>(ends));
    const end = min(last, load<i32>(ends, 4));
    if (begin >= end) continue;
    const z = p.latents + latents + <usize>begin * p.LANES;
    const gradient = residuals + <usize>prefix * p.featureBytes;
    outer(z, end - begin, gradient, p.width, span, decoder + <usize>begin * p.rowBytes);
  }
  const g = p.latentGradients + latents + <usize>first * p.LANES;
  const x = p.normed + <usize>chunk * p.featureStride;
  outer(g, last - first, x, p.width, span, encoder + <usize>first * p.rowBytes);
}

/** The gradients of a chunk's rows, apart from those of the others. */
export function partialGradients(chunk: i32): void {
  const bytes = p.bPre - p.W;
  const out = p.partials + <usize>chunk * bytes;
  memory.fill(out, 0, bytes);
  gradientsOf(chunk, 0, p.k, out, out + (p.decoder - p.W));
}

/** Gradients of one block of latents over all rows, and a step of Adam, none where `rate` is 0. */
export function latents(block: i32, rate: f64, correct2: f64): void {
  const first = block * p.blockLatents;
  const last = min(p.k, first + p.blockLatents);
  const bytes = <usize>(last - first) * p.rowBytes;
  const encoder = p.W + <usize>first * p.rowBytes;
  const decoder = p.decoder + <usize>first * p.rowBytes;
  if (p.apart) {
    sumPartials(encoder, bytes);
    if (p.decoder != p.W) sumPartials(decoder, bytes);
  } else {
    memory.fill(encoder + p.toGradient, 0, bytes);
    memory.fill(decoder + p.toGradient, 0, bytes);
    for (let chunk = 0; chunk < p.chunks; chunk++)
      gradientsOf(chunk, first, last, p.W + p.toGradient, p.decoder + p.toGradient);
  }
  if (rate == 0) return;
  move(encoder, encoder + bytes, rate, correct2);
  if (p.decoder != p.W) move(decoder, decoder + bytes, rate, correct2);
}

/** The gradient of some rows of a matrix: the sum of every chunk's. */
function sumPartials(rows: usize, bytes: usize): void {
  const step = p.bPre - p.W;
  for (const end = rows + bytes; rows < end; rows += 16) {
    let total = f32x4.splat(0);
    let from = p.partials + (rows - p.W);
    for (let chunk = 0; chunk < p.chunks; chunk++) {
      total = f32x4.add(total, v128.load(from));
      from += step;
    }
    v128.store(rows + p.toGradient, total);
  }
}

/** Gradients of both biases, from the sums of every chunk, and a step of Adam, none where `rate` is 0. */
export function biases(rate: f64, correct2: f64): void {
  for (let f: usize = 0; f < p.rowBytes; f += 4) {
    let total: f64 = 0;
    for (let chunk = 0; chunk < p.chunks; chunk++)
      total += <f64>load<f32>(p.decodedSums + <usize>chunk * p.featureLine + f);
    store<f32>(p.bPre + f + p.toGradient, <f32>total);
  }
  for (let j = 0; j < p.k; j++) {
    let total: f64 = 0;
    for (let chunk = 0; chunk < p.chunks; chunk++)
      total += <f64>load<f32>(p.gradientSums + <usize>chunk * p.latentLine + ((<usize>j) << 2));
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
