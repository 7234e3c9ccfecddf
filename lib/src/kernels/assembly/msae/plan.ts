// What a training is, and where its arrays lie: read once from a list of words that `lib/src/kernels/msae-plan.ts` writes in
// the same order. Rows of a batch are cut into chunks of 128 and those into tiles of 16, the lanes of four vectors;
// "[chunk][k][rows]" is the latents of one chunk after those of another, its rows side by side. Widths are padded to a multiple
// of 4 with zeros.

/** Rows of a tile, and their bytes. */
export const TILE: i32 = 16;
export const TILE_BYTES: usize = 64;
/** Tiles of a chunk, the unit in which rows are shared out; a chunk has rows of one side only. */
export const CHUNK_TILES: i32 = 8;
/** Bytes from a feature of a chunk's rows to the next: those rows and a line more, so that features spread over the cache. */
export const LANES: usize = 576;
/** Bytes that are left free between two chunks, so that what one core reads ahead is not what another is writing. */
const APART: usize = 16 * LANES;

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
/** Latents of a block, the unit in which gradients are shared out. */
export let blockLatents: i32 = 0;
/**
 * 1: a chunk's rows stay with one thread, which sums their gradients and Gram matrices apart; the sums of all chunks are added up
 * afterwards. 0: the sums are too large for that, and threads share out what is summed instead of the rows.
 */
export let apart: i32 = 0;

// Derived sizes.
export let userChunks: i32 = 0;
export let chunks: i32 = 0;
export let blocks: i32 = 0;
/** Bytes of a padded row, of a chunk's latents, of its features, of its residuals. */
export let rowBytes: usize = 0;
export let latentBytes: usize = 0;
export let featureBytes: usize = 0;
export let residualBytes: usize = 0;
/** Bytes from those of a chunk to the next chunk's. */
export let latentStride: usize = 0;
export let featureStride: usize = 0;
export let residualStride: usize = 0;
/** Bytes of a matrix [width, width]. */
export let squareBytes: usize = 0;
/** Bytes of a number for each latent, and for each feature, in whole lines of the cache. */
export let latentLine: usize = 0;
export let featureLine: usize = 0;

// Arrays.
/** [prefixes + 1] ends of the blocks of latents between prefixes, from 0 */
export let ends: usize = 0;
/** [users, width], [items, width] */
export let userRows: usize = 0;
export let itemRows: usize = 0;
/** [users], [items] the order of this epoch */
export let userOrder: usize = 0;
export let itemOrder: usize = 0;
/** [k, width] encoder and, where it is untied, decoder; [width], [k]: one block with the same places in moments and gradients */
export let W: usize = 0;
/** The encoder itself where the two are tied. */
export let decoder: usize = 0;
export let bPre: usize = 0;
export let bLat: usize = 0;
/** The end of that block. */
export let parametersEnd: usize = 0;
/** Bytes from a parameter to its moments and to its gradient. */
export let toM: usize = 0;
export let toV: usize = 0;
export let toGradient: usize = 0;
/**
 * [chunk][width][rows] as given, normalised less b_pre, and centred by their deviation, which the decoder should give; the same
 * array where nothing is normalised
 */
