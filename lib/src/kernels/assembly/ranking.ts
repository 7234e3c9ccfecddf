// Exact ranking of the whole catalogue. Single precision finds what may matter, double precision decides: scores are those of
// `lib/src/metrics/top-k.ts`, bit for bit. Items are looked at by falling norm and bias, so that a row is done when the
// bound ‖u‖·‖q‖ + b (Cauchy–Schwarz) of all that are left lies below what it still wants.
import { beginCount, countBiases, countTile, endCount } from "./ranking/count";
import { beginList, listTied, offerTile } from "./ranking/list";
import * as p from "./ranking/plan";
import { scoreTile } from "./ranking/score";

/** Tiles of eight items between two looks at the bounds. */
const BLOCK: i32 = 8;

const TILE_BYTES: usize = 128;

/** Read the plan: once on every thread. */
export function setUp(plan: usize, _thread: i32, _threads: i32): void {
  p.readPlan(plan);
}

/** The lists of rows `task · size` and on. */
export function lists(rows: i32, size: i32, task: i32, thread: i32): void {
  const from = task * size;
  const to = min(rows, from + size);
  const scratch = p.scratch + (<usize>thread) * TILE_BYTES;
  let open = 0;
  for (let row = from; row < to; row++) {
    beginList(row);
    if (p.biased || !isZero(row)) setOpen(from + open++, row);
    else listTied(row);
  }
  for (let block = 0; block < p.blocks && open > 0; block++) {
    open = stillOpen(from, open, block);
    for (let group = 0; group < open; group += 4)
      for (let tile = block * BLOCK; tile < (block + 1) * BLOCK; tile++) {
        if (!scoreGroup(from, open, group, tile, scratch)) continue;
        for (let lane = 0; lane < min(4, open - group); lane++)
          offerTile(openRow(from + group + lane), tile, scratch + ((<usize>lane) << 5));
      }
  }
}

/** How many items each of rows `task · size` and on has above its target, and at least as high, masked items left out. */
export function counts(rows: i32, size: i32, task: i32, thread: i32): void {
  const from = task * size;
  const to = min(rows, from + size);
  const scratch = p.scratch + (<usize>thread) * TILE_BYTES;
  let open = 0;
  for (let row = from; row < to; row++) {
    beginCount(row);
    if (!isZero(row)) setOpen(from + open++, row);
    else countBiases(row);
  }
  for (let block = 0; block < p.blocks && open > 0; block++) {
    open = stillOpen(from, open, block);
    for (let group = 0; group < open; group += 4)
      for (let tile = block * BLOCK; tile < (block + 1) * BLOCK; tile++) {
        if (!scoreGroup(from, open, group, tile, scratch)) continue;
        for (let lane = 0; lane < min(4, open - group); lane++)
          countTile(openRow(from + group + lane), tile, scratch + ((<usize>lane) << 5));
      }
  }
  for (let row = from; row < to; row++) endCount(row);
}

function openRow(at: i32): i32 {
  return load<i32>(p.open + ((<usize>at) << 2));
}

function setOpen(at: i32, row: i32): void {
  store<i32>(p.open + ((<usize>at) << 2), row);
}

/** Whether a row's score is the same for all items but for their biases. */
function isZero(row: i32): bool {
  return load<f64>(p.norms + ((<usize>row) << 3)) == 0;
}

/** Drop the rows that are done before this block; gives how many are left, at `from` and on. */
function stillOpen(from: i32, open: i32, block: i32): i32 {
  const bounds = p.bounds + ((<usize>block) << 4);
  const norm = load<f64>(bounds);
  const bias = load<f64>(bounds, 8);
  let kept = 0;
  for (let at = from; at < from + open; at++) {
    const row = openRow(at);
    const bound = load<f64>(p.norms + ((<usize>row) << 3)) * norm + bias;
    if (bound >= <f64>load<f32>(p.cut + ((<usize>row) << 2))) setOpen(from + kept++, row);
  }
  return kept;
}

/** Score a tile for four open rows; where fewer are left, the last stands in. */
function scoreGroup(from: i32, open: i32, group: i32, tile: i32, scratch: usize): bool {
  const last = from + open - 1;
  const at = from + group;
  return scoreTile(
    tile,
    openRow(at),
    openRow(min(last, at + 1)),
    openRow(min(last, at + 2)),
    openRow(min(last, at + 3)),
    scratch,
  );
}
