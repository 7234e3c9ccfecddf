import type { OnProgress } from "../../base/progress";
import { type Random, seededRandom } from "../../base/random";
import type { ItemText } from "../../records/label";
import type { Latents } from "../../records/sae-weights";
import { rowsOfHalf } from "../exhibits";
import { firingRows } from "../ranked";
import { nearMisses } from "./near-misses";

/** How latents are tested. */
export interface TestSettings {
  /** Items of a detection: half of them high, half of them others. */
  items: number;
  /** Share of half B's items that count as high, those with the highest activations. */
  top: number;
  /** Parts of equal size that the items that fire are cut into. */
  quantiles: number;
  /** Rounds of the intruder test. */
  intruders: number;
}

/** Ids of the items that a latent's label is tested on, all of half B: none of them was there when it was written. */
export interface LatentTest {
  latent: number;
  /** Drawn from the top of its activations. */
  high: string[];
  /** As many that do not fire it, drawn at random. */
  random: string[];
  /** At most as many that do not fire it, of sibling categories of the high ones; none where the data has no such. */
  nearMiss: string[];
  /** Drawn from each part of the items that fire it, the weakest part first; a part may be empty. */
  quantiles: string[][];
  /** Four high items and one that does not fire it, in random order, with the place of that one. */
  intruders: { items: string[]; place: number }[];
  /** Items of half A, high ones and others: they set the threshold of a judge that has none, and score nothing. */
  calibration: { high: string[]; random: string[] };
}

/** The tests of an encoder's latents, and why some have none. */
export interface LatentTests {
  tests: LatentTest[];
  untested: { latent: number; reason: string }[];
}

/** Fewer items than this on either side say nothing. */
const LEAST = 5;
/** Items of a quantile. */
const OF_QUANTILE = 5;
/** High items of an intruder test. */
const TOGETHER = 4;

/**
 * Draw the items that each latent of half A is tested on. What is drawn depends on the activations, the items' categories and the seed
 * alone, never on a label: every label of a latent meets the same items.
 *
 * Where fewer items fire than a detection needs, all of them are high, with as many others; a latent with fewer than five, or that leaves
 * fewer than five out, is not tested.
 *
 * @param rows items that count: see `scoredItems` @param textOf what is seen of an item
 */
export async function drawTests(
  latents: Latents,
  rows: Int32Array,
  textOf: (id: string) => ItemText,
  { items, top, quantiles, intruders, seed, onProgress }: TestSettings & { seed: number; onProgress?: OnProgress },
): Promise<LatentTests> {
  const { k, values, itemIds } = latents;
  const [a, b] = (["A", "B"] as const).map((half) => rowsOfHalf(half, rows, itemIds));
  const near = nearMisses(Array.from(b, (row) => textOf(itemIds[row])));
  const half = Math.floor(items / 2);
  const high = (ranked: Int32Array, all: Int32Array): Int32Array =>
    ranked.subarray(0, Math.max(half, Math.ceil(top * all.length)));
  const ids = (drawn: ArrayLike<number>): string[] => Array.from(drawn, (row) => itemIds[row]);
  const [tests, untested]: [LatentTest[], LatentTests["untested"]] = [[], []];
  for (let latent = 0; latent < k; latent++) {
    await onProgress?.({ phase: "drawing tests of labels", done: latent, total: k, unit: "latents" });
    const idle = (row: number): boolean => !(values[row * k + latent] > 0);
    const [firingA, firing] = [firingRows(latents, latent, a), firingRows(latents, latent, b)];
    if (firingA.length === 0) continue;
    const [idleA, idleB] = [a.filter(idle), b.filter(idle)];
    if (firing.length < LEAST || idleB.length < LEAST) {
      const reason = `${firing.length < LEAST ? `${firing.length} items of half B fire it` : `all but ${idleB.length} items of half B fire it`}, and ${LEAST} are needed`;
      untested.push({ latent, reason });
      continue;
    }
    const random = seededRandom(seed, `labels/tests/${latent}`);
    const pool = high(firing, b);
    const chosen = drawn(pool, half, random);
    const texts = Array.from(chosen, (row) => textOf(itemIds[row]));
    tests.push({
      latent,
      high: ids(chosen),
      random: ids(drawn(idleB, chosen.length, random)),
      nearMiss: ids(near.find(texts, (place) => idle(b[place]), random).map((place) => b[place])),
      quantiles: parts(firing, quantiles).map((part) => ids(drawn(part, OF_QUANTILE, random))),
      intruders: Array.from({ length: intruders }, () => {
        const four = ids(drawn(pool, TOGETHER, random));
        const place = random.integer(four.length + 1);
        four.splice(place, 0, ...ids(drawn(idleB, 1, random)));
        return { items: four, place };
      }),
      calibration: {
        high: ids(drawn(high(firingA, a), half, random)),
        random: ids(drawn(idleA, half, random)),
      },
    });
  }
  return { tests, untested };
}

/** Some of the rows, each at most once; all of them where there are no more. */
function drawn(rows: Int32Array, count: number, random: Random): Int32Array {
  const left = rows.slice();
  const most = Math.min(count, left.length);
  for (let index = 0; index < most; index++) {
    const other = index + random.integer(left.length - index);
    [left[index], left[other]] = [left[other], left[index]];
  }
  return left.subarray(0, most);
}

/** Rows with the highest first, cut into parts of equal size, the lowest part first. */
function parts(ranked: Int32Array, count: number): Int32Array[] {
  const cut = (part: number): number => Math.round((part * ranked.length) / count);
  return Array.from({ length: count }, (_, part) => ranked.subarray(cut(count - part - 1), cut(count - part)));
}
