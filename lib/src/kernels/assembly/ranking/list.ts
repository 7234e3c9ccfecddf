import * as p from "./plan";
import { cutBelow, exact, isMasked, rounded } from "./score";

/** An empty list, which takes whatever comes. */
export function beginList(row: i32): void {
  store<i32>(p.listSize + ((<usize>row) << 2), 0);
  store<f32>(p.cut + ((<usize>row) << 2), -f32.MAX_VALUE);
}

/** The list of a row for which all items tie: the first that are not masked. */
export function listTied(row: i32): void {
  const size = p.listSize + ((<usize>row) << 2);
  for (let item = 0; item < p.n && load<i32>(size) < p.k; item++) offer(row, item);
}

/** Offer a tile's items to the list of a row; `scores` [8] in single precision. */
export function offerTile(row: i32, tile: i32, scores: usize): void {
  const cut = p.cut + ((<usize>row) << 2);
  for (let lane: usize = 0; lane < 8; lane++) {
    // The cut rises while the tile is looked at.
    if (!(load<f32>(scores + (lane << 2)) >= load<f32>(cut))) continue;
    const item = load<i32>(p.order + (((<usize>tile) << 3) + lane) * 4);
    if (item >= 0) offer(row, item);
  }
}

/** Put an item on the list of a row where it belongs there: by score, equal scores by item row. */
function offer(row: i32, item: i32): void {
  const items = p.listItems + (<usize>row) * ((<usize>p.k) << 2);
  const scores = p.listScores + (<usize>row) * ((<usize>p.k) << 2);
  const sizeAt = p.listSize + ((<usize>row) << 2);
  let size = load<i32>(sizeAt);
  const score = rounded(row, exact(row, item));
  if (size == p.k && !before(score, item, scores, items, size - 1)) return;
  if (isMasked(row, item)) return;
  if (size < p.k) store<i32>(sizeAt, ++size);
  let at = size - 1;
  while (at > 0 && before(score, item, scores, items, at - 1)) {
    const to = (<usize>at) << 2;
    store<f32>(scores + to, load<f32>(scores + to - 4));
    store<i32>(items + to, load<i32>(items + to - 4));
    at--;
  }
  store<f32>(scores + ((<usize>at) << 2), score);
  store<i32>(items + ((<usize>at) << 2), item);
  if (size < p.k) return;
  const last = load<i32>(items + ((<usize>(size - 1)) << 2));
  store<f32>(p.cut + ((<usize>row) << 2), cutBelow(row, exact(row, last)));
}

/** Whether an item belongs before the one at `at` of a list. */
function before(score: f32, item: i32, scores: usize, items: usize, at: i32): bool {
  const other = load<f32>(scores + ((<usize>at) << 2));
  return score > other || (score == other && item < load<i32>(items + ((<usize>at) << 2)));
}
