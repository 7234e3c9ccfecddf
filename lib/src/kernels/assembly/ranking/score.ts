import * as p from "./plan";

const LOWEST: f32 = -f32.MAX_VALUE;

/** A score before the user's bias: in double precision, bias first and then coordinate by coordinate, as `scoreItems` sums. */
export function exact(row: i32, item: i32): f64 {
  let score = <f64>load<f32>(p.itemBias + ((<usize>item) << 2));
  let u = p.users + (<usize>row) * p.rowBytes;
  let q = p.items + (<usize>item) * p.rowBytes;
  for (const end = q + p.rowBytes; q < end; q += 4, u += 4) score += <f64>load<f32>(u) * <f64>load<f32>(q);
  return score;
}

/** The score that counts: rounded, and rounded again with the user's bias. */
export function rounded(row: i32, score: f64): f32 {
  return <f32>score + load<f32>(p.userBias + ((<usize>row) << 2));
}

/** Where single precision need not look: the largest float that is safely below `score`. */
export function cutBelow(row: i32, score: f64): f32 {
  return <f32>max(<f64>LOWEST, score - load<f64>(p.slack + ((<usize>row) << 3)));
}

/** Whether the row may not have this item; its masked items ascend. */
export function isMasked(row: i32, item: i32): bool {
  let low = load<i32>(p.maskStart + ((<usize>row) << 2));
  let high = load<i32>(p.maskEnd + ((<usize>row) << 2)) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = load<i32>(p.masked + ((<usize>middle) << 2));
    if (found == item) return true;
    if (found < item) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/**
 * Scores of eight items for four rows in single precision, to [4, 8] at `out`, unless all are below the rows' cuts.
 *
 * @param a @param b @param c @param e rows; one may stand for several
 * @returns whether any is not
 */
export function scoreTile(tile: i32, a: i32, b: i32, c: i32, e: i32, out: usize): bool {
  const bias = p.tileBias + ((<usize>tile) << 5);
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let e0 = a0;
  let e1 = a1;
  let ua = p.users + (<usize>a) * p.rowBytes;
  let ub = p.users + (<usize>b) * p.rowBytes;
  let uc = p.users + (<usize>c) * p.rowBytes;
  let ue = p.users + (<usize>e) * p.rowBytes;
  let q = p.tiles + (<usize>tile) * (p.rowBytes << 3);
  for (const end = q + (p.rowBytes << 3); q < end; q += 32) {
    const low = v128.load(q);
    const high = v128.load(q, 16);
    let x = v128.load32_splat(ua);
    a0 = f32x4.add(a0, f32x4.mul(x, low));
    a1 = f32x4.add(a1, f32x4.mul(x, high));
    x = v128.load32_splat(ub);
    b0 = f32x4.add(b0, f32x4.mul(x, low));
    b1 = f32x4.add(b1, f32x4.mul(x, high));
    x = v128.load32_splat(uc);
    c0 = f32x4.add(c0, f32x4.mul(x, low));
    c1 = f32x4.add(c1, f32x4.mul(x, high));
    x = v128.load32_splat(ue);
    e0 = f32x4.add(e0, f32x4.mul(x, low));
    e1 = f32x4.add(e1, f32x4.mul(x, high));
    ua += 4;
    ub += 4;
    uc += 4;
    ue += 4;
  }
  const cutA = v128.load32_splat(p.cut + ((<usize>a) << 2));
  const cutB = v128.load32_splat(p.cut + ((<usize>b) << 2));
  const cutC = v128.load32_splat(p.cut + ((<usize>c) << 2));
  const cutE = v128.load32_splat(p.cut + ((<usize>e) << 2));
  const any = v128.or(
    v128.or(
      v128.or(f32x4.ge(a0, cutA), f32x4.ge(a1, cutA)),
      v128.or(f32x4.ge(b0, cutB), f32x4.ge(b1, cutB)),
    ),
    v128.or(
      v128.or(f32x4.ge(c0, cutC), f32x4.ge(c1, cutC)),
      v128.or(f32x4.ge(e0, cutE), f32x4.ge(e1, cutE)),
    ),
  );
  if (!v128.any_true(any)) return false;
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, b0, 32);
  v128.store(out, b1, 48);
  v128.store(out, c0, 64);
  v128.store(out, c1, 80);
  v128.store(out, e0, 96);
  v128.store(out, e1, 112);
  return true;
}
