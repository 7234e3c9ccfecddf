// Back through the rows of a chunk: gradients of every prefix's decoded row, then of the latents.
import { plus, sum } from "../common/vectors";
import { beta, wMse } from "./between";
import { sumLatents } from "./forward";
import * as p from "./plan";

/** Gradients of the rows of one chunk: residuals become gradients, `latentGradients` is filled. */
export function backward(chunk: i32, thread: i32): void {
  const first = p.firstTile(chunk);
  const last = p.lastTile(chunk);
  const side = p.sideOf(chunk);
  for (let tile = first; tile < last; tile++) {
    if (beta > 0) innerGradient(tile, side, p.scratch + <usize>thread * p.featureBytes);
    decodedGradients(tile, side, p.scratch + <usize>thread * p.featureBytes);
    latentGradients(tile, p.sparsity + <usize>(side * p.k) * 4);
  }
  sumLatents(p.latentGradients, first, last, p.gradientSums + <usize>(chunk * p.k) * 4);
  sumDecoded(first, last, p.decodedSums + <usize>chunk * p.rowBytes);
}

/** Gradient of the inner-product term for the reconstructed rows of a tile, to `out` [width][8]. */
function innerGradient(tile: i32, side: i32, out: usize): void {
  const square = p.rowBytes * <usize>p.width;
  const x = p.original + <usize>tile * p.featureBytes;
  const e = p.residuals + <usize>(tile + 1) * p.residualBytes - p.featureBytes;
  for (let f = 0; f < p.width; f += 4) {
    const factors = p.innerFactors + <usize>(2 * side) * square + ((<usize>f) << 2);
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    for (let part = 0; part < 2; part++) {
      let from = part == 0 ? x : e;
      const end = from + p.featureBytes;
      let w = factors + <usize>part * square;
      for (; from < end; from += 32) {
        const va = v128.load(from);
        const vb = v128.load(from, 16);
        const s0 = v128.load32_splat(w);
        a0 = plus(a0, s0, va);
        b0 = plus(b0, s0, vb);
        const s1 = v128.load32_splat(w, 4);
        a1 = plus(a1, s1, va);
        b1 = plus(b1, s1, vb);
        const s2 = v128.load32_splat(w, 8);
        a2 = plus(a2, s2, va);
        b2 = plus(b2, s2, vb);
        const s3 = v128.load32_splat(w, 12);
        a3 = plus(a3, s3, va);
        b3 = plus(b3, s3, vb);
        w += p.rowBytes;
      }
    }
    const to = out + <usize>f * p.LANES;
    v128.store(to, a0);
    v128.store(to, b0, 16);
    v128.store(to, a1, 32);
    v128.store(to, b1, 48);
    v128.store(to, a2, 64);
    v128.store(to, b2, 80);
    v128.store(to, a3, 96);
    v128.store(to, b3, 112);
  }
}

/** The running sum from the last prefix back of 2 w residual / (B d), times the row's deviation. */
function decodedGradients(tile: i32, side: i32, inner: usize): void {
  const scale = f32x4.splat(<f32>((2 * wMse) / (<f64>p.rowsOf(side) * <f64>p.d)));
  for (let half: usize = 0; half < 32; half += 16) {
    const std = v128.load(p.deviation + <usize>tile * p.LANES + half);
    const weight = f32x4.mul(scale, std);
    for (let f = 0; f < p.width; f++) {
      const at = <usize>f * p.LANES + half;
      let g = beta > 0 ? f32x4.mul(std, v128.load(inner + at)) : f32x4.splat(0);
      let r = p.residuals + <usize>(tile + 1) * p.residualBytes - p.featureBytes + at;
      for (let prefix = 0; prefix < p.prefixes; prefix++) {
        g = plus(g, weight, v128.load(r));
        v128.store(r, g);
        r -= p.featureBytes;
      }
    }
  }
}

