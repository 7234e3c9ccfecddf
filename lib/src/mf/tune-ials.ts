import { InputError, requireInput } from "../base/errors";
import type { OnProgress } from "../base/progress";
import { hash32 } from "../base/random";
import { sampleUsers } from "../data/sample-users";
import { type Split, splitInteractions } from "../data/split";
import type { Factors } from "../records/factors";
import type { Csr, Interactions } from "../records/interactions";
import { drawnItems, fitIals, type IalsConfig, UnsolvedFit } from "./ials";
import { popularityFactors } from "./popularity";

/** A pair of settings that is tried. */
export interface Candidate {
  alpha: number;
  /** The penalty in units of {@link noiseLevel}: what is the same on a sample and on the whole. */
  share: number;
  /** The penalty that this is on the whole train split, three digits. */
  reg: number;
}

/** What a candidate reached after so many sweeps. */
export interface TunePoint extends Candidate {
  sweeps: number;
  /** NDCG@10 on the validation part; NaN where the fit left the numbers. */
  ndcgAt10: number;
}

/** One round of successive halving. */
export interface Rung {
  /** Sweeps that each candidate has had at its end. */
  sweeps: number;
  candidates: number;
  /** How many went on; one after the last. */
  kept: number;
}

/** What {@link tuneIals} tried and chose. */
export interface TunedIals {
  candidates: Candidate[];
  rungs: Rung[];
  /** Every figure, rung after rung. */
  curve: TunePoint[];
  chosen: TunePoint;
  validation: {
    /** Users of the train split, and those that were drawn of them. */
    users: number;
    drawn: number;
    /** Interactions that the candidates were fitted on, and those held out of the train split to rank them by. */
    fitted: number;
    heldOut: number;
    /** Users that they were ranked by. */
    ranked: number;
    /** NDCG@10 of popularity on the same users: the null of every candidate's. */
    popularity: number;
  };
}

/** NDCG@10 of factors on held-out positives of the same users and items, train items masked. */
export type RankFactors = (
  factors: Factors,
  train: Csr,
  heldOut: Csr,
  onProgress: OnProgress,
  threads?: number,
) => Promise<number>;

/** Settings of {@link tuneIals}. */
export interface TuneIalsConfig extends Omit<IalsConfig, "alpha" | "reg" | "tolerance"> {
  /** Held fixed; absent: chosen. */
  alpha?: number;
  /** Held fixed, as a share of the noise level where users are drawn; absent: chosen. */
  reg?: number;
}

/** Confidences that are tried: a grid in steps of about three. */
export const ALPHAS: readonly number[] = [1, 3, 10, 30, 100, 400];

/** Penalties that are tried, in units of the noise level; below the least of them nothing changes, above the greatest too little is left. */
export const REG_SHARES: readonly number[] = [0.03, 0.1, 0.3, 0.6, 1.2];

/** Sweeps that a candidate has had at the end of each rung; after each the best third goes on. */
export const RUNG_SWEEPS: readonly number[] = [4, 12, 40];

/** Most users that candidates are ranked by. Fewer make the choice a matter of luck where data is sparse: with 8,000 it cost 5 %. */
export const RANKED_USERS = 50_000;

/** Most users that candidates are fitted on: beyond, so many are drawn. */
export const TUNING_USERS = 100_000;

/** Interactions below which starting threads, 90 times, takes longer than they save: on starter data 7 s for 2. */
const SHARED_INTERACTIONS = 50_000;

/** Share of the train split that candidates are fitted on; the rest is held out for validation. */
const FITTED_SHARE = 0.8;

/**
 * The penalty at which a factor that explains noise alone vanishes. Over P and Q of a product S, reg (‖P‖² + ‖Q‖²) is least
 * at 2 reg times the nuclear norm of S (Srebro, Rennie and Jaakkola 2004), and the gradient of the loss at S = 0 is
 * −2 (1 + alpha) X: a direction of X enters S where (1 + alpha) times its singular value exceeds reg. A matrix of ones placed at
 * random, r to a row and c to a column, has singular values up to √r + √c (beside that of its mean). So useful penalties lie
 * around and below (1 + alpha)(√r + √c), whatever the size and density of the data; r and c are means over rows and columns with an entry.
 */
