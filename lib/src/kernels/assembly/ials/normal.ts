// The normal equations of four rows side by side: A = FᵀF + reg·I + alpha·Σ f fᵀ and b = (1 + alpha)·Σ f, a vector of four
// lanes for every number; of A the lower triangle, [width][width] vectors.

/** Interactions that are gathered at a time: what the first cache holds. */
export const PACK: i32 = 32;

export function clear(a: usize, b: usize, width: i32): void {
  memory.fill(a, 0, <usize>(width * width) << 4);
  memory.fill(b, 0, (<usize>width) << 4);
}

/**
 * Gather interactions `from` … `from + count` of four rows as columns, [count][width] vectors at `out`, and add them to b. A row
 * that has fewer has zeros.
 */
export function pack(
  indptr: usize,
  indices: usize,
  fixed: usize,
  zeros: usize,
  width: i32,
  r0: i32,
  r1: i32,
  r2: i32,
  r3: i32,
  from: i32,
  count: i32,
  out: usize,
  b: usize,
): void {
  const rowBytes = (<usize>width) << 2;
  let at = out;
  for (let p = from; p < from + count; p++) {
    const f0 = rowOf(indptr, indices, fixed, zeros, rowBytes, r0, p);
    const f1 = rowOf(indptr, indices, fixed, zeros, rowBytes, r1, p);
    const f2 = rowOf(indptr, indices, fixed, zeros, rowBytes, r2, p);
    const f3 = rowOf(indptr, indices, fixed, zeros, rowBytes, r3, p);
    for (let f: usize = 0; f < rowBytes; f += 16) {
      const v0 = v128.load(f0 + f);
      const v1 = v128.load(f1 + f);
      const v2 = v128.load(f2 + f);
      const v3 = v128.load(f3 + f);
      const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
      const c0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
      const c1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
      const c2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
      const c3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
      v128.store(at, c0);
      v128.store(at, c1, 16);
      v128.store(at, c2, 32);
      v128.store(at, c3, 48);
      at += 64;
      const s = b + (f << 2);
      v128.store(s, f32x4.add(v128.load(s), c0));
      v128.store(s, f32x4.add(v128.load(s, 16), c1), 16);
      v128.store(s, f32x4.add(v128.load(s, 32), c2), 32);
      v128.store(s, f32x4.add(v128.load(s, 48), c3), 48);
    }
  }
}

// @ts-ignore: decorator
@inline
function rowOf(
  indptr: usize,
  indices: usize,
  fixed: usize,
  zeros: usize,
  rowBytes: usize,
  row: i32,
  p: i32,
): usize {
  const at = indptr + ((<usize>row) << 2);
  const place = load<i32>(at) + p;
  if (place >= load<i32>(at, 4)) return zeros;
  return fixed + <usize>load<i32>(indices + ((<usize>place) << 2)) * rowBytes;
}

/** Add Σ f fᵀ of gathered interactions to the lower triangle of A, four rows of it by two columns at a time. */
export function accumulate(packed: usize, count: i32, width: i32, a: usize): void {
  const step = (<usize>width) << 4;
  const end = packed + <usize>count * step;
  for (let f = 0; f < width; f += 4)
    for (let g = 0; g < f + 4; g += 2) {
      const to = a + (<usize>(f * width + g) << 4);
      let a0 = v128.load(to);
      let b0 = v128.load(to, 16);
      let a1 = v128.load(to + step);
      let b1 = v128.load(to + step, 16);
      let a2 = v128.load(to + 2 * step);
      let b2 = v128.load(to + 2 * step, 16);
      let a3 = v128.load(to + 3 * step);
      let b3 = v128.load(to + 3 * step, 16);
      let left = packed + ((<usize>f) << 4);
      let right = packed + ((<usize>g) << 4);
      for (let p = packed; p < end; p += step) {
        const ra = v128.load(right);
        const rb = v128.load(right, 16);
        let l = v128.load(left);
        a0 = f32x4.add(a0, f32x4.mul(l, ra));
        b0 = f32x4.add(b0, f32x4.mul(l, rb));
        l = v128.load(left, 16);
        a1 = f32x4.add(a1, f32x4.mul(l, ra));
        b1 = f32x4.add(b1, f32x4.mul(l, rb));
        l = v128.load(left, 32);
        a2 = f32x4.add(a2, f32x4.mul(l, ra));
        b2 = f32x4.add(b2, f32x4.mul(l, rb));
        l = v128.load(left, 48);
        a3 = f32x4.add(a3, f32x4.mul(l, ra));
        b3 = f32x4.add(b3, f32x4.mul(l, rb));
        left += step;
        right += step;
      }
      v128.store(to, a0);
      v128.store(to, b0, 16);
      v128.store(to + step, a1);
      v128.store(to + step, b1, 16);
      v128.store(to + 2 * step, a2);
      v128.store(to + 2 * step, b2, 16);
      v128.store(to + 3 * step, a3);
      v128.store(to + 3 * step, b3, 16);
    }
}

/** Weights and penalty: A ← ridge + alpha·A on and below the diagonal, b ← (1 + alpha)·b. */
export function finish(a: usize, b: usize, ridge: usize, width: i32, alpha: f32): void {
  const weight = f32x4.splat(alpha);
  for (let f = 0; f < width; f++) {
    let at = a + (<usize>(f * width) << 4);
    let r = ridge + (<usize>(f * width) << 2);
    for (let g = 0; g <= f; g++) {
      v128.store(at, f32x4.add(v128.load32_splat(r), f32x4.mul(weight, v128.load(at))));
      at += 16;
      r += 4;
    }
    const to = b + ((<usize>f) << 4);
    v128.store(to, f32x4.mul(f32x4.splat(1 + alpha), v128.load(to)));
  }
}
