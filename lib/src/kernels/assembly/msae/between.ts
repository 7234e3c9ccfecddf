// What lies between the two walks over the rows: sums over the whole batch, on which every row's gradient depends.
import { plus, sums } from "../common/vectors";
import * as p from "./plan";

/** Keeps logarithms finite, as in `lib/src/sae/losses.ts`. */
const KL_EPSILON: f64 = 1e-6;

/** Weights of the loss terms in this epoch. */
export let wMse: f64 = 0;
export let wL1: f64 = 0;
export let wKl: f64 = 0;
export let rho: f64 = 0;
export let beta: f64 = 0;

export function setWeights(mse: f64, l1: f64, kl: f64, target: f64, inner: f64): void {
  wMse = mse;
  wL1 = l1;
  wKl = kl;
  rho = target;
  beta = inner;
}

/**
 * Gram matrices of one side for four features f…f+3: XᵀX and EᵀE on and left of the diagonal, XᵀE whole, with X the rows and
 * E the last prefix's residuals. Tasks: width/4 of users, then as many of items.
 */
export function gramsOf(task: i32): void {
  const perSide = p.width >> 2;
  const side = task / perSide;
  const f = (task - side * perSide) << 2;
  const square = p.rowBytes * <usize>p.width;
  const out = p.grams + <usize>(3 * side) * square + <usize>f * p.rowBytes;
  const first = <usize>p.tilesBefore(side) * p.featureBytes;
  const tiles = p.tilesBefore(side + 1) - p.tilesBefore(side);
  const x = p.original + first;
  const e = p.missed + first;
  const left = <usize>f * p.LANES;
  for (let g = 0; g < p.width; g += 4) {
    const right = <usize>g * p.LANES;
    const to = out + ((<usize>g) << 2);
    if (g <= f) product(x + left, x + right, to, tiles);
    product(x + left, e + right, to + square, tiles);
    if (g <= f) product(e + left, e + right, to + 2 * square, tiles);
  }
}

/** Sums over all rows of a side of four features times four others, [4, 4] of a matrix of the plan's width. */
function product(left: usize, right: usize, out: usize, tiles: i32): void {
  const step = p.featureBytes;
  for (let i: usize = 0; i < 4; i += 2) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    for (let part: usize = 0; part < p.LANES; part += 16) {
      let l = left + i * p.LANES + part;
      const end = l + <usize>tiles * step;
      let r = right + part;
      for (; l < end; l += step) {
        const la = v128.load(l);
        const lb = v128.load(l, 64);
        const r0 = v128.load(r);
        const r1 = v128.load(r, 64);
        const r2 = v128.load(r, 128);
        const r3 = v128.load(r, 192);
        a0 = plus(a0, la, r0);
        a1 = plus(a1, la, r1);
        a2 = plus(a2, la, r2);
        a3 = plus(a3, la, r3);
        b0 = plus(b0, lb, r0);
        b1 = plus(b1, lb, r1);
        b2 = plus(b2, lb, r2);
        b3 = plus(b3, lb, r3);
        r += step;
      }
    }
    const at = out + i * p.rowBytes;
    v128.store(at, sums(a0, a1, a2, a3));
    v128.store(at + p.rowBytes, sums(b0, b1, b2, b3));
  }
}

/** All loss terms of a step but the first to `out` (four doubles), and what they add to the gradients. */
export function between(out: usize): void {
  sparsityTerms(out);
  store<f64>(out, beta > 0 ? innerTerm() : 0, 24);
}

/** The first of the four, from the squares that went with the gradients. */
export function reconstructionTerm(out: usize): void {
  let mse: f64 = 0;
  for (let chunk = 0; chunk < p.chunks; chunk++)
    mse += load<f64>(p.squares + ((<usize>chunk) << 3)) / (<f64>p.rowsOf(p.sideOf(chunk)) * <f64>p.d);
  store<f64>(out, wMse * mse);
}

function sparsityTerms(out: usize): void {
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
        total += <f64>load<f32>(p.latentSums + <usize>(chunk * p.k) * 4 + at);
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
        p.sparsity + <usize>(side * p.k) * 4 + at,
        <f32>(wL1 / (rows * <f64>p.k) + (wKl * slope) / rows),
      );
    }
    kl += constant * <f64>p.k;
  }
  store<f64>(out, (wL1 * l1) / <f64>p.k, 8);
  store<f64>(out, wKl * kl, 16);
}

/**
 * β · mse(Û Îᵀ, U Iᵀ) by Gram matrices. With E and F what users and items miss, Û Îᵀ − U Iᵀ = U Fᵀ + E Îᵀ: no large numbers
 * are subtracted. Its gradient for Û is 2β/(B_u B_i) · (U FᵀÎ + E ÎᵀÎ), and for Î the same with the sides changed.
 */
function innerTerm(): f64 {
  const square = p.rowBytes * <usize>p.width;
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