export function noiseLevel({ rows, cols, indptr, indices }: Csr, alpha: number): number {
  const seen = new Uint8Array(cols);
  for (const col of indices) seen[col] = 1;
  const usedCols = seen.reduce((sum, flag) => sum + flag, 0);
  let usedRows = 0;
  for (let row = 0; row < rows; row++) if (indptr[row + 1] > indptr[row]) usedRows++;
  return (1 + alpha) * (Math.sqrt(indices.length / usedRows) + Math.sqrt(indices.length / usedCols));
}

/** The grid on this train split, with what is held fixed. */
export function candidatesOf(train: Csr, { alpha, reg }: Pick<TuneIalsConfig, "alpha" | "reg">): Candidate[] {
  return (alpha === undefined ? ALPHAS : [alpha]).flatMap((tried): Candidate[] => {
    const level = noiseLevel(train, tried);
    if (reg !== undefined) return [{ alpha: tried, share: reg / level, reg }];
    return REG_SHARES.map((share) => ({ alpha: tried, share, reg: Number((share * level).toPrecision(3)) }));
  });
}

/**
 * Choose alpha and reg on a validation part of the train split, which the test split has no part in: a fifth of the train interactions,
 * drawn at random whatever the split's kind, is held out, every candidate is fitted on the rest for a few sweeps, the third that
 * ranks it best by NDCG@10 goes on, and so on (successive halving; Jamieson and Talwalkar 2016). Ties go to the earlier candidate.
 * The number of sweeps is not chosen: with a penalty that is chosen, a converged fit ranks as well as one stopped early.
 * At most {@link TUNING_USERS} users are fitted and {@link RANKED_USERS} ranked; on a sample the penalty has the same share of the sample's own noise level. The
 * same result on any number of threads. A penalty that is set by hand is, on the part that is fitted here, its share of that part's noise
 * level, and not the number itself.
 *
 * @param rank how well factors rank, higher is better
 *
 * @throws InputError when the train split is too small to hold anything out, or the catalogue for a list of 20
 * @throws InputError when no candidate could be fitted
 */
export async function tuneIals(
  train: Interactions,
  config: TuneIalsConfig,
  rank: RankFactors,
  onProgress?: OnProgress,
  threads?: number,
): Promise<TunedIals> {
  const { iterations } = config;
  // Of its own: with the run's seed these would be the very numbers that drew the users and the test split.
  const seed = tuningSeed(config.seed);
  const drawn = sampleUsers(train, TUNING_USERS, seed);
  const { train: fitted, test } = partsOf(drawn, seed);
  const heldOut = someRows(test, RANKED_USERS);
  const used = threads ?? (fitted.indices.length < SHARED_INTERACTIONS ? 1 : undefined);
  const data: Interactions = { users: drawn.users, items: drawn.items, csr: fitted };
  const candidates = candidatesOf(train.csr, config);
  const rungs = plan(candidates.length, iterations);
  const total = rungs.reduce(
    (sum, { sweeps, candidates: count }, index) => sum + count * (sweeps - before(rungs, index)),
    0,
  );
  let done = 0;
  const say = (sweeps: number): void | Promise<void> =>
    onProgress?.({ phase: "tuning", done: sweeps, total, unit: "sweeps" });
  const popularity = await rank(popularityFactors(data), fitted, heldOut, () => say(0), used);
  const curve: TunePoint[] = [];
  // One start for all: drawn once, since on many items that takes as long as some sweeps.
  const start = drawnItems(fitted.cols, config);
  let alive = candidates.map((candidate): Running => ({ candidate, ndcgAt10: Number.NaN, items: start }));
  for (const [index, { sweeps, kept }] of rungs.entries()) {
    const more = sweeps - before(rungs, index);
    const reached: Running[] = [];
    for (const { candidate, items } of alive) {
      const from = done;
      done += more;
      const settings = {
        ...config,
        alpha: candidate.alpha,
        reg: candidate.share * noiseLevel(fitted, candidate.alpha),
        ...{ iterations: more, tolerance: 0 },
      };
      const fitting: OnProgress = ({ done: part, total: whole }) => say(from + (more * part) / whole);
      const factors = await fitIals(data, settings, fitting, used, items).catch(leftTheNumbers);
      const ndcgAt10 = factors ? await rank(factors, fitted, heldOut, () => say(from + more), used) : Number.NaN;
      curve.push({ ...candidate, sweeps, ndcgAt10 });
      reached.push({ candidate, ndcgAt10, items: factors?.items });
      // Only those that may go on keep their factors: at full size all of them would be half a gigabyte.
      for (const out of bestFirst(reached).slice(kept)) out.items = undefined;
    }
    alive = bestFirst(reached).slice(0, kept);
  }
  const [{ candidate, ndcgAt10 }] = alive;
  if (!Number.isFinite(ndcgAt10))
    throw new InputError(
      "No candidate of the tuning could be fitted: set mf.alpha and mf.reg by hand, or a smaller mf.initScale.",
    );
  return {
    ...{ candidates, rungs, curve },
    chosen: { ...candidate, sweeps: rungs[rungs.length - 1].sweeps, ndcgAt10 },
    validation: {
      users: train.users.length,
      drawn: drawn.users.length,
      fitted: fitted.indices.length,
      heldOut: test.indices.length,
      ranked: filledRows(heldOut).length,
      popularity,
    },
  };
}