/** ⟨gradient, W_j⟩ and the sparsity terms' part, where the latent is active. */
function latentGradients(tile: i32, sparsity: usize): void {
  const stride = p.rowBytes;
  const features = (<usize>p.d) << 2;
  const zero = f32x4.splat(0);
  for (let prefix = 0; prefix < p.prefixes; prefix++) {
    const g = p.residuals + <usize>tile * p.residualBytes + <usize>prefix * p.featureBytes;
    let j = load<i32>(p.ends + ((<usize>prefix) << 2));
    const end = load<i32>(p.ends + ((<usize>prefix) << 2), 4);
    let w = p.W + <usize>j * stride;
    let at = <usize>tile * p.latentBytes + <usize>j * p.LANES;
    let s = sparsity + ((<usize>j) << 2);
    for (; j + 4 <= end; j += 4) {
      let a0 = v128.load32_splat(s);
      let a1 = v128.load32_splat(s, 4);
      let a2 = v128.load32_splat(s, 8);
      let a3 = v128.load32_splat(s, 12);
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      const w1 = w + stride;
      const w2 = w1 + stride;
      const w3 = w2 + stride;
      let from = g;
      for (let f: usize = 0; f < features; f += 4) {
        const ga = v128.load(from);
        const gb = v128.load(from, 16);
        from += 32;
        const s0 = v128.load32_splat(w + f);
        a0 = plus(a0, s0, ga);
        b0 = plus(b0, s0, gb);
        const s1 = v128.load32_splat(w1 + f);
        a1 = plus(a1, s1, ga);
        b1 = plus(b1, s1, gb);
        const s2 = v128.load32_splat(w2 + f);
        a2 = plus(a2, s2, ga);
        b2 = plus(b2, s2, gb);
        const s3 = v128.load32_splat(w3 + f);
        a3 = plus(a3, s3, ga);
        b3 = plus(b3, s3, gb);
      }
      const z = p.latents + at;
      const out = p.latentGradients + at;
      v128.store(out, v128.and(a0, f32x4.gt(v128.load(z), zero)));
      v128.store(out, v128.and(b0, f32x4.gt(v128.load(z, 16), zero)), 16);
      v128.store(out, v128.and(a1, f32x4.gt(v128.load(z, 32), zero)), 32);
      v128.store(out, v128.and(b1, f32x4.gt(v128.load(z, 48), zero)), 48);
      v128.store(out, v128.and(a2, f32x4.gt(v128.load(z, 64), zero)), 64);
      v128.store(out, v128.and(b2, f32x4.gt(v128.load(z, 80), zero)), 80);
      v128.store(out, v128.and(a3, f32x4.gt(v128.load(z, 96), zero)), 96);
      v128.store(out, v128.and(b3, f32x4.gt(v128.load(z, 112), zero)), 112);
      w = w3 + stride;
      at += 128;
      s += 16;
    }
    for (; j < end; j++) {
      let a = v128.load32_splat(s);
      let b = a;
      let from = g;
      for (let f: usize = 0; f < features; f += 4) {
        const t = v128.load32_splat(w + f);
        a = plus(a, t, v128.load(from));
        b = plus(b, t, v128.load(from, 16));
        from += 32;
      }
      v128.store(p.latentGradients + at, v128.and(a, f32x4.gt(v128.load(p.latents + at), zero)));
      v128.store(p.latentGradients + at, v128.and(b, f32x4.gt(v128.load(p.latents + at, 16), zero)), 16);
      w += stride;
      at += 32;
      s += 4;
    }
  }
}

/** Sums over rows of the first prefix's gradient, which holds all later ones: [width] at `out`. */
function sumDecoded(first: i32, last: i32, out: usize): void {
  for (let f = 0; f < p.width; f++) {
    let total = f32x4.splat(0);
    for (let tile = first; tile < last; tile++) {
      const at = p.residuals + <usize>tile * p.residualBytes + <usize>f * p.LANES;
      total = f32x4.add(total, f32x4.add(v128.load(at), v128.load(at, 16)));
    }
    store<f32>(out + ((<usize>f) << 2), sum(total));
  }
}
