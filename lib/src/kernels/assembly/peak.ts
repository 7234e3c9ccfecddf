// What the machine itself can do, for comparison: arithmetic from registers, and moving memory.

/** Lanes and operations of a round of {@link multiplyAdd}: twelve vectors of four, a multiplication and an addition each. */
const FLOPS: f64 = 96;

/** Operations of `rounds` rounds of {@link multiplyAdd}. */
export function flopsOf(rounds: i32): f64 {
  return (<f64>rounds) * FLOPS;
}

/** Twelve independent sums, `rounds` times over; their total goes to slot `task` of `out`, so that none can be left out. */
export function multiplyAdd(rounds: i32, out: usize, task: i32, _thread: i32): void {
  const factor = f32x4.splat(0.999);
  let a = f32x4.splat(1);
  let b = f32x4.splat(2);
  let c = f32x4.splat(3);
  let d = f32x4.splat(4);
  let e = f32x4.splat(5);
  let f = f32x4.splat(6);
  let g = f32x4.splat(7);
  let h = f32x4.splat(8);
  let i = f32x4.splat(9);
  let j = f32x4.splat(10);
  let k = f32x4.splat(11);
  let l = f32x4.splat(12);
  for (let round = 0; round < rounds; round++) {
    a = f32x4.add(f32x4.mul(a, factor), factor);
    b = f32x4.add(f32x4.mul(b, factor), factor);
    c = f32x4.add(f32x4.mul(c, factor), factor);
    d = f32x4.add(f32x4.mul(d, factor), factor);
    e = f32x4.add(f32x4.mul(e, factor), factor);
    f = f32x4.add(f32x4.mul(f, factor), factor);
    g = f32x4.add(f32x4.mul(g, factor), factor);
    h = f32x4.add(f32x4.mul(h, factor), factor);
    i = f32x4.add(f32x4.mul(i, factor), factor);
    j = f32x4.add(f32x4.mul(j, factor), factor);
    k = f32x4.add(f32x4.mul(k, factor), factor);
    l = f32x4.add(f32x4.mul(l, factor), factor);
  }
  const left = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const right = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  v128.store(out + (<usize>task << 4), f32x4.add(left, right));
}

/** Copy part `task`, `bytes` long, of one array to another. */
export function copy(from: usize, to: usize, bytes: i32, task: i32, _thread: i32): void {
  const at = <usize>task * <usize>bytes;
  memory.copy(to + at, from + at, <usize>bytes);
}
