// What lies between the two walks over the rows: sums over the whole batch, on which every row's gradient depends.
import * as p from "./plan";
import { pair } from "./products";

/** Keeps logarithms finite, as in `lib/src/sae/losses.ts`. */
const KL_EPSILON: f64 = 1e-6;

/** Weights of the loss terms in this epoch. */
export let wMse: f64 = 0;
export let wL1: f64 = 0;
export let wKl: f64 = 0;
export let rho: f64 = 0;
export let beta: f64 = 0;

/** Loss terms of this step. */
export let l1Term: f64 = 0;
export let klTerm: f64 = 0;
export let innerTerm: f64 = 0;

export function setWeights(mse: f64, l1: f64, kl: f64, target: f64, inner: f64): void {
  wMse = mse;
  wL1 = l1;
  wKl = kl;
  rho = target;
  beta = inner;
}

/**
 * Gram matrices of a chunk for four features f…f+3, added to those at `out`: XᵀX and EᵀE on and left of the diagonal, XᵀE whole,
 * with X the rows and E what the last prefix misses.
 */
export function addGrams(chunk: i32, f: i32, out: usize): void {
  const span = p.spanOf(chunk);
  const x = p.original + <usize>chunk * p.featureStride;
  const e = p.missed + <usize>chunk * p.featureStride;
  for (let i = f; i < f + 4; i += 2) {
    const left = <usize>i * p.LANES;
    const row = out + <usize>i * p.rowBytes;
    for (let g = 0; g < p.width; g += 4) {
      const right = <usize>g * p.LANES;
      const to = row + ((<usize>g) << 2);
      if (g <= f) pair(x + left, x + right, span, to, p.rowBytes);
      pair(x + left, e + right, span, to + p.squareBytes, p.rowBytes);
      if (g <= f) pair(e + left, e + right, span, to + 2 * p.squareBytes, p.rowBytes);
    }
  }
}

/** Gram matrices of a chunk's rows, apart from those of the others. */
export function partialGrams(chunk: i32): void {
  const out = p.partialGrams + <usize>(3 * chunk) * p.squareBytes;
  memory.fill(out, 0, 3 * p.squareBytes);
  for (let f = 0; f < p.width; f += 4) addGrams(chunk, f, out);
}

/** Four features' rows of a side's Gram matrices over all its chunks. Tasks: width/4 of users, then as many of items. */
export function gramsOf(task: i32): void {
  const side = task / (p.width >> 2);
  const f = (task << 2) - side * p.width;
  const out = p.grams + <usize>(3 * side) * p.squareBytes;
  for (let matrix = 0; matrix < 3; matrix++)
    memory.fill(out + <usize>matrix * p.squareBytes + <usize>f * p.rowBytes, 0, 4 * p.rowBytes);
  for (let chunk = p.chunksBefore(side); chunk < p.chunksBefore(side + 1); chunk++) addGrams(chunk, f, out);
}

/** A side's Gram matrices from those of its chunks. */
function sumGrams(side: i32): void {
  const bytes: usize = 3 * p.squareBytes;
  const from = p.partialGrams + <usize>p.chunksBefore(side) * bytes;
  const end = p.partialGrams + <usize>p.chunksBefore(side + 1) * bytes;
  for (let at: usize = 0; at < bytes; at += 16) {
    let total = f32x4.splat(0);
    for (let chunk = from + at; chunk < end; chunk += bytes) total = f32x4.add(total, v128.load(chunk));
    v128.store(p.grams + <usize>side * bytes + at, total);
  }
}

/** What the sparsity and the inner-product terms add to the gradients; the terms go to this thread's `l1Term` and so on. */
export function between(): void {
  sparsityTerms();
  innerTerm = 0;
  if (beta == 0) return;
  if (p.apart) for (let side = 0; side < 2; side++) sumGrams(side);
  innerTerm = innerProducts();
}

