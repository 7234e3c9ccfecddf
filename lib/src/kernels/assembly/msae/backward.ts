// Back through the rows of a chunk: gradients of every prefix's decoded row, then of the latents.
import { plus, sum } from "../common/vectors";
import { beta, wMse } from "./batch-sums";
import { sumRows } from "./forward";
import * as p from "./plan";
import { LANES, TILE_BYTES } from "./plan";

/** Gradients of the rows of one chunk: residuals become gradients, `latentGradients` is filled. */
export function backward(chunk: i32): void {
  const side = p.sideOf(chunk);
  const span = p.spanOf(chunk);
  const features = <usize>chunk * p.featureStride;
  const latents = <usize>chunk * p.latentStride;
  const residuals = p.residuals + <usize>chunk * p.residualStride;
  let square: f64 = 0;
  for (let at: usize = 0; at < span; at += TILE_BYTES) {
    const deviations = p.deviation + <usize>chunk * LANES + at;
    if (beta > 0) innerGradient(p.original + features + at, p.missed + features + at, side, p.scratch);
    weigh(deviations, side, p.scratch);
    square += decodedGradients(residuals + at, deviations, p.scratch);
    latentGradients(residuals + at, p.latents + latents + at, p.sparsity + <usize>side * p.latentLine);
  }
  store<f64>(p.squares + ((<usize>chunk) << 6), square);
  if (!p.normalise) return;
  const sums = p.gradientSums + <usize>chunk * p.latentLine;
  sumRows(p.latentGradients + latents, p.k, span, sums);
  biasGradient(residuals, span, sums, p.decodedSums + <usize>chunk * p.featureLine);
}

/** Gradient of the inner-product term for the reconstructed rows of a tile, to `out` [width][16]: two features at a time. */
function innerGradient(x: usize, e: usize, side: i32, out: usize): void {
  const stride = p.rowBytes;
  const square = p.squareBytes;
  for (let f: usize = 0; f < stride; f += 8) {
    const factors = p.innerFactors + <usize>(2 * side) * square + f;
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    for (let part = 0; part < 2; part++) {
      let w = factors + <usize>part * square;
      const first = part == 0 ? x : e;
      const end = first + p.featureBytes;
      for (let from = first; from < end; from += LANES) {
        const x0 = v128.load(from);
        const x1 = v128.load(from, 16);
        const x2 = v128.load(from, 32);
        const x3 = v128.load(from, 48);
        const s = v128.load32_splat(w);
        const t = v128.load32_splat(w, 4);
        a0 = plus(a0, s, x0);
        a1 = plus(a1, s, x1);
        a2 = plus(a2, s, x2);
        a3 = plus(a3, s, x3);
        b0 = plus(b0, t, x0);
        b1 = plus(b1, t, x1);
        b2 = plus(b2, t, x2);
        b3 = plus(b3, t, x3);
        w += stride;
      }
    }
    v128.store(out, a0);
    v128.store(out, a1, 16);
    v128.store(out, a2, 32);
    v128.store(out, a3, 48);
    v128.store(out, b0, 64);
    v128.store(out, b1, 80);
    v128.store(out, b2, 96);
    v128.store(out, b3, 112);
    out += 128;
  }
}

/** Begin a tile's gradients: the weight of its rows' residuals in them, and the inner-product term's at `inner`, by deviation. */
function weigh(deviations: usize, side: i32, inner: usize): void {
  const scale = f32x4.splat(<f32>((2 * wMse) / (<f64>p.rowsOf(side) * <f64>p.d)));
  const end = inner + <usize>p.width * TILE_BYTES;
  for (let part: usize = 0; part < TILE_BYTES; part += 16) {
    const deviation = v128.load(deviations + part);
    v128.store(end + part, f32x4.mul(scale, f32x4.mul(deviation, deviation)));
    if (beta > 0)
      for (let at = inner + part; at < end; at += TILE_BYTES) v128.store(at, f32x4.mul(deviation, v128.load(at)));
  }
  if (beta == 0) memory.fill(inner, 0, end - inner);
}

/**
 * Residuals in deviations become gradients of the decoded rows: from the last prefix back, the running sum of 2 w deviation² ·
 * residual / (B d), begun with what is at `inner`. Returns Σ (deviation · residual)².
 */
function decodedGradients(begin: usize, deviations: usize, inner: usize): f64 {
  const step = p.featureBytes;
  const weights = inner + <usize>p.width * TILE_BYTES;
  const toLast = p.residualBytes - step;
  let square = f32x4.splat(0);
  for (let half: usize = 0; half < TILE_BYTES; half += 32) {
    // Weights are read, not computed here: the compiler would move the computation into the loop.
    const w0 = v128.load(weights + half);
    const w1 = v128.load(weights + half, 16);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let from = inner + half;
    const first = begin + half;
    for (let end = first; end < first + step; end += 2 * LANES) {
      let a0 = v128.load(from);
      let a1 = v128.load(from, 16);
      let b0 = v128.load(from, 64);
      let b1 = v128.load(from, 80);
      for (let r = end + toLast; r >= end; r -= step) {
        const r0 = v128.load(r);
        const r1 = v128.load(r, 16);
        const r2 = v128.load(r, LANES);
        const r3 = v128.load(r, LANES + 16);
        a0 = plus(a0, w0, r0);
        a1 = plus(a1, w1, r1);
        b0 = plus(b0, w0, r2);
        b1 = plus(b1, w1, r3);
        v128.store(r, a0);
        v128.store(r, a1, 16);
        v128.store(r, b0, LANES);
        v128.store(r, b1, LANES + 16);
        s0 = plus(s0, r0, r0);
        s1 = plus(s1, r1, r1);
        s2 = plus(s2, r2, r2);
        s3 = plus(s3, r3, r3);
      }
      from += 128;
    }
    const d0 = v128.load(deviations + half);
    const d1 = v128.load(deviations + half, 16);
    square = plus(square, f32x4.mul(d0, d0), f32x4.add(s0, s2));
    square = plus(square, f32x4.mul(d1, d1), f32x4.add(s1, s3));
  }
  return <f64>sum(square);
}

