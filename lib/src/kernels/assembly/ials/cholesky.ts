// Cholesky of four systems side by side: a vector of four lanes for every number, [width][width] vectors, width a multiple of 4.

// @ts-ignore: decorator
@inline
function less(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(a, f32x4.mul(b, c));
}

/**
 * A = L Lᵀ in place, lower triangle, with the inverse of L's diagonal at `inverse`. Four rows of L at a time; returns a mask of
 * the lanes whose system was positive definite.
 */
export function factorise(a: usize, inverse: usize, width: i32): v128 {
  const step = (<usize>width) << 4;
  let ok = i32x4.splat(-1);
  for (let i = 0; i < width; i += 4) {
    const row = a + <usize>i * step;
    for (let j = 0; j < i; j += 2) pairOfColumns(row, a + <usize>j * step, j, step, inverse);
    ok = v128.and(ok, diagonal(row, i, step, inverse));
  }
  return ok;
}

/** Columns j and j + 1 of four rows of L that lie below them. */
function pairOfColumns(row: usize, other: usize, j: i32, step: usize, inverse: usize): void {
  const column = (<usize>j) << 4;
  const row1 = row + step;
  const row2 = row1 + step;
  const row3 = row2 + step;
  const next = other + step;
  let a0 = v128.load(row + column);
  let b0 = v128.load(row + column, 16);
  let a1 = v128.load(row1 + column);
  let b1 = v128.load(row1 + column, 16);
  let a2 = v128.load(row2 + column);
  let b2 = v128.load(row2 + column, 16);
  let a3 = v128.load(row3 + column);
  let b3 = v128.load(row3 + column, 16);
  for (let k: usize = 0; k < column; k += 16) {
    const la = v128.load(other + k);
    const lb = v128.load(next + k);
    let l = v128.load(row + k);
    a0 = less(a0, l, la);
    b0 = less(b0, l, lb);
    l = v128.load(row1 + k);
    a1 = less(a1, l, la);
    b1 = less(b1, l, lb);
    l = v128.load(row2 + k);
    a2 = less(a2, l, la);
    b2 = less(b2, l, lb);
    l = v128.load(row3 + k);
    a3 = less(a3, l, la);
    b3 = less(b3, l, lb);
  }
  const ia = v128.load(inverse + column);
  const ib = v128.load(inverse + column, 16);
  const cross = v128.load(next + column);
  a0 = f32x4.mul(a0, ia);
  a1 = f32x4.mul(a1, ia);
  a2 = f32x4.mul(a2, ia);
  a3 = f32x4.mul(a3, ia);
  v128.store(row + column, a0);
  v128.store(row1 + column, a1);
  v128.store(row2 + column, a2);
  v128.store(row3 + column, a3);
  v128.store(row + column, f32x4.mul(less(b0, a0, cross), ib), 16);
  v128.store(row1 + column, f32x4.mul(less(b1, a1, cross), ib), 16);
  v128.store(row2 + column, f32x4.mul(less(b2, a2, cross), ib), 16);
  v128.store(row3 + column, f32x4.mul(less(b3, a3, cross), ib), 16);
}

/** The 4 × 4 block of L on the diagonal; a mask of the lanes where every pivot is a positive number. */
function diagonal(row: usize, i: i32, step: usize, inverse: usize): v128 {
  const column = (<usize>i) << 4;
  const row1 = row + step;
  const row2 = row1 + step;
  const row3 = row2 + step;
  let c00 = v128.load(row + column);
  let c10 = v128.load(row1 + column);
  let c11 = v128.load(row1 + column, 16);
  let c20 = v128.load(row2 + column);
  let c21 = v128.load(row2 + column, 16);
  let c22 = v128.load(row2 + column, 32);
  let c30 = v128.load(row3 + column);
  let c31 = v128.load(row3 + column, 16);
  let c32 = v128.load(row3 + column, 32);
  let c33 = v128.load(row3 + column, 48);
  for (let k: usize = 0; k < column; k += 16) {
    const l0 = v128.load(row + k);
    const l1 = v128.load(row1 + k);
    c00 = less(c00, l0, l0);
    c10 = less(c10, l1, l0);
    c11 = less(c11, l1, l1);
    const l2 = v128.load(row2 + k);
    c20 = less(c20, l2, l0);
    c21 = less(c21, l2, l1);
    c22 = less(c22, l2, l2);
    const l3 = v128.load(row3 + k);
    c30 = less(c30, l3, l0);
    c31 = less(c31, l3, l1);
    c32 = less(c32, l3, l2);
    c33 = less(c33, l3, l3);
  }
  const one = f32x4.splat(1);
  let ok = positive(c00);
  let inv = f32x4.div(one, f32x4.sqrt(c00));
  v128.store(inverse + column, inv);
  c10 = f32x4.mul(c10, inv);
  c20 = f32x4.mul(c20, inv);
  c30 = f32x4.mul(c30, inv);
  c11 = less(c11, c10, c10);
  ok = v128.and(ok, positive(c11));
  inv = f32x4.div(one, f32x4.sqrt(c11));
  v128.store(inverse + column, inv, 16);
  c21 = f32x4.mul(less(c21, c20, c10), inv);
  c31 = f32x4.mul(less(c31, c30, c10), inv);
  c22 = less(less(c22, c20, c20), c21, c21);
  ok = v128.and(ok, positive(c22));
  inv = f32x4.div(one, f32x4.sqrt(c22));
  v128.store(inverse + column, inv, 32);
  c32 = f32x4.mul(less(less(c32, c30, c20), c31, c21), inv);
  c33 = less(less(less(c33, c30, c30), c31, c31), c32, c32);
  ok = v128.and(ok, positive(c33));
  v128.store(inverse + column, f32x4.div(one, f32x4.sqrt(c33)), 48);
  v128.store(row1 + column, c10);
  v128.store(row2 + column, c20);
  v128.store(row2 + column, c21, 16);
  v128.store(row3 + column, c30);
  v128.store(row3 + column, c31, 16);
  v128.store(row3 + column, c32, 32);
  return ok;
}

// @ts-ignore: decorator
@inline
function positive(pivot: v128): v128 {
  return v128.and(f32x4.gt(pivot, f32x4.splat(0)), f32x4.lt(pivot, f32x4.splat(Infinity)));
}

/** Solve L Lᵀ x = b for the four systems. */
export function substitute(a: usize, inverse: usize, b: usize, x: usize, width: i32): void {
  const step = (<usize>width) << 4;
  const end = x + step;
  memory.copy(x, b, step);
  let row = a;
  for (let at = x; at < end; at += 16) {
    let value = v128.load(at);
    let other = f32x4.splat(0);
    let l = row;
    let y = x;
    for (; y + 16 < at; y += 32) {
      value = less(value, v128.load(l), v128.load(y));
      other = less(other, v128.load(l, 16), v128.load(y, 16));
      l += 32;
    }
    if (y < at) value = less(value, v128.load(l), v128.load(y));
    v128.store(at, f32x4.mul(f32x4.add(value, other), v128.load(inverse + (at - x))));
    row += step;
  }
  for (let at = end - 16; at >= x; at -= 16) {
    row -= step;
    const value = f32x4.mul(v128.load(at), v128.load(inverse + (at - x)));
    v128.store(at, value);
    let l = row;
    for (let y = x; y < at; y += 16) {
      v128.store(y, less(v128.load(y), v128.load(l), value));
      l += 16;
    }
  }
}