/** The reconstruction's term, from the squares that went with the gradients. */
export function reconstructionTerm(): f64 {
  let mse: f64 = 0;
  for (let chunk = 0; chunk < p.chunks; chunk++)
    mse += load<f64>(p.squares + ((<usize>chunk) << 6)) / (<f64>p.rowsOf(p.sideOf(chunk)) * <f64>p.d);
  return wMse * mse;
}

function sparsityTerms(): void {
  const constant = rho * Math.log(rho + KL_EPSILON) + (1 - rho) * Math.log(1 - rho + KL_EPSILON);
  let l1: f64 = 0;
  let kl: f64 = 0;
  for (let side = 0; side < 2; side++) {
    const rows = <f64>p.rowsOf(side);
    let ons: f64 = 1;
    let offs: f64 = 1;
    for (let j = 0; j < p.k; j++) {
      const at = (<usize>j) << 2;
      let total: f64 = 0;
      for (let chunk = p.chunksBefore(side); chunk < p.chunksBefore(side + 1); chunk++)
        total += <f64>load<f32>(p.latentSums + <usize>chunk * p.latentLine + at);
      const mean = total / rows;
      // 1 − ρ̂ is clamped by itself, as the readable form does.
      const on = min(max(mean, KL_EPSILON), 1 - KL_EPSILON) + KL_EPSILON;
      const off = min(max(1 - mean, KL_EPSILON), 1 - KL_EPSILON) + KL_EPSILON;
      l1 += mean;
      ons *= on;
      offs *= off;
      // The logarithm of a product of some is quicker than the sum of their logarithms.
      if ((j & 15) == 15 || j == p.k - 1) {
        kl -= rho * Math.log(ons) + (1 - rho) * Math.log(offs);
        ons = 1;
        offs = 1;
      }
      const inside = mean >= KL_EPSILON && mean <= 1 - KL_EPSILON;
      const slope = inside ? (1 - rho) / off - rho / on : 0;
      store<f32>(
        p.sparsity + <usize>side * p.latentLine + at,
        <f32>(wL1 / (rows * <f64>p.k) + (wKl * slope) / rows),
      );
    }
    kl += constant * <f64>p.k;
  }
  l1Term = (wL1 * l1) / <f64>p.k;
  klTerm = wKl * kl;
}

/**
 * β · mse(Û Îᵀ, U Iᵀ) by Gram matrices. With E and F what users and items miss, Û Îᵀ − U Iᵀ = U Fᵀ + E Îᵀ: no large numbers
 * are subtracted. Its gradient for Û is 2β/(B_u B_i) · (U FᵀÎ + E ÎᵀÎ), and for Î the same with the sides changed.
 */
function innerProducts(): f64 {
  const square = p.squareBytes;
  const scale = beta / (<f64>p.userBatch * <f64>p.itemBatch);
  let value: f64 = 0;
  for (let side = 0; side < 2; side++) {
    const other = p.grams + <usize>(3 * (1 - side)) * square;
    const own = p.grams + <usize>(3 * side) * square;
    const out = p.innerFactors + <usize>(2 * side) * square;
    for (let f = 0; f < p.width; f++)
      for (let g = 0; g < p.width; g++) {
        const at = <usize>(f * p.width + g) << 2;
        const turned = <usize>(g * p.width + f) << 2;
        const half = g <= f ? at : turned;
        const xx = <f64>load<f32>(other + half);
        const xe = <f64>load<f32>(other + square + at);
        const ex = <f64>load<f32>(other + square + turned);
        const ee = <f64>load<f32>(other + 2 * square + half);
        const missed = ex + ee;
        const whole = xx + xe + ex + ee;
        store<f32>(out + at, <f32>(2 * scale * missed));
        store<f32>(out + square + at, <f32>(2 * scale * whole));
        if (side == 0)
          value +=
            <f64>load<f32>(own + half) * ee +
            <f64>load<f32>(own + 2 * square + half) * whole +
            2 * <f64>load<f32>(own + square + at) * missed;
      }
  }
  return scale * value;
}
