import { Layout, type Region } from "../kernels/layout";

/** Sizes of a fused training. */
export interface FusedSizes {
  /** Rows of users, and rows of items, in a step. */
  batch: { users: number; items: number };
  d: number;
  k: number;
  prefixes: readonly number[];
  users: number;
  items: number;
  /** Whether rows are layer-normalised and there are biases. */
  normalise: boolean;
}

/** Most steps that one call of the kernel makes. */
export const MOST_STEPS = 256;

/** Threads for which there is scratch room. */
const MOST_THREADS = 64;

/** Rows of a tile, as in `kernels/assembly/msae/plan.ts`. */
const TILE = 16;

/** Bytes of a block's latents that gradients are summed over in one go: what a core's first cache holds beside the rows. */
const GROUP_BYTES = 16_384;

/** Where everything of a fused training lies. */
export interface FusedPlan {
  layout: Layout;
  /** Words that the kernel reads, in the order of `kernels/assembly/msae/plan.ts`. */
  words: number[];
  plan: Region;
  width: number;
  ends: Region;
  userRows: Region;
  itemRows: Region;
  userOrder: Region;
  itemOrder: Region;
  /** Parameters, both moments and the gradient: [k, width] of W, [width] of b_pre, [k] of b_lat, each padded with zeros. */
  parameters: Region;
  m: Region;
  v: Region;
  gradients: Region;
  deviation: Region;
  losses: Region;
  corrections: Region;
  diverged: Region;
}

const pad = (n: number): number => Math.ceil(n / 4) * 4;

/** Lay out a fused training: every array that its steps touch, so that none is allocated later. */
export function planFused({ batch, d, k, prefixes, users, items, normalise }: FusedSizes): FusedPlan {
  const layout = new Layout();
  const width = pad(d);
  const P = prefixes.length;
  const chunkTiles = 4;
  const sideTiles = [batch.users, batch.items].map((rows) => Math.ceil(rows / TILE));
  const tiles = sideTiles[0] + sideTiles[1];
  const chunks = sideTiles.reduce((sum, side) => sum + Math.ceil(side / chunkTiles), 0);
  const sizes = prefixes.map((prefix, at) => prefix - (at === 0 ? 0 : prefixes[at - 1]));
  const blockLatents = Math.min(32, Math.max(4, Math.min(...sizes)));
  const groupTiles = Math.max(4, Math.floor(GROUP_BYTES / (4 * TILE * blockLatents)));
  const size = k * width + width + pad(k);
  const plan = layout.words(64);
  const [ends, userRows, itemRows] = [layout.words(P + 1), layout.words(users * width), layout.words(items * width)];
  const [userOrder, itemOrder] = [layout.words(users), layout.words(items)];
  const [parameters, m, v, gradients] = [size, size, size, size].map((words) => layout.words(words));
  const original = layout.words(tiles * TILE * width);
  const normed = normalise ? layout.words(tiles * TILE * width) : original;
  const target = normalise ? layout.words(tiles * TILE * width) : original;
  const deviation = layout.words(tiles * TILE);
  const [latents, latentGradients] = [layout.words(tiles * TILE * k), layout.words(tiles * TILE * k)];
  const missed = layout.words(tiles * TILE * width);
  const residuals = layout.words(tiles * P * width * TILE);
  const scratch = layout.words(MOST_THREADS * (width + 1) * TILE);
  const [latentSums, gradientSums] = [layout.words(chunks * k), layout.words(chunks * k)];
  const decodedSums = layout.words(chunks * width);
  const squares = layout.doubles(chunks);
  const sparsity = layout.words(2 * k);
  const [grams, innerFactors] = [layout.words(6 * width * width), layout.words(4 * width * width)];
  const [losses, corrections] = [layout.doubles(4 * MOST_STEPS), layout.doubles(2 * MOST_STEPS)];
  const [diverged, gate] = [layout.words(1), layout.words(48)];
  const numbers = [
    batch.users,
    batch.items,
    d,
    width,
    k,
    P,
    users,
    items,
    Number(normalise),
    chunkTiles,
    blockLatents,
    groupTiles,
  ];
  const inputs = [ends, userRows, itemRows, userOrder, itemOrder];
  const W = parameters.offset;
  const trained = [W, W + 4 * k * width, W + 4 * (k * width + width), W + 4 * size];
  const apart = [m, v, gradients].map(({ offset }) => offset - W);
  const work = [original, normed, target, deviation, latents, latentGradients, missed, residuals, scratch];
  const sums = [latentSums, gradientSums, decodedSums, squares, sparsity, grams, innerFactors];
  const offsets = (regions: readonly Region[]): number[] => regions.map(({ offset }) => offset);
  return {
    ...{ layout, plan, width, ends, userRows, itemRows, userOrder, itemOrder },
    ...{ parameters, m, v, gradients, deviation, losses, corrections, diverged },
    words: [
      ...numbers,
      ...offsets(inputs),
      ...trained,
      ...apart,
      ...offsets([...work, ...sums, losses, corrections, diverged, gate]),
    ],
  };
}
