// What a training is, and where its arrays lie: read once from a list of words that `lib/src/sae/fused-plan.ts` writes in
// the same order. Rows of a batch are processed in tiles of 16, the lanes of four vectors; "[tile][k][16]" is the latents of
// one tile after those of another, sixteen rows side by side. Widths are padded to a multiple of 4 with zeros.

/** Rows of a tile. */
export const TILE: i32 = 16;
/** Bytes of one number for each row of a tile. */
export const LANES: usize = 64;

// Sizes.
/** Rows of users, and rows of items, in a step. */
export let userBatch: i32 = 0;
export let itemBatch: i32 = 0;
export let d: i32 = 0;
/** d padded to a multiple of 4. */
export let width: i32 = 0;
export let k: i32 = 0;
export let prefixes: i32 = 0;
export let users: i32 = 0;
export let items: i32 = 0;
/** 1: rows are layer-normalised and there are biases; 0: neither. */
export let normalise: i32 = 0;
/** Tiles of a chunk, the unit in which rows are shared out; a chunk has rows of one side only. */
export let chunkTiles: i32 = 0;
/** Latents of a block, the unit in which gradients are shared out. */
export let blockLatents: i32 = 0;
/** Tiles of all sides that gradients are summed over in one go, as many as the cache holds. */
export let groupTiles: i32 = 0;

// Derived sizes.
export let userTiles: i32 = 0;
export let tiles: i32 = 0;
export let userChunks: i32 = 0;
export let chunks: i32 = 0;
export let blocks: i32 = 0;
/** Bytes of a padded row, of the latents of a tile, of the features of a tile, of its residuals. */
export let rowBytes: usize = 0;
export let latentBytes: usize = 0;
export let featureBytes: usize = 0;
export let residualBytes: usize = 0;

// Arrays.
/** [prefixes + 1] ends of the blocks of latents between prefixes, from 0 */
export let ends: usize = 0;
/** [users, width], [items, width] */
export let userRows: usize = 0;
export let itemRows: usize = 0;
/** [users], [items] the order of this epoch */
export let userOrder: usize = 0;
export let itemOrder: usize = 0;
/** [k, width], [width], [k]: one block with the same places in moments and gradients */
export let W: usize = 0;
export let bPre: usize = 0;
export let bLat: usize = 0;
/** The end of that block. */
export let parametersEnd: usize = 0;
/** Bytes from a parameter to its moments and to its gradient. */
export let toM: usize = 0;
export let toV: usize = 0;
export let toGradient: usize = 0;
/**
 * [tile][width][16] rows as given, normalised less b_pre, and centred by their deviation, which the decoder should give; the
 * same array where nothing is normalised
 */
export let original: usize = 0;
export let normed: usize = 0;
export let target: usize = 0;
/** [tile][16] */
export let deviation: usize = 0;
/** [tile][k][16] latents, and their gradient */
export let latents: usize = 0;
export let latentGradients: usize = 0;
/** [tile][width][16] what the last prefix misses of the rows as given */
export let missed: usize = 0;
/** [tile][prefixes][width][16] residuals in deviations of their row, then the gradient of the decoded row by prefix */
export let residuals: usize = 0;
/** [thread][width + 1][16] gradient of the inner-product term, then the weights of residuals */
export let scratch: usize = 0;
/** [chunk][k] sums of latents, and of their gradients */
export let latentSums: usize = 0;
export let gradientSums: usize = 0;
/** [chunk][width] what the rows of a chunk add to the gradient of b_pre */
export let decodedSums: usize = 0;
/** [chunk] doubles: sums of squared residuals */
export let squares: usize = 0;
/** [2, k] what every active latent's gradient has by the sparsity terms */
export let sparsity: usize = 0;
/** [2][3][width, width] Gram matrices of a side: XᵀX, XᵀE, EᵀE, X the rows and E what the last prefix misses */
export let grams: usize = 0;
/** [2][2][width, width] factors of X and of E in the inner-product term's gradient, of each side */
export let innerFactors: usize = 0;
/** [steps][4] doubles: loss terms */
export let losses: usize = 0;
/** [steps][2] doubles: lr / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ) */
export let corrections: usize = 0;
/** Words: steps that were done before the loss stopped being a number, −1 as long as it is one. */
export let diverged: usize = 0;
export let gate: usize = 0;

let at: usize = 0;
function word(): i32 {
  at += 4;
  return load<i32>(at - 4);
}

/** Read the plan; every thread calls this once. */
export function readPlan(words: usize): void {
  at = words;
  userBatch = word();
  itemBatch = word();
  d = word();
  width = word();
  k = word();
  prefixes = word();
  users = word();
  items = word();
  normalise = word();
  chunkTiles = word();
  blockLatents = word();
  groupTiles = word();
  ends = <usize>word();
  userRows = <usize>word();
  itemRows = <usize>word();
  userOrder = <usize>word();
  itemOrder = <usize>word();
  W = <usize>word();
  bPre = <usize>word();
  bLat = <usize>word();
  parametersEnd = <usize>word();
  toM = <usize>word();
  toV = <usize>word();
  toGradient = <usize>word();
  original = <usize>word();
  normed = <usize>word();
  target = <usize>word();
  deviation = <usize>word();
  latents = <usize>word();
  latentGradients = <usize>word();
  missed = <usize>word();
  residuals = <usize>word();
  scratch = <usize>word();
  latentSums = <usize>word();
  gradientSums = <usize>word();
  decodedSums = <usize>word();
  squares = <usize>word();
  sparsity = <usize>word();
  grams = <usize>word();
  innerFactors = <usize>word();
  losses = <usize>word();
  corrections = <usize>word();
  diverged = <usize>word();
  gate = <usize>word();
  const itemTiles = (itemBatch + TILE - 1) / TILE;
  userTiles = (userBatch + TILE - 1) / TILE;
  tiles = userTiles + itemTiles;
  userChunks = (userTiles + chunkTiles - 1) / chunkTiles;
  chunks = userChunks + (itemTiles + chunkTiles - 1) / chunkTiles;
  blocks = (k + blockLatents - 1) / blockLatents;
  rowBytes = (<usize>width) << 2;
  latentBytes = <usize>k * LANES;
  featureBytes = <usize>width * LANES;
  residualBytes = <usize>prefixes * featureBytes;
}

// A side is 0 for users, whose tiles and chunks come first, and 1 for items.

// @ts-ignore: decorator
@inline
export function sideOf(chunk: i32): i32 {
  return chunk < userChunks ? 0 : 1;
}

/** Rows of a side in a step. */
// @ts-ignore: decorator
@inline
export function rowsOf(side: i32): i32 {
  return side == 0 ? userBatch : itemBatch;
}

/** First tile of a side, and the end of the side before; side 2 begins where all end. */
// @ts-ignore: decorator
@inline
export function tilesBefore(side: i32): i32 {
  return side == 0 ? 0 : side == 1 ? userTiles : tiles;
}

/** First chunk of a side, as {@link tilesBefore}. */
// @ts-ignore: decorator
@inline
export function chunksBefore(side: i32): i32 {
  return side == 0 ? 0 : side == 1 ? userChunks : chunks;
}

/** First tile of a chunk. */
export function firstTile(chunk: i32): i32 {
  const side = sideOf(chunk);
  return tilesBefore(side) + (chunk - chunksBefore(side)) * chunkTiles;
}

/** The tile after the last of a chunk. */
export function lastTile(chunk: i32): i32 {
  return min(tilesBefore(sideOf(chunk) + 1), firstTile(chunk) + chunkTiles);
}
