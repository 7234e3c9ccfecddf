// Sums over the rows of a chunk of products of two columns: what gradients and Gram matrices are made of.
import { plus, sums } from "../common/vectors";
import { LANES } from "./plan";

/** Two columns times four others, added to [2, 4] at `out`, whose rows are `rowBytes` apart. */
export function pair(left: usize, right: usize, span: usize, out: usize, rowBytes: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (const end = left + span; left < end; left += 16) {
    const la = v128.load(left);
    const lb = v128.load(left, LANES);
    const r0 = v128.load(right);
    const r1 = v128.load(right, LANES);
    const r2 = v128.load(right, 2 * LANES);
    const r3 = v128.load(right, 3 * LANES);
    a0 = plus(a0, la, r0);
    a1 = plus(a1, la, r1);
    a2 = plus(a2, la, r2);
    a3 = plus(a3, la, r3);
    b0 = plus(b0, lb, r0);
    b1 = plus(b1, lb, r1);
    b2 = plus(b2, lb, r2);
    b3 = plus(b3, lb, r3);
    right += 16;
  }
  v128.store(out, f32x4.add(v128.load(out), sums(a0, a1, a2, a3)));
  const next = out + rowBytes;
  v128.store(next, f32x4.add(v128.load(next), sums(b0, b1, b2, b3)));
}

/** {@link pair} for one column on the left. */
export function single(left: usize, right: usize, span: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (const end = left + span; left < end; left += 16) {
    const value = v128.load(left);
    a0 = plus(a0, value, v128.load(right));
    a1 = plus(a1, value, v128.load(right, LANES));
    a2 = plus(a2, value, v128.load(right, 2 * LANES));
    a3 = plus(a3, value, v128.load(right, 3 * LANES));
    right += 16;
  }
  v128.store(out, f32x4.add(v128.load(out), sums(a0, a1, a2, a3)));
}

/** All of `count` columns times all of `width` others, added to [count, width] at `out`. */
export function outer(left: usize, count: i32, right: usize, width: i32, span: usize, out: usize): void {
  const rowBytes = (<usize>width) << 2;
  for (let f = 0; f < width; f += 4) {
    let l = left;
    let to = out + ((<usize>f) << 2);
    let j = 0;
    for (; j + 2 <= count; j += 2) {
      pair(l, right, span, to, rowBytes);
      l += 2 * LANES;
      to += 2 * rowBytes;
    }
    if (j < count) single(l, right, span, to);
    right += 4 * LANES;
  }
}