/** ⟨gradient, decoder row j⟩ and the sparsity terms' part, where the latent is active: two latents of sixteen rows at a time. */
function latentGradients(g: usize, z: usize, sparsity: usize): void {
  const stride = p.rowBytes;
  const zero = f32x4.splat(0);
  const toOut = p.latentGradients - p.latents;
  let row = p.decoder;
  let j = 0;
  for (let prefix = 0; prefix < p.prefixes; prefix++) {
    const end = load<i32>(p.ends + ((<usize>prefix) << 2), 4);
    const last = g + <usize>p.d * LANES;
    for (; j + 2 <= end; j += 2) {
      let a0 = v128.load32_splat(sparsity);
      let b0 = v128.load32_splat(sparsity, 4);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b1 = b0;
      let b2 = b0;
      let b3 = b0;
      let w = row;
      let next = row + stride;
      for (let from = g; from < last; from += LANES) {
        const g0 = v128.load(from);
        const g1 = v128.load(from, 16);
        const g2 = v128.load(from, 32);
        const g3 = v128.load(from, 48);
        const s = v128.load32_splat(w);
        const t = v128.load32_splat(next);
        a0 = plus(a0, s, g0);
        a1 = plus(a1, s, g1);
        a2 = plus(a2, s, g2);
        a3 = plus(a3, s, g3);
        b0 = plus(b0, t, g0);
        b1 = plus(b1, t, g1);
        b2 = plus(b2, t, g2);
        b3 = plus(b3, t, g3);
        w += 4;
        next += 4;
      }
      const out = z + toOut;
      v128.store(out, v128.and(a0, f32x4.gt(v128.load(z), zero)));
      v128.store(out, v128.and(a1, f32x4.gt(v128.load(z, 16), zero)), 16);
      v128.store(out, v128.and(a2, f32x4.gt(v128.load(z, 32), zero)), 32);
      v128.store(out, v128.and(a3, f32x4.gt(v128.load(z, 48), zero)), 48);
      v128.store(out, v128.and(b0, f32x4.gt(v128.load(z, LANES), zero)), LANES);
      v128.store(out, v128.and(b1, f32x4.gt(v128.load(z, LANES + 16), zero)), LANES + 16);
      v128.store(out, v128.and(b2, f32x4.gt(v128.load(z, LANES + 32), zero)), LANES + 32);
      v128.store(out, v128.and(b3, f32x4.gt(v128.load(z, LANES + 48), zero)), LANES + 48);
      z += 2 * LANES;
      row += 2 * stride;
      sparsity += 8;
    }
    if (j < end) {
      let a0 = v128.load32_splat(sparsity);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let w = row;
      for (let from = g; from < last; from += LANES) {
        const s = v128.load32_splat(w);
        a0 = plus(a0, s, v128.load(from));
        a1 = plus(a1, s, v128.load(from, 16));
        a2 = plus(a2, s, v128.load(from, 32));
        a3 = plus(a3, s, v128.load(from, 48));
        w += 4;
      }
      const out = z + toOut;
      v128.store(out, v128.and(a0, f32x4.gt(v128.load(z), zero)));
      v128.store(out, v128.and(a1, f32x4.gt(v128.load(z, 16), zero)), 16);
      v128.store(out, v128.and(a2, f32x4.gt(v128.load(z, 32), zero)), 32);
      v128.store(out, v128.and(a3, f32x4.gt(v128.load(z, 48), zero)), 48);
      z += LANES;
      row += stride;
      sparsity += 4;
      j++;
    }
    g += p.featureBytes;
  }
}

/**
 * What a chunk adds to the gradient of b_pre, [width] at `out`: the sums over its rows of the first prefix's gradient, which holds
 * all later ones, less Σ_j (Σ g_j) W_j.
 */
function biasGradient(gradient: usize, span: usize, sums: usize, out: usize): void {
  sumRows(gradient, p.width, span, out);
  for (let f: usize = 0; f < p.rowBytes; f += 16) {
    let total = v128.load(out + f);
    let w = p.W + f;
    for (let at = sums; at < sums + ((<usize>p.k) << 2); at += 4) {
      total = f32x4.sub(total, f32x4.mul(v128.load32_splat(at), v128.load(w)));
      w += p.rowBytes;
    }
    v128.store(out + f, total);
  }
}