export let original: usize = 0;
export let normed: usize = 0;
export let target: usize = 0;
/** [chunk][rows] */
export let deviation: usize = 0;
/** [chunk][k][rows] latents, and their gradient */
export let latents: usize = 0;
export let latentGradients: usize = 0;
/** [chunk][width][rows] what the last prefix misses of the rows as given */
export let missed: usize = 0;
/** [chunk][prefixes][width][rows] residuals in deviations of their row, then the gradient of the decoded row by prefix */
export let residuals: usize = 0;
/** This thread's, [width + 1][16]: gradient of the inner-product term, then the weights of residuals */
export let scratch: usize = 0;
/** [chunk][k] sums of latents, and of their gradients */
export let latentSums: usize = 0;
export let gradientSums: usize = 0;
/** [chunk][width] what the rows of a chunk add to the gradient of b_pre */
export let decodedSums: usize = 0;
/** [chunk] lines of a double: sums of squared residuals */
export let squares: usize = 0;
/** [chunk] matrices of gradients as {@link W} and {@link decoder}, and [chunk][3][width, width], where chunks are summed apart */
export let partials: usize = 0;
export let partialGrams: usize = 0;
/** [2][3][width, width] Gram matrices of a side: XᵀX, XᵀE, EᵀE, X the rows and E what the last prefix misses */
export let grams: usize = 0;
/** [2][2][width, width] factors of X and of E in the inner-product term's gradient, of each side */
export let innerFactors: usize = 0;
/** [2, k] what every active latent's gradient has by the sparsity terms */
export let sparsity: usize = 0;
/** [steps][4] doubles: loss terms */
export let losses: usize = 0;
/** [steps][2] doubles: lr / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ) */
export let corrections: usize = 0;
/** Words: steps that were done before the loss stopped being a number, −1 as long as it is one. */
export let diverged: usize = 0;

let at: usize = 0;
function word(): i32 {
  at += 4;
  return load<i32>(at - 4);
}

function place(): usize {
  return <usize>word();
}

/** Read the plan; every thread calls this once. */
export function readPlan(words: usize, thread: i32): void {
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
  blockLatents = word();
  apart = word();
  derive();
  ends = place();
  userRows = place();
  itemRows = place();
  userOrder = place();
  itemOrder = place();
  W = place();
  decoder = place();
  bPre = place();
  bLat = place();
  parametersEnd = place();
  toM = place();
  toV = place();
  toGradient = place();
  original = place();
  normed = place();
  target = place();
  deviation = place();
  latents = place();
  latentGradients = place();
  missed = place();
  residuals = place();
  scratch = place() + <usize>thread * <usize>(width + 1) * TILE_BYTES;
  latentSums = place();
  gradientSums = place();
  decodedSums = place();
  squares = place();
  partials = place();
  partialGrams = place();
  // Each thread has these for itself where all compute them: a line that two write to would travel between their cores.
  grams = place() + (apart ? <usize>thread * (10 * squareBytes + 2 * latentLine) : 0);
  innerFactors = grams + 6 * squareBytes;
  sparsity = innerFactors + 4 * squareBytes;
  losses = place();
  corrections = place();
  diverged = place();
}

function derive(): void {
  const rows = TILE * CHUNK_TILES;
  userChunks = (userBatch + rows - 1) / rows;
  chunks = userChunks + (itemBatch + rows - 1) / rows;
  blocks = (k + blockLatents - 1) / blockLatents;
  rowBytes = (<usize>width) << 2;
  latentBytes = <usize>k * LANES;
  featureBytes = <usize>width * LANES;
  residualBytes = <usize>prefixes * featureBytes;
  latentStride = latentBytes + APART;
  featureStride = featureBytes + APART;
  residualStride = residualBytes + APART;
  squareBytes = rowBytes * <usize>width;
  latentLine = ((<usize>k << 2) + 63) & ~63;
  featureLine = (rowBytes + 63) & ~63;
}

// A side is 0 for users, whose chunks come first, and 1 for items.

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

/** First chunk of a side, and the end of the side before; side 2 begins where all end. */
// @ts-ignore: decorator
@inline
export function chunksBefore(side: i32): i32 {
  return side == 0 ? 0 : side == 1 ? userChunks : chunks;
}

/** First row of a chunk in its side's batch. */
// @ts-ignore: decorator
@inline
export function firstRow(chunk: i32): i32 {
  return (chunk - chunksBefore(sideOf(chunk))) * TILE * CHUNK_TILES;
}

/** Bytes of the rows of one feature of a chunk, in whole tiles. */
export function spanOf(chunk: i32): usize {
  const tiles = (rowsOf(sideOf(chunk)) - firstRow(chunk) + TILE - 1) / TILE;
  return <usize>min(tiles, CHUNK_TILES) * TILE_BYTES;
}
