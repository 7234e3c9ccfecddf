// Exact alternating least squares: the readable twin is `lib/src/mf/ials-reference.ts`. Four rows are solved side by side, one
// in each lane of a vector, so that no sum crosses lanes; rows are taken in order of their number of interactions, so that the
// four have about as many. Widths are padded to a multiple of 4 with zeros, which solve to zeros.
import { gramOfRows } from "./common/gram";
import { sum } from "./common/vectors";
import { accumulate, clear, finish, pack, PACK } from "./ials/normal";
import { factorise, substitute } from "./ials/cholesky";

/** Rows whose products are summed in single precision before they are added up in double. */
const BLOCK: i32 = 4096;

/**
 * Gram matrix of the rows of one task, [width, width] doubles at slot `task` of `out`; only the blocks of 4 × 4 on and below
 * the diagonal count.
 *
 * @param scratch [thread][width, width]
 */
export function gram(
  matrix: usize,
  rows: i32,
  width: i32,
  taskRows: i32,
  scratch: usize,
  out: usize,
  task: i32,
  thread: i32,
): void {
  const cells = <usize>(width * width);
  const part = scratch + <usize>thread * cells * 4;
  const total = out + <usize>task * cells * 8;
  memory.fill(total, 0, cells * 8);
  const end = min(rows, (task + 1) * taskRows);
  for (let from = task * taskRows; from < end; from += BLOCK) {
    gramOfRows(matrix, width, from, min(end, from + BLOCK), part);
    for (let cell: usize = 0; cell < cells; cell++)
      store<f64>(total + cell * 8, load<f64>(total + cell * 8) + <f64>load<f32>(part + cell * 4));
  }
}

/**
 * Solve the rows of one task, order[starts[task] … starts[task + 1]), of one side.
 *
 * @param indptr @param indices the side's interactions @param fixed [cols, width] @param solved [rows, width]
 * @param ridge [width, width] Gram matrix of `fixed` with the penalty on its diagonal
 * @param zeros a row of zeros @param scratch a piece of `scratchBytes` for each thread
 * @param explained [task] doubles, Σ bᵀx @param failed a word: a row that could not be solved, or −1
 */
export function solve(
  order: usize,
  starts: usize,
  indptr: usize,
  indices: usize,
  fixed: usize,
  solved: usize,
  width: i32,
  alpha: f32,
  ridge: usize,
  zeros: usize,
  scratch: usize,
  scratchBytes: i32,
  explained: usize,
  failed: usize,
  task: i32,
  thread: i32,
): void {
  const rowBytes = (<usize>width) << 2;
  const packed = scratch + <usize>thread * <usize>scratchBytes;
  const a = packed + <usize>(PACK * width) * 16;
  const b = a + <usize>(width * width) * 16;
  const x = b + (<usize>width << 4);
  const inverse = x + (<usize>width << 4);
  const last = load<i32>(starts + ((<usize>task) << 2), 4);
  let total: f64 = 0;
  for (let at = load<i32>(starts + ((<usize>task) << 2)); at < last; at += 4) {
    // Lanes without a row of their own repeat the last one.
    const r0 = load<i32>(order + ((<usize>at) << 2));
    const r1 = load<i32>(order + ((<usize>min(at + 1, last - 1)) << 2));
    const r2 = load<i32>(order + ((<usize>min(at + 2, last - 1)) << 2));
    const r3 = load<i32>(order + ((<usize>min(at + 3, last - 1)) << 2));
    const most = interactions(indptr, r0);
    const x0 = solved + <usize>r0 * rowBytes;
    const x1 = solved + <usize>r1 * rowBytes;
    const x2 = solved + <usize>r2 * rowBytes;
    const x3 = solved + <usize>r3 * rowBytes;
    if (most == 0) {
      memory.fill(x0, 0, rowBytes);
      memory.fill(x1, 0, rowBytes);
      memory.fill(x2, 0, rowBytes);
      memory.fill(x3, 0, rowBytes);
      continue;
    }
    clear(a, b, width);
    for (let from = 0; from < most; from += PACK) {
      const count = min(PACK, most - from);
      pack(indptr, indices, fixed, zeros, width, r0, r1, r2, r3, from, count, packed, b);
      accumulate(packed, count, width, a);
    }
    finish(a, b, ridge, width, alpha);
    const ok = factorise(a, inverse, width);
    substitute(a, inverse, b, x, width);
    const live = min(4, last - at);
    const lanes = i32x4.gt_s(i32x4.splat(live), i32x4(0, 1, 2, 3));
    if (!i32x4.all_true(v128.or(ok, v128.not(lanes)))) {
      const lane = !i32x4.extract_lane(ok, 0) ? r0 : !i32x4.extract_lane(ok, 1) ? r1 : !i32x4.extract_lane(ok, 2) ? r2 : r3;
      atomic.store<i32>(failed, lane);
      return;
    }
    let product = f32x4.splat(0);
    for (let f: usize = 0; f < (<usize>width) << 4; f += 16)
      product = f32x4.add(product, f32x4.mul(v128.load(b + f), v128.load(x + f)));
    total += <f64>sum(v128.and(product, lanes));
    for (let f: usize = 0; f < rowBytes; f += 16) {
      const from = x + (f << 2);
      const a0 = v128.load(from);
      const a1 = v128.load(from, 16);
      const a2 = v128.load(from, 32);
      const a3 = v128.load(from, 48);
      const low01 = v128.shuffle<f32>(a0, a1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(a0, a1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(a2, a3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(a2, a3, 2, 6, 3, 7);
      v128.store(x3 + f, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      v128.store(x2 + f, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(x1 + f, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(x0 + f, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    }
  }
  store<f64>(explained + ((<usize>task) << 3), total);
}

// @ts-ignore: decorator
@inline
function interactions(indptr: usize, row: i32): i32 {
  const at = indptr + ((<usize>row) << 2);
  return load<i32>(at, 4) - load<i32>(at);
}
