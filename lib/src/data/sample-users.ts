import type { z } from "zod";
import { seededRandom } from "../base/random";
import { described, requireSettings, whole } from "../base/settings";
import type { Csr, Interactions } from "../records/interactions";

/** The paper draws so many users. */
export const MAX_USERS = 400_000;

/** Most users of a split. */
export const maxUsersSetting: z.ZodInt = described(whole(1), {
  ...{ meaning: "At most this many users are drawn before the split.", unit: "users", default: MAX_USERS },
  source: "arXiv 2606.29341, section 4.1",
});

/**
 * At most `max` users, drawn without replacement, in the order they had; the catalogue stays whole, items left without
 * an interaction included. The paper draws 400,000 with seed 42 (arXiv 2606.29341, section 4.1).
 *
 * @returns the same record where there are no more users than that
 * @throws InputError when `max` is not a whole number from 1
 */
export function sampleUsers(interactions: Interactions, max: number, seed: number): Interactions {
  requireSettings("split.maxUsers", maxUsersSetting, max);
  const { users, items, csr, times } = interactions;
  if (users.length <= max) return interactions;
  const order = new Int32Array(users.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  const drawn = seededRandom(seed, "sample-users").shuffle(order).slice(0, max).sort();
  const indptr = new Int32Array(max + 1);
  drawn.forEach((row, index) => {
    indptr[index + 1] = indptr[index] + csr.indptr[row + 1] - csr.indptr[row];
  });
  const indices = new Int32Array(indptr[max]);
  const drawnTimes = times && new Float64Array(indptr[max]);
  drawn.forEach((row, index) => {
    const [from, to] = [csr.indptr[row], csr.indptr[row + 1]];
    indices.set(csr.indices.subarray(from, to), indptr[index]);
    if (times) drawnTimes?.set(times.subarray(from, to), indptr[index]);
  });
  return {
    users: Array.from(drawn, (row) => users[row]),
    items,
    csr: { rows: max, cols: items.length, indptr, indices },
    ...(drawnTimes && { times: drawnTimes }),
  };
}

/**
 * Users with a train interaction, drawn without replacement: the paper looks at 50 (section 5.3).
 *
 * @returns rows of `train`, ascending
 */
export function drawUsers(train: Csr, count: number, seed: number): Int32Array {
  const known: number[] = [];
  for (let row = 0; row < train.rows; row++) if (train.indptr[row + 1] > train.indptr[row]) known.push(row);
  return Int32Array.from(seededRandom(seed, "intervention/users").shuffle(known).slice(0, count)).sort();
}