/** Seed of the tuning's own draws, for a run's seed. */
export const tuningSeed = (seed: number): number => hash32(`${seed}/tune`) >>> 1;

/** Most of the train split, and what is held out of it to rank candidates by. */
function partsOf(train: Interactions, seed: number): Split {
  const held = train.csr.indices.length - Math.floor(FITTED_SHARE * train.csr.indices.length);
  requireInput(
    held < train.csr.indices.length,
    `The train split has ${train.csr.indices.length} interactions, too few to hold some out and choose mf.alpha and mf.reg by them: give more data, or keep what is set with --set mf.tune=false.`,
  );
  return splitInteractions({ ...train, times: undefined }, { kind: "random", trainShare: FITTED_SHARE, seed });
}

/** A candidate on its way, with its items while it may go on. */
interface Running {
  candidate: Candidate;
  ndcgAt10: number;
  items?: Float32Array;
}

/** Best first, those that left the numbers last, ties in the order that they had. */
function bestFirst(running: readonly Running[]): Running[] {
  const height = ({ ndcgAt10 }: Running): number => (Number.isFinite(ndcgAt10) ? ndcgAt10 : -1);
  return [...running].sort((a, b) => height(b) - height(a));
}

/** The rungs of so many candidates, none beyond the cap on sweeps. */
function plan(candidates: number, iterations: number): Rung[] {
  const within = RUNG_SWEEPS.filter((_, index) => index === 0 || RUNG_SWEEPS[index - 1] < iterations);
  let count = candidates;
  return within.map((sweeps, index) => {
    const kept = index === within.length - 1 ? 1 : Math.ceil(count / 3);
    const rung = { sweeps: Math.min(sweeps, iterations), candidates: count, kept };
    count = kept;
    return rung;
  });
}

const before = (rungs: readonly Rung[], index: number): number => (index === 0 ? 0 : rungs[index - 1].sweeps);

/** A fit that leaves the numbers is out; anything else that is thrown stops the tuning. */
function leftTheNumbers(error: unknown): undefined {
  if (error instanceof UnsolvedFit) return undefined;
  throw error;
}

const filledRows = ({ rows, indptr }: Csr): number[] =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => indptr[row + 1] > indptr[row]);

/** The matrix with the entries of at most `most` of its non-empty rows, evenly spaced. */
function someRows(csr: Csr, most: number): Csr {
  const filled = filledRows(csr);
  if (filled.length <= most) return csr;
  const kept = new Uint8Array(csr.rows);
  for (let index = 0; index < most; index++) kept[filled[Math.floor((index * filled.length) / most)]] = 1;
  const indptr = new Int32Array(csr.rows + 1);
  const size = (row: number): number => kept[row] * (csr.indptr[row + 1] - csr.indptr[row]);
  for (let row = 0; row < csr.rows; row++) indptr[row + 1] = indptr[row] + size(row);
  const indices = new Int32Array(indptr[csr.rows]);
  for (let row = 0; row < csr.rows; row++)
    if (kept[row]) indices.set(csr.indices.subarray(csr.indptr[row], csr.indptr[row + 1]), indptr[row]);
  return { rows: csr.rows, cols: csr.cols, indptr, indices };
}
