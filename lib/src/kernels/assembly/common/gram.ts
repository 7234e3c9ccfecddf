// FᵀF of a tall matrix, in blocks of rows.

/**
 * Partial Gram matrix of rows `from` to `to` of [rows, width], width a multiple of 4: [width, width] at `out`, in single
 * precision; only the blocks of 4 × 4 on and below the diagonal are written.
 */
export function gramOfRows(matrix: usize, width: i32, from: i32, to: i32, out: usize): void {
  const stride = (<usize>width) << 2;
  const start = matrix + <usize>from * stride;
  const end = matrix + <usize>to * stride;
  for (let f = 0; f < width; f += 4) {
    for (let g = 0; g <= f; g += 4) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      for (let row = start; row < end; row += stride) {
        const left = row + ((<usize>f) << 2);
        const right = v128.load(row + ((<usize>g) << 2));
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(left), right));
        b = f32x4.add(b, f32x4.mul(v128.load32_splat(left, 4), right));
        c = f32x4.add(c, f32x4.mul(v128.load32_splat(left, 8), right));
        d = f32x4.add(d, f32x4.mul(v128.load32_splat(left, 12), right));
      }
      const at = out + (<usize>f) * stride + ((<usize>g) << 2);
      v128.store(at, a);
      v128.store(at + stride, b);
      v128.store(at + 2 * stride, c);
      v128.store(at + 3 * stride, d);
    }
  }
}
