import { Layout, type Region } from "./layout";

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
  /** Whether the decoder has rows of its own. */
  untied: boolean;
  threads: number;
}

/** Most steps that one call of the kernel makes. */
export const MOST_STEPS = 256;

/**
 * Rows of a chunk, the words from one of their features to the next, and features that are left free between two chunks, as in
 * `kernels/assembly/msae/plan.ts`.
 */
const ROWS = 128;
const LANES = ROWS + 16;
const ROWS_APART = 16;

/** Most weights of which every chunk of rows has gradients apart: they and the rows stay in a core's own cache. */
const MOST_APART = 2 ** 15;

/** Where everything of a fused training lies. */
export interface FusedPlan {
  layout: Layout;
  /** Words that the kernel reads, by their names there and in the order of `kernels/assembly/msae/plan.ts`. */
  words: Readonly<Record<string, number>>;
  plan: Region;
  width: number;
  ends: Region;
  userRows: Region;
  itemRows: Region;
  userOrder: Region;
  itemOrder: Region;
  /** Parameters, both moments and the gradient: [k, width] of W and of an untied decoder, [width] of b_pre, [k] of b_lat, each padded with zeros. */
  parameters: Region;
  m: Region;
  v: Region;
  gradients: Region;
  deviation: Region;
  losses: Region;
  corrections: Region;
  diverged: Region;
}

const pad = (n: number, to: number = 4): number => Math.ceil(n / to) * to;

/** Lay out a fused training: every array that its steps touch, so that none is allocated later. */
export function planFused(fused: FusedSizes): FusedPlan {
  const { batch, d, k, prefixes, users, items, normalise, untied, threads } = fused;
  const layout = new Layout();
  const width = pad(d);
  const P = prefixes.length;
  const chunks = Math.ceil(batch.users / ROWS) + Math.ceil(batch.items / ROWS);
  const sizes = prefixes.map((prefix, index) => prefix - (index === 0 ? 0 : prefixes[index - 1]));
  const blockLatents = Math.min(32, Math.max(4, Math.min(...sizes)));
  const matrices = k * width * (untied ? 2 : 1);
  const apart = matrices <= MOST_APART;
  const size = matrices + width + pad(k);
  const plan = layout.words(64);
  const [ends, userRows, itemRows] = [layout.words(P + 1), layout.words(users * width), layout.words(items * width)];
  const [userOrder, itemOrder] = [layout.words(users), layout.words(items)];
  const [parameters, m, v, gradients] = [size, size, size, size].map((words) => layout.words(words));
  const rows = (features: number): Region => layout.words(chunks * (features + ROWS_APART) * LANES);
  const original = rows(width);
  const [normed, target] = normalise ? [rows(width), rows(width)] : [original, original];
  const [deviation, latents, latentGradients] = [rows(1), rows(k), rows(k)];
  // A tile's targets are read before what is missed of them is written.
  const missed = normalise ? target : rows(width);
  const residuals = rows(P * width);
  const scratch = layout.words(threads * (width + 1) * 16);
  const [latentSums, gradientSums] = [layout.words(chunks * pad(k, 16)), layout.words(chunks * pad(k, 16))];
  const [decodedSums, squares] = [layout.words(chunks * pad(width, 16)), layout.words(chunks * 16)];
  const [partials, partialGrams] = [matrices, 3 * width * width].map((words) =>
    layout.words(apart ? chunks * words : 0),
  );
  const grams = layout.words((apart ? threads : 1) * (10 * width * width + 2 * pad(k, 16)));
  const [losses, corrections] = [layout.doubles(4 * MOST_STEPS), layout.doubles(2 * MOST_STEPS)];
  const diverged = layout.words(1);
  const W = parameters.offset;
  const words = {
    ...{ userBatch: batch.users, itemBatch: batch.items, d, width, k, prefixes: P, users, items },
    ...{ normalise: Number(normalise), blockLatents, apart: Number(apart) },
    ...offsets({ ends, userRows, itemRows, userOrder, itemOrder }),
    ...{ W, decoder: untied ? W + 4 * k * width : W },
    ...{ bPre: W + 4 * matrices, bLat: W + 4 * (matrices + width), parametersEnd: W + 4 * size },
    ...{ toM: m.offset - W, toV: v.offset - W, toGradient: gradients.offset - W },
    ...offsets({ original, normed, target, deviation, latents, latentGradients, missed, residuals, scratch }),
    ...offsets({ latentSums, gradientSums, decodedSums, squares, partials, partialGrams, grams }),
    ...offsets({ losses, corrections, diverged }),
  };
  return {
    ...{ layout, plan, width, ends, userRows, itemRows, userOrder, itemOrder },
    ...{ parameters, m, v, gradients, deviation, losses, corrections, diverged, words },
  };
}

const offsets = (regions: Readonly<Record<string, Region>>): Record<string, number> =>
  Object.fromEntries(Object.entries(regions).map(([name, { offset }]) => [name, offset]));
