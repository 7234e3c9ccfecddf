import * as p from "./plan";
import { cutBelow, exact, isMasked, rounded } from "./score";

/** No item counted yet; what lies within the slack of the target's score will be looked at in double precision. */
export function beginCount(row: i32): void {
  const score = exact(row, load<i32>(p.target + ((<usize>row) << 2)));
  store<f32>(p.targetScore + ((<usize>row) << 2), rounded(row, score));
  store<f32>(p.cut + ((<usize>row) << 2), cutBelow(row, score));
  store<f32>(p.sure + ((<usize>row) << 2), <f32>(score + load<f64>(p.slack + ((<usize>row) << 3))));
  store<i64>(p.counts + ((<usize>row) << 3), 0);
}

/** Count a tile's items for a row; `scores` [8] in single precision. */
export function countTile(row: i32, tile: i32, scores: usize): void {
  const cut = v128.load32_splat(p.cut + ((<usize>row) << 2));
  const sure = v128.load32_splat(p.sure + ((<usize>row) << 2));
  const low = v128.load(scores);
  const high = v128.load(scores, 16);
  const near = i32x4.bitmask(f32x4.ge(low, cut)) | (i32x4.bitmask(f32x4.ge(high, cut)) << 4);
  const above = i32x4.bitmask(f32x4.gt(low, sure)) | (i32x4.bitmask(f32x4.gt(high, sure)) << 4);
  add(row, popcnt(above), popcnt(above));
  for (let rest = near & ~above; rest != 0; rest &= rest - 1) {
    const item = load<i32>(p.order + (((<usize>tile) << 3) + ctz(rest)) * 4);
    if (item >= 0) compare(row, item, 1);
  }
}

/** Count all items for a row of zeros, whose scores are the biases. */
export function countBiases(row: i32): void {
  const own = v128.load32_splat(p.userBias + ((<usize>row) << 2));
  const wanted = v128.load32_splat(p.targetScore + ((<usize>row) << 2));
  let above = i32x4.splat(0);
  let atLeast = i32x4.splat(0);
  let bias = p.tileBias;
  for (const end = bias + ((<usize>p.blocks) << 8); bias < end; bias += 16) {
    const score = f32x4.add(v128.load(bias), own);
    above = i32x4.sub(above, f32x4.gt(score, wanted));
    atLeast = i32x4.sub(atLeast, f32x4.ge(score, wanted));
  }
  add(row, sumOf(above), sumOf(atLeast));
}

function sumOf(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}

/** Take the masked items out of the counts. */
export function endCount(row: i32): void {
  const end = load<i32>(p.maskEnd + ((<usize>row) << 2));
  for (let at = load<i32>(p.maskStart + ((<usize>row) << 2)); at < end; at++)
    compare(row, load<i32>(p.masked + ((<usize>at) << 2)), -1);
}

/** Count one item by its exact score. */
function compare(row: i32, item: i32, weight: i32): void {
  const score = rounded(row, exact(row, item));
  const wanted = load<f32>(p.targetScore + ((<usize>row) << 2));
  add(row, score > wanted ? weight : 0, score >= wanted ? weight : 0);
}

function add(row: i32, above: i32, atLeast: i32): void {
  const at = p.counts + ((<usize>row) << 3);
  store<i32>(at, load<i32>(at) + above);
  store<i32>(at, load<i32>(at, 4) + atLeast, 4);
}
