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

/** Gradients of one block of latents: W_j gets Σ z_j · gradient + g_j · x, b_lat Σ g_j, and b_pre's share Σ g_j W_j is kept. */
export function gradients(block: i32): void {
  const first = block * p.blockLatents;
  const last = min(p.k, first + p.blockLatents);
  const encoded = p.encodedSums + <usize>block * p.rowBytes;
  memory.fill(encoded, 0, p.rowBytes);
  for (let j = first; j < last; j++) {
    const row = p.W + <usize>j * p.rowBytes;
    memory.fill(row + p.toGradient, 0, p.rowBytes);
    let total: f64 = 0;
    for (let chunk = 0; chunk < p.chunks; chunk++)
      total += <f64>load<f32>(p.gradientSums + <usize>(chunk * p.k + j) * 4);
    store<f32>(p.bLat + ((<usize>j) << 2) + p.toGradient, <f32>total);
    if (!p.normalise) continue;
    const weight = f32x4.splat(<f32>total);
    for (let f: usize = 0; f < p.rowBytes; f += 16)
      v128.store(encoded + f, plus(v128.load(encoded + f), weight, v128.load(row + f)));
  }
  for (let from = 0; from < p.tiles; from += p.groupTiles)
    for (let prefix = 0; prefix < p.prefixes; prefix++) {
      const ends = p.ends + ((<usize>prefix) << 2);
      const end = min(last, load<i32>(ends, 4));
      let j = max(first, load<i32>(ends));
      for (; j + 2 <= end; j += 2) pair(j, prefix, from, min(p.tiles, from + p.groupTiles));
      if (j < end) single(j, prefix, from, min(p.tiles, from + p.groupTiles));
    }
}

/** Add to the gradients of W_j and W_{j+1} what some tiles' rows give: four features of both at a time. */
function pair(j: i32, prefix: i32, from: i32, to: i32): void {
  const z0 = p.latents + <usize>from * p.latentBytes + <usize>j * p.LANES;
  const toG = p.latentGradients - p.latents;
  const x0 = p.normed + <usize>from * p.featureBytes;
  const r0 = p.residuals + <usize>from * p.residualBytes + <usize>prefix * p.featureBytes;
  const end = z0 + <usize>(to - from) * p.latentBytes;
  const latentBytes = p.latentBytes;
  const featureBytes = p.featureBytes;
  const residualBytes = p.residualBytes;
  for (let f = 0; f < p.width; f += 4) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let x = x0 + <usize>f * p.LANES;
    let r = r0 + <usize>f * p.LANES;
    for (let z = z0; z < end; z += latentBytes) {
      for (let half: usize = 0; half < 32; half += 16) {
        const za = v128.load(z + half);
        const zb = v128.load(z + half, 32);
        let t = v128.load(r + half);
        a0 = plus(a0, za, t);
        b0 = plus(b0, zb, t);
        t = v128.load(r + half, 32);
        a1 = plus(a1, za, t);
        b1 = plus(b1, zb, t);
        t = v128.load(r + half, 64);
        a2 = plus(a2, za, t);
        b2 = plus(b2, zb, t);
        t = v128.load(r + half, 96);
        a3 = plus(a3, za, t);
        b3 = plus(b3, zb, t);
        const ga = v128.load(z + toG + half);
        const gb = v128.load(z + toG + half, 32);
        t = v128.load(x + half);
        a0 = plus(a0, ga, t);
        b0 = plus(b0, gb, t);
        t = v128.load(x + half, 32);
        a1 = plus(a1, ga, t);
        b1 = plus(b1, gb, t);
        t = v128.load(x + half, 64);
        a2 = plus(a2, ga, t);
        b2 = plus(b2, gb, t);
        t = v128.load(x + half, 96);
        a3 = plus(a3, ga, t);
        b3 = plus(b3, gb, t);
      }
      x += featureBytes;
      r += residualBytes;
    }
    const out = p.W + p.toGradient + <usize>j * p.rowBytes + ((<usize>f) << 2);
    v128.store(out, f32x4.add(v128.load(out), sums(a0, a1, a2, a3)));
    const next = out + p.rowBytes;
    v128.store(next, f32x4.add(v128.load(next), sums(b0, b1, b2, b3)));
  }
}

/** {@link pair} for one latent. */
function single(j: i32, prefix: i32, from: i32, to: i32): void {
  const z0 = p.latents + <usize>from * p.latentBytes + <usize>j * p.LANES;
  const toG = p.latentGradients - p.latents;
  const end = z0 + <usize>(to - from) * p.latentBytes;
  for (let f = 0; f < p.width; f += 4) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let x = p.normed + <usize>from * p.featureBytes + <usize>f * p.LANES;
    let r = p.residuals + <usize>from * p.residualBytes + <usize>prefix * p.featureBytes + <usize>f * p.LANES;
    for (let z = z0; z < end; z += p.latentBytes) {
      for (let half: usize = 0; half < 32; half += 16) {
        const latent = v128.load(z + half);
        a0 = plus(a0, latent, v128.load(r + half));
        a1 = plus(a1, latent, v128.load(r + half, 32));
        a2 = plus(a2, latent, v128.load(r + half, 64));
        a3 = plus(a3, latent, v128.load(r + half, 96));
        const gradient = v128.load(z + toG + half);
        b0 = plus(b0, gradient, v128.load(x + half));
        b1 = plus(b1, gradient, v128.load(x + half, 32));
        b2 = plus(b2, gradient, v128.load(x + half, 64));
        b3 = plus(b3, gradient, v128.load(x + half, 96));
      }
      x += p.featureBytes;
      r += p.residualBytes;
    }
    const out = p.W + p.toGradient + <usize>j * p.rowBytes + ((<usize>f) << 2);
    const both = sums(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3));
    v128.store(out, f32x4.add(v128.load(out), both));
  }
}

/** Gradient of b_pre: Σ over rows of the decoded rows' gradients, less Σ_j (Σ g_j) W_j. */
export function biasGradient(): void {
  for (let f: usize = 0; f < p.rowBytes; f += 4) {
    let total: f64 = 0;
    if (p.normalise) {
      for (let chunk = 0; chunk < p.chunks; chunk++)
        total += <f64>load<f32>(p.decodedSums + <usize>chunk * p.rowBytes + f);
      for (let block = 0; block < p.blocks; block++)
        total -= <f64>load<f32>(p.encodedSums + <usize>block * p.rowBytes + f);
    }
    store<f32>(p.bPre + f + p.toGradient, <f32>total);
  }
  if (!p.normalise) memory.fill(p.bLat + p.toGradient, 0, (<usize>p.k) << 2);
}

/** One step of Adam: W is shared out; the biases, whose gradient the first thread alone has ready, are its own. */
export function adam(rate: f64, correct2: f64, thread: i32, threads: i32): void {
  const shared = p.k * (p.width >> 2);
  move((shared * thread) / threads, (shared * (thread + 1)) / threads, rate, correct2);
  if (thread == 0) move(shared, p.parameterVectors, rate, correct2);
}

/** Adam on the parameters' vectors `first` to `last`. */
function move(first: i32, last: i32, rate: f64, correct2: f64): void {
  const from = p.W + ((<usize>first) << 4);
  const to = p.W + ((<usize>last) << 4);
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
