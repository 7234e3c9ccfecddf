// Bootstrap of the monosemanticity score: items drawn with replacement, four resamples side by side, sums in double
// precision. Its readable twin is `monosemanticity` of the stretched activations, each times how often its item was drawn.
import { below, startStream } from "./common/random";

/** Resamples of a task, in two vectors of doubles. */
const LANES: usize = 4;

let n: i32 = 0;
let k: i32 = 0;
let d: i32 = 0;
let draws: i32 = 0;
let seedHigh: i32 = 0;
let seedLow: i32 = 0;
/** [n + 1] and their entries: latent and activation */
let starts: usize = 0;
let latents: usize = 0;
let values: usize = 0;
/** [k] */
let varies: usize = 0;
/** [n, d] items of length 1 */
let unit: usize = 0;
/** [threads, n, 4] bytes: how often an item was drawn */
let counts: usize = 0;
/** [threads, k, d + 2, 4]: Σ w a C, Σ w a and Σ w² a² */
let sums: usize = 0;
/** [draws, k] */
let scores: usize = 0;

/** Read the plan: once on every thread. */
export function setUp(plan: usize, _thread: i32, _threads: i32): void {
  n = load<i32>(plan);
  k = load<i32>(plan, 4);
  d = load<i32>(plan, 8);
  draws = load<i32>(plan, 12);
  seedHigh = load<i32>(plan, 16);
  seedLow = load<i32>(plan, 20);
  starts = load<u32>(plan, 24);
  latents = load<u32>(plan, 28);
  values = load<u32>(plan, 32);
  varies = load<u32>(plan, 36);
  unit = load<u32>(plan, 40);
  counts = load<u32>(plan, 44);
  sums = load<u32>(plan, 48);
  scores = load<u32>(plan, 52);
}

/** Resamples `4 · task` and on. */
export function resample(task: i32, thread: i32): void {
  const own = counts + <usize>thread * <usize>n * LANES;
  const total = sums + <usize>thread * <usize>k * bytesOfLatent();
  draw(task, own);
  memory.fill(total, 0, <usize>k * bytesOfLatent());
  for (let row = 0; row < n; row++) {
    const drawn = load<u32>(own + <usize>row * LANES);
    if (drawn != 0) addRow(row, drawn, total);
  }
  for (let lane: usize = 0; lane < LANES; lane++) {
    const one = task * <i32>LANES + <i32>lane;
    if (one < draws) for (let latent = 0; latent < k; latent++) scoreLatent(latent, lane, one, total);
  }
}

// @ts-ignore: decorator
@inline
function bytesOfLatent(): usize {
  return <usize>(d + 2) * LANES * 8;
}

/** Each lane is a stream of its own, so that a resample does not depend on the task that it is in. */
function draw(task: i32, own: usize): void {
  memory.fill(own, 0, <usize>n * LANES);
  for (let lane: usize = 0; lane < LANES; lane++) {
    startStream(seedHigh, seedLow, task * <i32>LANES + <i32>lane);
    for (let at = 0; at < n; at++) {
      const count = own + <usize>below(n) * LANES + lane;
      store<u8>(count, load<u8>(count) + 1);
    }
  }
}

/** Add an item, drawn as often as the bytes of `drawn` say, to the sums of its latents. */
function addRow(row: i32, drawn: u32, total: usize): void {
  const item = unit + <usize>row * (<usize>d << 3);
  const bytes = i32x4.splat(drawn);
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
  const low = f64x2.convert_low_i32x4_u(words);
  const high = f64x2.convert_low_i32x4_u(v128.shuffle<i64>(words, words, 1, 1));
  const end = load<i32>(starts + (<usize>row << 2), 4);
  for (let p = load<i32>(starts + (<usize>row << 2)); p < end; p++) {
    const a = v128.load64_splat(values + (<usize>p << 3));
    const wLow = f64x2.mul(low, a);
    const wHigh = f64x2.mul(high, a);
    let to = total + <usize>load<i32>(latents + (<usize>p << 2)) * bytesOfLatent();
    let from = item;
    for (const last = item + (<usize>d << 3); from < last; from += 8, to += 32) {
      const c = v128.load64_splat(from);
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(wLow, c)));
      v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(wHigh, c)), 16);
    }
    v128.store(to, f64x2.add(v128.load(to), wLow));
    v128.store(to, f64x2.add(v128.load(to, 16), wHigh), 16);
    v128.store(to, f64x2.add(v128.load(to, 32), f64x2.mul(wLow, wLow)), 32);
    v128.store(to, f64x2.add(v128.load(to, 48), f64x2.mul(wHigh, wHigh)), 48);
  }
}

/** The score of a latent in resample `one`; no number where it never varies or meets fewer than two items. */
function scoreLatent(latent: i32, lane: usize, one: i32, total: usize): void {
  let at = total + <usize>latent * bytesOfLatent() + (lane << 3);
  let norm: f64 = 0;
  for (const last = at + (<usize>d << 5); at < last; at += 32) norm += load<f64>(at) * load<f64>(at);
  const sum = load<f64>(at);
  const squares = load<f64>(at, 32);
  const pairs = sum * sum - squares;
  const known = load<i32>(varies + (<usize>latent << 2)) != 0 && pairs > 1e-12 * squares;
  store<f64>(scores + (<usize>(one * k + latent) << 3), known ? (norm - squares) / pairs : NaN);
}
